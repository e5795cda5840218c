"""Words, and the parentheses round them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenantlint.graph.spelling import Word

OPEN: Final = frozenset({"OPENPAREN", "OPENBRACKET", "OPENBRACE"})
CLOSE: Final = frozenset({"CLOSEPAREN", "CLOSEBRACKET", "CLOSEBRACE"})


def split(tokens: Sequence[Word], sign: str) -> list[list[Word]]:
    """Split words at those of the type *sign* that are in no parentheses."""
    parts: list[list[Word]] = [[]]
    depth = 0
    for word in tokens:
        depth += (word.type in OPEN) - (word.type in CLOSE)
        if word.type == sign and not depth:
            parts.append([])
        else:
            parts[-1].append(word)
    return parts


def listed(tokens: Sequence[Word]) -> list[list[Word]]:
    """Split words at the commas that are in no parentheses."""
    return [words for words in split(tokens, "COMMA") if words]


def closing(tokens: Sequence[Word], at: int) -> int:
    """Return the index of what closes the parenthesis at *at*; 0 where nothing does."""
    depth = 0
    for index in range(at, len(tokens)):
        depth += (tokens[index].type in OPEN) - (tokens[index].type in CLOSE)
        if not depth:
            return index
    return 0


def end_of(word: Word) -> int:
    """Return the offset behind *word*."""
    return word.start + len(word.text)


def is_limit(pair: tuple[Word, Word]) -> bool:
    """Whether two words are a limit of rows."""
    return pair[0].type == "LIMIT" and pair[1].type == "LONGLITERAL"
