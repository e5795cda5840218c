"""JMESPath, compiled to closures.

Rules ask every resource the same few questions, and the library's interpreter spends most of a scan walking its syntax
tree. Paths, indexes, projections and filters become plain functions here; whatever else an expression holds is left to
the interpreter, which the tests hold the closures against.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Final, TypeAlias, cast

import jmespath
import jmespath.exceptions
from jmespath.visitor import Options, TreeInterpreter

from tenantlint.model import Json

Getter: TypeAlias = Callable[[Json], Json]
Test: TypeAlias = Callable[[Json], bool]
Node: TypeAlias = dict[str, Any]  # jmespath's syntax tree: its values are strings, nodes and lists of nodes


@lru_cache(maxsize=4096)
def compile_path(expression: str) -> Getter:
    """Return a function from a decoded JSON value to what *expression* finds in it (None for nothing).

    Raises ``ValueError`` where *expression* is not JMESPath.
    """
    return compile_tree(syntax_tree(expression))


def is_from_one_property(expression: str) -> bool:
    """Tell whether *expression* looks at the row itself only once, by its first property.

    ``tags.owner[0] | [0]`` does, ``tags.owner || tags.team`` does not. Raises ``ValueError`` like :func:`compile_path`.
    """
    node = syntax_tree(expression)
    while node["type"] in _FIRST_CHILD_FIRST:
        node = node["children"][0]
    return bool(node["type"] == "field")


def is_false(value: Json) -> bool:
    """Tell whether JMESPath takes *value* for false: null, false, and empty text, list or object; 0 is true."""
    return not value and (value is False or not isinstance(value, (int, float)))


def syntax_tree(expression: str) -> Node:
    """Return the syntax tree of *expression*. Raises ``ValueError`` where it is not JMESPath."""
    try:
        tree: Node = jmespath.compile(expression).parsed
    except jmespath.exceptions.JMESPathError as error:
        raise ValueError(f"{expression!r} is not JMESPath: {error}") from error
    return tree


def compile_tree(node: Node) -> Getter:
    """Return the function that :func:`compile_path` returns for what *node* is the syntax tree of."""
    maker = _MAKERS.get(node["type"])
    return maker(node) if maker else _interpreted(node)


def _interpreted(node: Node) -> Getter:
    interpreter = TreeInterpreter(Options())
    return lambda value: cast("Json", interpreter.visit(node, value))


def _field(node: Node) -> Getter:
    name = node["value"]
    return lambda value: value.get(name) if isinstance(value, dict) else None


def _chain(node: Node) -> Getter:
    children = list(_flat(node))
    # A multi-select answers even for nothing; only the steps below let a chain stop early.
    if any(child["type"] not in _NULL_IN_NULL_OUT for child in children[1:]):
        return _interpreted(node)
    if children[0]["type"] == "current" and all(child["type"] == "field" for child in children[1:]):
        return _fields([child["value"] for child in children[1:]])
    steps = [compile_tree(child) for child in children]

    def chain(value: Json) -> Json:
        for step in steps:
            value = step(value)
            if value is None:
                return None
        return value

    return chain


def _flat(node: Node) -> Iterator[Node]:
    """Yield the steps of a chain, the first of which may be a chain itself."""
    first, *rest = node["children"]
    yield from _flat(first) if first["type"] in _CHAINS else (first,)
    yield from rest


def _fields(names: list[str]) -> Getter:
    def fields(value: Any) -> Json:  # noqa: ANN401 - asking for forgiveness costs half of looking at each step first
        if value is None:
            return None
        try:
            for name in names:
                value = value[name]
        except (KeyError, TypeError):
            return None
        return cast("Json", value)

    return fields


def _index(node: Node) -> Getter:
    at = node["value"]

    def index(value: Json) -> Json:
        return value[at] if isinstance(value, list) and -len(value) <= at < len(value) else None

    return index


def _projection(node: Node) -> Getter:
    of, each = (compile_tree(child) for child in node["children"])

    def projection(value: Json) -> Json:
        items = of(value)
        if not isinstance(items, list):
            return None
        return [found for item in items if (found := each(item)) is not None]

    return projection


def _filter(node: Node) -> Getter:
    items_of, each_of, wanted = node["children"]
    of, each, is_wanted = compile_tree(items_of), compile_tree(each_of), _test(wanted)

    def filtered(value: Json) -> Json:
        items = of(value)
        if not isinstance(items, list):
            return None
        return [found for item in items if is_wanted(item) and (found := each(item)) is not None]

    return filtered


def _test(node: Node) -> Test:
    """Compile to a function that tells whether JMESPath takes what *node* finds for true."""
    if node["type"] == "not_expression":
        operand = _test(node["children"][0])
        return lambda value: not operand(value)
    if node["type"] == "field":
        name = node["value"]
        return lambda value: isinstance(value, dict) and name in value and not is_false(value[name])
    getter = compile_tree(node)
    return lambda value: not is_false(getter(value))


def _not(node: Node) -> Getter:
    return _test(node)


def _identity(_: Node) -> Getter:
    return lambda value: value


_MAKERS: Final[dict[str, Callable[[Node], Getter]]] = {
    "field": _field,
    "subexpression": _chain,
    "index_expression": _chain,
    "index": _index,
    "projection": _projection,
    "filter_projection": _filter,
    "not_expression": _not,
    "identity": _identity,
    "current": _identity,
}
_CHAINS: Final = frozenset({"subexpression", "index_expression"})
_NULL_IN_NULL_OUT: Final = frozenset({"field", "index", "subexpression", "index_expression", "projection"})
_FIRST_CHILD_FIRST: Final = frozenset(
    ["subexpression", "index_expression", "projection", "filter_projection", "value_projection", "flatten", "pipe"]
)
