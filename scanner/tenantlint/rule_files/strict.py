"""JMESPath in which nothing is never null: what is absent stops the expression, unless it decides without it.

What JMESPath makes of nothing is the opposite of unknown: ``!missing`` is true, a projection leaves out the elements
that lack what is asked, ``text < number`` is false to a ``||``. Here all that leads to nothing, and all that cannot be
compared, raises; ``&&`` and ``||`` go on where the other side alone decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import TYPE_CHECKING, Final, TypeAlias, cast

import jmespath.exceptions
from jmespath.functions import Functions
from jmespath.visitor import _Expression as Argument  # what functions take for an &expression has no public name

from tenantlint.paths import Node, compile_tree, is_false
from tenantlint.rule_files import deciding
from tenantlint.rule_files.deciding import NoUsableValueError, Run
from tenantlint.rule_files.demands import (
    PROJECTIONS,
    ROW,
    SEQUENCES,
    Place,
    argument_of,
    element_of,
    is_path,
    name_of,
    place_of,
)

if TYPE_CHECKING:
    from tenantlint.model import Json

Maker: TypeAlias = Callable[[Node, "Place | None"], Run]

_FUNCTIONS: Final = Functions()
_CALLER: Final = SimpleNamespace(visit=lambda run, value: run(value))


def strict(node: Node, at: Place | None = ROW, *, decides: bool = False) -> Run:
    """Compile *node*, in which ``@`` is at *at*, to a function that raises ``NoUsableValueError`` for unknown.

    Where it *decides*, only whether its value counts as true matters.
    """
    if is_path(node):
        return _path(node, at)
    if node["type"] == "or_expression":
        return deciding.either(
            [(strict(each, at, decides=decides), is_path(each)) for each in _operands(node)], decides=decides
        )
    if node["type"] == "and_expression":
        return deciding.both(*(strict(child, at, decides=decides) for child in node["children"]), decides=decides)
    return _MAKERS[node["type"]](node, at)


def _operands(node: Node) -> Iterable[Node]:
    for child in node["children"]:
        yield from _operands(child) if child["type"] == "or_expression" else (child,)


def _path(node: Node, at: Place | None) -> Run:
    find, where = compile_tree(node), name_of(node, at)

    def found(value: Json) -> Json:
        result = find(value)
        if result is None:
            raise NoUsableValueError(where)
        return result

    return found


def _sequence(node: Node, at: Place | None) -> Run:
    steps = []
    for child in node["children"]:
        steps.append(strict(child, at))
        at = place_of(child, at)

    def sequence(value: Json) -> Json:
        for step in steps:
            value = step(value)
        return value

    return sequence


def _projection(node: Node, at: Place | None) -> Run:
    items, inner = _items(node, at), element_of(node, at)
    each = strict(node["children"][1], inner)
    if node["type"] != "filter_projection":
        return lambda value: [each(item) for item in items(value)]
    is_wanted = strict(node["children"][2], inner, decides=True)
    return lambda value: [each(item) for item in items(value) if not is_false(is_wanted(item))]


def _items(node: Node, at: Place | None) -> Callable[[Json], list[Json]]:
    held = dict if node["type"] == "value_projection" else list
    of, where = strict(node["children"][0], at), name_of(node["children"][0], at)

    def items(value: Json) -> list[Json]:
        found = of(value)
        if not isinstance(found, held):
            raise NoUsableValueError(where)
        return list(found.values()) if isinstance(found, dict) else found

    return items


def _flatten(node: Node, at: Place | None) -> Run:
    items = _items(node, at)
    return lambda value: [each for item in items(value) for each in (item if isinstance(item, list) else [item])]


def _slice(node: Node, at: Place | None) -> Run:
    bounds, where = slice(*node["children"]), name_of(node, at)

    def sliced(value: Json) -> Json:
        if not isinstance(value, list):
            raise NoUsableValueError(where)
        return value[bounds]

    return sliced


def _literal(node: Node, _: Place | None) -> Run:
    held = cast("Json", node["value"])

    def literal(_: Json) -> Json:
        if held is None:
            raise NoUsableValueError
        return held

    return literal


def _list(node: Node, at: Place | None) -> Run:
    values = [strict(child, at) for child in node["children"]]
    return lambda row: [value(row) for value in values]


def _object(node: Node, at: Place | None) -> Run:
    values = {child["value"]: strict(child["children"][0], at) for child in node["children"]}
    return lambda row: {name: value(row) for name, value in values.items()}


def _comparator(node: Node, at: Place | None) -> Run:
    operands = [(strict(child, at), name_of(child, at)) for child in node["children"]]
    if node["value"] in deciding.ORDERS:
        return deciding.ordering(node["value"], operands)
    (left, _), (right, _) = operands
    paths = [child for child in node["children"] if is_path(child)]
    has_literal = any(child["type"] == "literal" for child in node["children"])
    return deciding.equality(node["value"], left, right, name_of(paths[0], at) if paths and has_literal else None)


def _not(node: Node, at: Place | None) -> Run:
    operand = strict(node["children"][0], at, decides=True)
    return lambda row: is_false(operand(row))


def _function(node: Node, at: Place | None) -> Run:
    name = node["value"]
    if name == "not_null":
        return deciding.first_known([(strict(child, at), is_path(child)) for child in node["children"]])
    arguments = [_argument(child, node, at) for child in node["children"]]

    def called(row: Json) -> Json:
        try:
            result = cast("Json", _FUNCTIONS.call_function(name, [argument(row) for argument in arguments]))
        except (jmespath.exceptions.JMESPathError, TypeError) as error:  # mixed types: max_by leaves these to Python
            raise NoUsableValueError from error
        if result is None:
            raise NoUsableValueError
        return result

    return called


def _argument(node: Node, function: Node, at: Place | None) -> Callable[[Json], object]:
    if node["type"] != "expref":
        return strict(node, at)
    asked = Argument(strict(node["children"][0], argument_of(function, at)), _CALLER)
    return lambda _: asked


_MAKERS: Final[dict[str, Maker]] = {
    "literal": _literal,
    "comparator": _comparator,
    "not_expression": _not,
    "function_expression": _function,
    "flatten": _flatten,
    "slice": _slice,
    "multi_select_list": _list,
    "multi_select_dict": _object,
    **dict.fromkeys(SEQUENCES, _sequence),
    **dict.fromkeys(PROJECTIONS, _projection),
}
