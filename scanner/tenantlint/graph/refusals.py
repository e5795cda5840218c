"""What Resource Graph lacks of Kusto, found word by word: so that each refusal has its place in the query."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from tenantlint.errors import KqlError
from tenantlint.graph.spelling import place, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenantlint.graph.spelling import Word

OPERATORS: Final = {
    "count": "COUNT",
    "distinct": "DISTINCT",
    "extend": "EXTEND",
    "join": "JOIN",
    "limit": "LIMIT",
    "mv-expand": "MV_EXPAND",
    "mvexpand": "MVEXPAND",
    "order": "ORDER",
    "parse": "PARSE",
    "project": "PROJECT",
    "project-away": "PROJECTAWAY",
    "sort": "SORT",
    "summarize": "SUMMARIZE",
    "take": "TAKE",
    "top": "TOP",
    "union": "UNION",
    "where": "WHERE",
}
"""The tabular operators that Resource Graph documents, with the grammar's names for them."""

JOIN_KINDS: Final = frozenset({"innerunique", "inner", "leftouter", "fullouter"})

_ESCAPES: Final = frozenset("ntr\\'\"")

_DEEPEST: Final = 40
"""How many parentheses may be open at once: the parser's time and stack grow fast with them."""


def refuse(kql: str) -> None:
    """Raise ``KqlError`` where *kql* has a statement, an operator or an option that Resource Graph lacks."""
    tokens = words(kql)
    if not tokens:
        raise KqlError("the query is empty", kql)
    _refuse_statements(tokens, kql)
    _refuse_strings(tokens, kql)
    _refuse_options(tokens, kql)
    _refuse_operators(tokens, kql)


def refused(word: Word, kql: str, message: str) -> KqlError:
    """Make the error that says *message* of *word*."""
    return KqlError(message, kql, *place(kql, word.start))


def _refuse_statements(tokens: Sequence[Word], kql: str) -> None:
    first = tokens[0]
    if (first.is_keyword and first.type != "UNION") or first.type == "DOT":
        raise refused(first, kql, f"Resource Graph has no statement {first.text!r}: a query starts with a table")
    for end, word in pairwise(tokens):
        if end.type == "SEMICOLON":
            raise refused(word, kql, "Resource Graph answers one query at a time, and nothing follows its ';'")


def _refuse_strings(tokens: Sequence[Word], kql: str) -> None:
    """Refuse the ways to write a string that Kusto knows and the engine reads as other text."""
    for word in tokens:
        if word.type == "STRINGLITERAL" and word.text[0] not in "'\"@":
            raise refused(word, kql, "the local resource graph takes strings in ' or in \" only")
        if word.type == "STRINGLITERAL" and word.text[0] != "@":
            for escape in re.findall(r"(?s)\\.", word.text):
                if escape[1] not in _ESCAPES:
                    raise refused(word, kql, f"the local resource graph cannot read {escape} in a string")


def _refuse_options(tokens: Sequence[Word], kql: str) -> None:
    for word in tokens:
        if word.type == "ISFUZZY" or word.type.startswith("HINT_"):
            raise refused(word, kql, f"Resource Graph has no option {word.text!r}")
    for operator, option, _, kind in zip(tokens, tokens[1:], tokens[2:], tokens[3:], strict=False):
        if (operator.type, option.type) == ("JOIN", "KIND") and kind.text not in JOIN_KINDS:
            raise refused(kind, kql, f"Resource Graph has no join kind {kind.text!r}")


def _refuse_operators(tokens: Sequence[Word], kql: str) -> None:
    """Refuse operators by name, and a ``=`` that does not name anything: the engine would take it for true."""
    governing = [""]  # what the query, and each parenthesis that is open, stands in: an operator or the parenthesis
    for before, word in zip((None, *tokens), tokens, strict=False):
        if before is not None and before.type == "BAR":
            if word.type not in OPERATORS.values():
                raise refused(word, kql, f"Resource Graph has no operator {_operator_text(word, kql)!r}")
            governing[-1] = word.type
        elif word.type == "OPENPAREN":
            if len(governing) > _DEEPEST:
                raise refused(
                    word, kql, f"the local resource graph takes {_DEEPEST} parentheses in each other, no more"
                )
            governing.append("(")
        elif word.type == "CLOSEPAREN" and len(governing) > 1:
            governing.pop()
        elif word.type == "UNION":
            governing[-1] = word.type
        elif word.type == "EQUAL" and governing[-1] in {"WHERE", "("}:
            raise refused(word, kql, "'=' does not compare: write '==' or '=~'")


def _operator_text(word: Word, kql: str) -> str:
    found = re.match(r"[A-Za-z_][A-Za-z0-9_-]*", kql[word.start :])
    return found[0] if found else word.text
