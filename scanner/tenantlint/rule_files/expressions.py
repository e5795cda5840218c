"""JMESPath that decides: what it says of a row where all that it reads is there.

What JMESPath makes of nothing is the opposite of unknown: ``!missing`` is true, and ``text < number`` is false to a
``||``. Therefore every path that starts at the row is known before the row is judged, and a comparison of what has no
order stops the expression.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

import jmespath.exceptions
from jmespath.functions import Functions

from tenantlint.model import Json
from tenantlint.paths import Node, compile_tree, is_false, syntax_tree
from tenantlint.rule_files.demands import Path, Reading, readings_of

Row: TypeAlias = dict[str, Json]
Run: TypeAlias = Callable[[Json], Json]

_FUNCTIONS: Final = {name: entry["signature"] for name, entry in Functions.FUNCTION_TABLE.items()}
_ORDERS: Final[dict[str, Callable[[float, float], bool]]] = {
    "lt": lambda left, right: left < right,
    "lte": lambda left, right: left <= right,
    "gt": lambda left, right: left > right,
    "gte": lambda left, right: left >= right,
}


class NoUsableValueError(Exception):
    """The row holds something that the expression can make nothing of."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A JMESPath expression over a row.

    ``readings`` are what it reads of the row, ``run`` takes the row.
    """

    readings: tuple[Reading, ...]
    run: Run

    @property
    def demands(self) -> tuple[tuple[Path, ...], ...]:
        """What has to be there for it to mean anything: of each tuple, one path."""
        return tuple(each.paths for each in self.readings if each.demanded)

    @property
    def paths(self) -> tuple[Path, ...]:
        """All paths that it reads, each once."""
        return tuple(dict.fromkeys(path for each in self.readings for path in each.paths))


@lru_cache(maxsize=4096)
def parse(text: str) -> Expression:
    """Read an expression. Raises ``ValueError`` where it is none, or looks at the row in a way that hides unknowns."""
    try:
        tree = syntax_tree(text)
        _check_functions(tree)
        return Expression(tuple(dict.fromkeys(readings_of(tree))), _guarded(_compile(tree)))
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def _check_functions(node: Node) -> None:
    if node["type"] == "function_expression":
        name, given = node["value"], len(node["children"])
        signature = _FUNCTIONS.get(name)
        if signature is None:
            close = difflib.get_close_matches(name, _FUNCTIONS, n=1)
            raise ValueError(f"JMESPath has no function {name}()" + (f": did you mean {close[0]}()?" if close else ""))
        is_variadic = bool(signature) and bool(signature[-1].get("variadic"))
        if given < len(signature) or (given > len(signature) and not is_variadic):
            raise ValueError(f"{name}() takes {len(signature)} arguments, not {given}")
    for child in node["children"]:
        if isinstance(child, dict):  # the bounds of a slice are numbers
            _check_functions(child)


def _compile(node: Node) -> Run:
    """Compile what decides, down to the values that are compared."""
    kind, children = node["type"], node["children"]
    if kind == "comparator" and node["value"] in _ORDERS:
        return _ordering(_ORDERS[node["value"]], compile_tree(children[0]), compile_tree(children[1]))
    if kind == "not_expression":
        operand = _compile(children[0])
        return lambda row: is_false(operand(row))
    if kind in ("and_expression", "or_expression"):
        return _joined([_compile(child) for child in children], stop_at_false=kind == "and_expression")
    return compile_tree(node)


def _ordering(compare: Callable[[float, float], bool], left: Run, right: Run) -> Run:
    def ordered(row: Json) -> bool:
        values = left(row), right(row)
        numbers = [value for value in values if isinstance(value, (int, float)) and not isinstance(value, bool)]
        if len(numbers) != len(values):
            raise NoUsableValueError
        return compare(*numbers)

    return ordered


def _joined(operands: Sequence[Run], *, stop_at_false: bool) -> Run:
    def joined(row: Json) -> Json:
        value: Json = None
        for operand in operands:
            value = operand(row)
            if is_false(value) == stop_at_false:
                break
        return value

    return joined


def _guarded(run: Run) -> Run:
    def guarded(row: Json) -> Json:
        try:
            return run(row)
        except jmespath.exceptions.JMESPathTypeError as error:
            raise NoUsableValueError from error

    return guarded
