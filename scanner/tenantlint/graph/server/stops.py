"""Where the service's parser stops in a query that is none.

The library's parser gives up a whole operator and points at the ``|`` before it. The service reads on: at ``where
where`` it stops at the end. So the operator is parsed once more, by itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from antlr4 import CommonTokenStream, InputStream
from antlr4.error.ErrorListener import ErrorListener
from duckdb_kql._antlr.KqlLexer import KqlLexer
from duckdb_kql._antlr.KqlParser import KqlParser

from tenantlint.graph.spelling import place, respell

if TYPE_CHECKING:
    from tenantlint.graph.spelling import Spelled

END = "<EOF>"


class _Stops(ErrorListener):  # type: ignore[misc]  # untyped base; ANTLR takes nothing but its own listeners
    """Notes the offsets of the tokens at which a parser stops, None for the end."""

    def __init__(self) -> None:
        self.tokens: list[Any] = []

    def syntaxError(self, _: object, token: Any, *__: object) -> None:  # noqa: ANN401, N802 - ANTLR's own shape
        self.tokens.append(token)


def stop(kql: str, line: int, column: int) -> tuple[int, int, str]:
    """Refine the place at which *kql* was found not to be KQL: line and column, both from 1, and the token there."""
    spelled = respell(kql)
    at = next((end for end, origin in enumerate(spelled.origins) if place(kql, origin) == (line, column)), -1)
    while at >= 0 and spelled.text[at : at + 1] == "|":
        at = _first_stop(spelled, at + 1)
    return _token(spelled, at, (line, column))


def _first_stop(spelled: Spelled, start: int) -> int:
    """Parse the operator that starts at *start*; return where the parser stops, which is never before that."""
    before = re.sub(r"[^\n]", " ", spelled.text[:start])
    lexer = KqlLexer(InputStream(before + spelled.text[start:]))
    lexer.removeErrorListeners()
    parser = KqlParser(CommonTokenStream(lexer))
    parser.removeErrorListeners()
    stops = _Stops()
    parser.addErrorListener(stops)
    parser.afterPipeOperator()  # type: ignore[no-untyped-call]  # ANTLR generates no types
    first = stops.tokens[0] if stops.tokens else parser.getCurrentToken()
    return len(spelled.text) if first is None or first.text == END else int(first.start)


def _token(spelled: Spelled, at: int, known: tuple[int, int]) -> tuple[int, int, str]:
    if at < 0:
        return *known, END
    origin = spelled.origins[at] if at < len(spelled.origins) else len(spelled.original)
    rest = spelled.original[origin:].split(maxsplit=1)
    found = re.match(r"\w+", rest[0]) if rest else None
    return *place(spelled.original, origin), (found[0] if found else rest[0][:1]) if rest else END
