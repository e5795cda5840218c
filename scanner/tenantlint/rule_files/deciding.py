"""How what an expression compares and joins is decided, where some of it may be unknown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from jmespath.visitor import TreeInterpreter

from tenantlint.model import Json
from tenantlint.paths import is_false
from tenantlint.rule_files.mismatches import type_of

Run: TypeAlias = Callable[[Json], Json]

ORDERS: Final[dict[str, Callable[[float, float], bool]]] = {
    "lt": lambda left, right: left < right,
    "lte": lambda left, right: left <= right,
    "gt": lambda left, right: left > right,
    "gte": lambda left, right: left >= right,
}
_COMPARES: Final = TreeInterpreter.COMPARATOR_FUNC  # to Python, 1 is true


class NoUsableValueError(Exception):
    """The row holds nothing at ``path``, or nothing that can be used; empty where no path leads there."""

    def __init__(self, path: str = "") -> None:
        super().__init__(path)
        self.path = path


def ordering(order: str, operands: Sequence[tuple[Run, str]]) -> Run:
    """Return the comparison by *order* of *operands*, each with its path: numbers, or it is unknown."""
    compare, ((left, _), (right, _)) = ORDERS[order], operands

    def ordered(row: Json) -> bool:
        values = left(row), right(row)
        numbers = [value for value in values if isinstance(value, (int, float)) and _is_number(value)]
        if len(numbers) != len(values):
            raise NoUsableValueError(
                next((where for value, (_, where) in zip(values, operands, strict=True) if not _is_number(value)), "")
            )
        return compare(*numbers)

    return ordered


def equality(sign: str, left: Run, right: Run, where: str | None) -> Run:
    """Return the comparison by *sign*: unknown, of *where*, where that is to be of one type and is not."""
    compare = _COMPARES[sign]

    def equal(row: Json) -> bool:
        values = left(row), right(row)
        if where is not None and type_of(values[0]) != type_of(values[1]):
            raise NoUsableValueError(where)
        return bool(compare(*values))

    return equal


def both(left: Run, right: Run, *, decides: bool) -> Run:
    """Return what ``&&`` says: where it *decides*, a false is enough, whatever the other is."""

    def joined(row: Json) -> Json:
        try:
            value = left(row)
        except NoUsableValueError:
            if decides and _is(right, row, wanted=False):
                return False
            raise
        return value if is_false(value) else right(row)

    return joined


def either(operands: Sequence[tuple[Run, bool]], *, decides: bool) -> Run:
    """Return what ``||`` says of *operands*, each of which may be a path: what follows it says what absence means.

    Where it *decides*, a true is enough, whatever the others are.
    """

    def joined(row: Json) -> Json:
        unknown: NoUsableValueError | None = None
        for at, (operand, is_path) in enumerate(operands, start=1):
            try:
                value = operand(row)
            except NoUsableValueError as error:
                if not is_path or at == len(operands):
                    unknown = unknown or error
                continue
            if not is_false(value) and (unknown is None or (decides and value is True)):
                return value
            if not is_false(value):
                break
        if unknown:
            raise unknown
        return value

    return joined


def first_known(operands: Sequence[tuple[Run, bool]]) -> Run:
    """Return what ``not_null`` says of *operands*, each of which may be a path."""

    def first(row: Json) -> Json:
        unknown = NoUsableValueError()
        for operand, is_path in operands:
            try:
                return operand(row)
            except NoUsableValueError as error:
                if not is_path:
                    raise
                unknown = error if not unknown.path else unknown
        raise unknown

    return first


def _is(run: Run, row: Json, *, wanted: bool) -> bool:
    try:
        return run(row) is wanted
    except NoUsableValueError:
        return False


def _is_number(value: Json) -> bool:
    """Tell whether *value* has an order: not a number does not, and to_number() can make it."""
    return type_of(value) == "number" and value == value  # noqa: PLR0124 - the only thing that is not itself
