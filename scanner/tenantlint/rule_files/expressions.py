"""JMESPath that decides: what it reads of a row, and what it says where all of that is there.

What JMESPath makes of nothing is the opposite of unknown: ``!missing`` is true, and ``text < number`` is false to a
``||``. Therefore every path that starts at the row is known before the row is judged, and a comparison of what has no
order stops the expression.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

import jmespath.exceptions
from jmespath.functions import Functions

from tenantlint.model import Json
from tenantlint.paths import Node, compile_tree, is_false, syntax_tree

Row: TypeAlias = dict[str, Json]
Steps: TypeAlias = "tuple[str | int, ...]"
Run: TypeAlias = Callable[[Json], Json]

THRESHOLDS: Final = "thresholds"
"""Where an expression finds the rule's own numbers: ``thresholds.data_disks``."""

_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_CHAINS: Final = frozenset({"subexpression", "index_expression"})
_FIRST_ONLY: Final = _CHAINS | {"projection", "filter_projection", "value_projection", "flatten", "pipe"}
"""Of these, only the first child looks at the row; the others look at what it found."""
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
class Path:
    """A path from the row: the names of properties, and indexes."""

    steps: Steps

    def __str__(self) -> str:
        text = ""
        for step in self.steps:
            text += f"[{step}]" if isinstance(step, int) else f".{_quoted(step)}"
        return text.removeprefix(".")

    @property
    def names(self) -> tuple[str, ...]:
        """The names before the first index."""
        index = next((at for at, step in enumerate(self.steps) if isinstance(step, int)), len(self.steps))
        return tuple(str(step) for step in self.steps[:index])


@dataclass(frozen=True, slots=True)
class Expression:
    """A JMESPath expression over a row.

    ``demands`` are what has to be there for it to mean anything: of each tuple, one path. ``run`` takes the row.
    """

    demands: tuple[tuple[Path, ...], ...]
    run: Run

    @property
    def paths(self) -> tuple[Path, ...]:
        """All paths that it reads, each once."""
        return tuple(dict.fromkeys(path for each in self.demands for path in each))


@lru_cache(maxsize=4096)
def parse(text: str) -> Expression:
    """Read an expression. Raises ``ValueError`` where it is none, or looks at the row in a way that hides unknowns."""
    tree = syntax_tree(text)
    _check_functions(tree)
    return Expression(tuple(dict.fromkeys(_demands(tree))), _guarded(_compile(tree)))


def _demands(node: Node) -> Iterator[tuple[Path, ...]]:
    kind = node["type"]
    if (steps := _chain(node)) is not None:
        if not steps:
            raise ValueError("'@' is the whole row, of which nobody knows what is missing: name a property")
        yield (Path(steps),)
    elif kind == "identity":
        raise ValueError("it does not start from a property")
    elif kind in _FIRST_ONLY:
        lead = _lead(node)
        yield from [(Path(lead),)] if lead else _demands(node["children"][0])
    elif kind == "or_expression" or (kind == "function_expression" and node["value"] == "not_null"):
        yield from _alternatives(list(_operands(node)))
    elif kind not in ("expref", "literal"):
        if kind == "comparator" and any(_is_null(child) for child in node["children"]):
            raise ValueError("it compares with null: what is absent is unknown, unless defaults or || say what it means")
        for child in node["children"]:
            yield from _demands(child)


def _alternatives(operands: list[Node]) -> Iterator[tuple[Path, ...]]:
    """Yield what is demanded of *operands*, of which the first counts that has a value."""
    chains = [steps for node in operands if (steps := _chain(node))]
    if len(chains) == len(operands):
        yield tuple(map(Path, chains))
    for node in operands:
        if not _chain(node):
            yield from _demands(node)


def _operands(node: Node) -> Iterator[Node]:
    for child in node["children"]:
        yield from _operands(child) if child["type"] == node["type"] == "or_expression" else (child,)


def _chain(node: Node) -> Steps | None:
    """Return the steps of a path without filters, projections or functions; None for anything else."""
    if node["type"] in ("field", "index"):
        return (node["value"],)
    if node["type"] == "current":
        return ()
    if node["type"] not in _CHAINS:
        return None
    steps: Steps = ()
    for child in node["children"]:
        more = _chain(child)
        if more is None:
            return None
        steps += more
    return steps


def _lead(node: Node) -> Steps:
    """Return the path with which a longer chain begins: ``a.b`` of ``a.b.length(@)``."""
    steps: Steps = ()
    for child in node["children"] if node["type"] in _CHAINS else ():
        more = _chain(child)
        if more is None:
            break
        steps += more
    return steps


def _is_null(node: Node) -> bool:
    return node["type"] == "literal" and node["value"] is None


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


def _quoted(name: str) -> str:
    return name if _PLAIN.fullmatch(name) else '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
