"""The pipes of a query, word by word: those whose rows it gives, and those that it looks into."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tenantlint.graph.spelling import Word

Step: TypeAlias = "Sequence[Word]"
"""One operator, or the source of a pipe, with all of its words."""
Pipe: TypeAlias = "Sequence[Step]"
"""A source, and what is done with it."""


def own_pipes(tokens: Sequence[Word]) -> Iterator[Pipe]:
    """Yield the pipe of a query, and those that ``union`` adds to it: whatever these leave out, the query lacks."""
    pipe = _pipe(tokens)
    yield pipe
    for step in pipe:
        if step[0].type == "UNION":
            for inner in _inside(step):
                yield from own_pipes(inner)


def all_pipes(tokens: Sequence[Word]) -> Iterator[Pipe]:
    """Yield the pipe of a query, and all that are inside it."""
    pipe = _pipe(tokens)
    yield pipe
    for step in pipe:
        for inner in _inside(step):
            if any(word.type == "BAR" for word in inner):
                yield from all_pipes(inner)


def parts(tokens: Sequence[Word], sign: str) -> list[list[Word]]:
    """Split words at those of the type *sign* that are in no parentheses; nothing between two is nothing."""
    found: list[list[Word]] = [[]]
    depth = 0
    for word in tokens:
        depth += (word.type == "OPENPAREN") - (word.type == "CLOSEPAREN")
        if word.type == sign and not depth:
            found.append([])
        else:
            found[-1].append(word)
    return [part for part in found if part]


def _pipe(tokens: Sequence[Word]) -> list[Step]:
    """Return the steps of *tokens*; parentheses round the first of them change nothing."""
    steps: list[Step] = [*parts(tokens, "BAR")]
    while steps and (inner := _inside(steps[0])) and len(inner[0]) == len(steps[0]) - 2:
        steps[:1] = parts(inner[0], "BAR")
    return steps


def _inside(step: Step) -> list[Sequence[Word]]:
    """Return what is in each of the parentheses of *step*."""
    found: list[Sequence[Word]] = []
    opened: list[int] = []
    for at, word in enumerate(step):
        if word.type == "OPENPAREN":
            opened.append(at)
        elif word.type == "CLOSEPAREN" and opened:
            start = opened.pop()
            if not opened:
                found.append(step[start + 1 : at])
    return found
