"""Reads the outline of a query from its words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tenantlint.kql_lint.nesting import CLOSE, OPEN, closing, split
from tenantlint.kql_lint.outline import NOTHING, Pipe, Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tenantlint.graph.spelling import Word

_TAKING_PIPES: Final = frozenset({"join", "lookup", "union"})
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_SAME: Final = {"mvexpand": "mv-expand", "sort": "order", "take": "limit"}

_DEEPEST: Final = 40
_MOST_STEPS: Final = 300
TOO_MUCH: Final = (
    f"the local resource graph takes {_DEEPEST} parentheses in each other and {_MOST_STEPS} operators, no more"
)


def read_pipe(kql: str, tokens: Sequence[Word]) -> Pipe:
    """Make a pipe of the words of a query, or of what is in parentheses; ``NOTHING`` where a word is missing."""
    first, *others = split(tokens, "BAR")
    if not first or not all(others):
        return NOTHING
    if first[0].type == "UNION":
        return Pipe((), tuple(_step(kql, words) for words in (first, *others)))
    steps = tuple(_step(kql, words) for words in others)
    if first[0].type == "OPENPAREN" and closing(first, 0) == len(first) - 1:
        start = read_pipe(kql, first[1:-1])
        return Pipe(start.source, start.steps + steps)
    return Pipe(tuple(first), steps)


def is_too_much(tokens: Sequence[Word]) -> bool:
    """Whether there are more operators, or more parentheses open at once, than anybody reads."""
    depth = deepest = 0
    for word in tokens:
        depth += (word.type in OPEN) - (word.type in CLOSE)
        deepest = max(deepest, depth)
    return deepest > _DEEPEST or sum(word.type == "BAR" for word in tokens) > _MOST_STEPS


def _step(kql: str, tokens: Sequence[Word]) -> Step:
    named = _NAME.match(kql, tokens[0].start)
    name = (named[0] if named else tokens[0].text).lower()
    own: list[Word] = []
    inner: list[Pipe] = []
    at = 0
    while at < len(tokens):
        end = closing(tokens, at) if tokens[at].type == "OPENPAREN" else 0
        inside = tokens[at + 1 : end] if end else ()
        if inside and _is_pipe(inside, called=_is_called(tokens, at), taking=name in _TAKING_PIPES):
            inner.append(read_pipe(kql, inside))
            own += (tokens[at], tokens[end])
            at = end
        else:
            own.append(tokens[at])
        at += 1
    if name in _TAKING_PIPES:
        inner += (Pipe((word,), ()) for word in _bare_tables(name, own))
    return Step(_SAME.get(name, name), tuple(own), tuple(inner))


def _is_pipe(inside: Sequence[Word], *, called: bool, taking: bool) -> bool:
    return len(split(inside, "BAR")) > 1 or (taking and not called)


def _is_called(tokens: Sequence[Word], at: int) -> bool:
    """Whether the parenthesis at *at* holds arguments; behind ``kind=inner`` it does not."""
    return tokens[at - 1].type == "IDENTIFIER" and tokens[at - 2].type != "EQUAL"


def _bare_tables(operator: str, own: Sequence[Word]) -> Iterator[Word]:
    """Yield the tables that a join or a union names without parentheses."""
    for part in split(own[1:], "COMMA"):
        words = _without_options(part)
        if words and words[0].type == "IDENTIFIER":
            yield words[0]
        if operator != "union":
            return


def _without_options(part: Sequence[Word]) -> Sequence[Word]:
    while len(part) > 2 and part[1].type == "EQUAL":  # noqa: PLR2004 - a name, the sign, a value
        part = part[3:]
    return part
