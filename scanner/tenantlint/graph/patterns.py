"""Regular expressions: held against RE2 before a query runs, and refused where it is not known what they take away."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import duckdb
from duckdb_kql import ir
from duckdb_kql.translate.regexfrag import to_re2_named_groups

from tenantlint.errors import KqlError
from tenantlint.graph.columns import inner_queries, nodes
from tenantlint.graph.spelling import find, place, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenantlint.graph.spelling import Word

_AT: Final = {
    "extract": 0,
    "extract_all": 0,
    "replace": 0,
    "replace_regex": 1,
    "trim": 0,
    "trim_end": 0,
    "trim_start": 0,
}
"""Which argument of a function is a regular expression."""

_ESCAPE: Final = r"\\[sSdDwW\W]"
_REPEATED: Final = re.compile(
    rf"""(?:{_ESCAPE}|\[\^?\]?(?:\\.|[^\[\]\\])*\]|\((?:\?:)?(?:{_ESCAPE}|[^()|^$\\])*\)|[^()\[\]{{}}|^$*+?\\])[+*]"""
)
"""One thing that is repeated: it takes away all that it can at once."""

_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t"}


def refuse_patterns(query: ir.Query, kql: str) -> None:
    """Raise ``KqlError`` for the first regular expression in *query*, or in the queries inside it, that is no good."""
    for operator in query.operators:
        for node in nodes(operator):
            for sign, pattern in _patterns(node):
                fault = _fault(to_re2_named_groups(pattern))
                if fault:
                    raise KqlError(f"{pattern!r} is no regular expression: {fault}", kql, *_place(pattern, sign, kql))
                if sign == "trim" and not _REPEATED.fullmatch(pattern):
                    raise _unclear(pattern, kql)
        for inner in inner_queries(operator):
            refuse_patterns(inner, kql)


def _patterns(node: object) -> Iterator[tuple[str, str]]:
    """Yield the regular expressions that *node* has written out, each with the sign that it belongs to."""
    match node:
        case ir.BinaryOp(op="matches regex", right=ir.Literal(kind="string", value=str(pattern))):
            yield "matches", pattern
        case ir.FunctionCall(name="countof", args=(_, ir.Literal(kind="string", value=str(pattern)), _)):
            yield "countof", pattern
        case ir.FunctionCall(name=name, args=args) if _AT.get(name, len(args)) < len(args):
            written = args[_AT[name]]
            if isinstance(written, ir.Literal) and written.kind == "string":
                yield name, str(written.value)
        case ir.Parse(kind="regex", segments=segments):
            yield from (("parse", each.literal) for each in segments)


@lru_cache(maxsize=256)  # the same queries are checked again and again
def _fault(pattern: str) -> str:
    """Return what RE2 says against *pattern*, which is nothing where it is one of its regular expressions."""
    with duckdb.connect() as connection:
        try:
            connection.execute("SELECT regexp_matches('', ?)", [pattern]).fetchall()
        except duckdb.Error as error:
            return str(error).partition(": ")[2].partition("\n")[0]
    return ""


def _unclear(pattern: str, kql: str) -> KqlError:
    reason = "the local resource graph cannot run trim() by a pattern that does not repeat: Kusto's documents say that"
    hint = "let it repeat, as in '-+' or '(ab)+'; trim_start() and trim_end() take one match away"
    at = _place(pattern, "trim", kql)
    return KqlError(f"{reason} all matches go, and the service is said to take one", kql, *at, hint=hint)


def _place(pattern: str, sign: str, kql: str) -> tuple[int, int]:
    """Find *pattern* in *kql*; or the *sign* that it belongs to, where it is spelled in a way of its own."""
    found = next((word for word in words(kql) if word.type == "STRINGLITERAL" and _text(word) == pattern), None)
    return place(kql, found.start) if found else find(sign, kql, called=sign in _AT)


def _text(word: Word) -> str:
    """Return the text that a string literal stands for."""
    if word.text.startswith("@"):
        return word.text[2:-1].replace(word.text[1] * 2, word.text[1])
    return re.sub(r"(?s)\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), word.text[1:-1])
