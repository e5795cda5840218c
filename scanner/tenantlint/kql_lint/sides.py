"""The two sides of a comparison: paths, also inside ``tostring()``, and literals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tenantlint.kql_lint.nesting import closing
from tenantlint.kql_lint.operands import Operand, operand_at, operand_before

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenantlint.graph.spelling import Word

NUMBERS: Final = frozenset({"LONGLITERAL", "INTLITERAL", "REALLITERAL", "DECIMALLITERAL", "BOOLEANLITERAL"})
"""Literals that are no text."""

_LITERALS: Final = NUMBERS | {"STRINGLITERAL"}
_LISTS: Final = frozenset({"IN", "NOT_IN", "IN_CI", "NOT_IN_CI"})
_CAST: Final = "tostring"


@dataclass(frozen=True)
class Side:
    """One side of a comparison: its words, and the path that they are; no words where it is anything else."""

    words: Sequence[Word] = ()
    operand: Operand | None = None

    @property
    def is_number(self) -> bool:
        """Whether it is a number, ``true`` or ``false``."""
        return any(word.type in NUMBERS for word in self.words)


def in_front(tokens: Sequence[Word], sign: int) -> Side:
    """Return the side in front of the comparison at *sign*."""
    if operand := operand_before(tokens, sign):
        return Side(operand.words, operand)
    start = next((at for at in range(sign - 1, -1, -1) if tokens[at].text == _CAST), sign)
    found = _cast(tokens, start)
    if found.words and start + len(found.words) == sign:
        return found
    return _literal(tokens, sign - 1)


def behind(tokens: Sequence[Word], sign: int) -> Side:
    """Return the side behind the comparison at *sign*; of a list, the number that is its first item."""
    if tokens[sign].type in _LISTS:
        return _literal(tokens, sign + 2)
    if operand := operand_at(tokens, sign + 1):
        return Side(operand.words, operand)
    found = _cast(tokens, sign + 1)
    return found if found.words else _literal(tokens, sign + 1)


def texts(tokens: Sequence[Word], sign: int) -> list[str]:
    """Return the texts that a comparison names: those at its sides, or those of the list behind it."""
    if tokens[sign].type in _LISTS:
        words = list(tokens[sign + 2 : closing(tokens, sign + 1)])
    else:
        words = [*in_front(tokens, sign).words, *behind(tokens, sign).words]
    return [word.text.lstrip("@")[1:-1] for word in words if word.type == "STRINGLITERAL"]


def compared(tokens: Sequence[Word], sign: int) -> list[Word]:
    """Return the words of the comparison at *sign*, without those of a list."""
    right = () if tokens[sign].type in _LISTS else behind(tokens, sign).words
    return [*in_front(tokens, sign).words, tokens[sign], *right]


def _cast(tokens: Sequence[Word], at: int) -> Side:
    """Return the call of ``tostring`` at *at*, and the path that it casts."""
    if at + 1 >= len(tokens) or tokens[at].text != _CAST or tokens[at + 1].type != "OPENPAREN":
        return Side()
    end = closing(tokens, at + 1)
    operand = operand_at(tokens[:end], at + 2)
    whole = operand is not None and len(operand.words) == end - at - 2
    return Side(tokens[at : end + 1], operand) if whole else Side()


def _literal(tokens: Sequence[Word], at: int) -> Side:
    return Side(tokens[at : at + 1]) if 0 <= at < len(tokens) and tokens[at].type in _LITERALS else Side()
