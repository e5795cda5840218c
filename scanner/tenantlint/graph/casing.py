"""Tells columns apart whose names differ in their case only: KQL knows two of them, the engine takes them for one."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from duckdb_kql import ir

from tenantlint.errors import KqlError
from tenantlint.graph.columns import MARK, inner_queries, nodes
from tenantlint.graph.spelling import find

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tenantlint.graph.columns import Columns

T = TypeVar("T")


def told_apart(query: ir.Query, schema: Columns) -> ir.Query:
    """Mark the names that *query* makes and that differ in nothing but their case from one that is there already."""
    spellings: dict[str, dict[str, None]] = {}
    for name in (*(column for columns in schema.values() for column in columns), *_made(query)):
        spellings.setdefault(name.lower(), {})[name] = None
    marked = {name: name + MARK * at for same in spellings.values() for at, name in enumerate(same) if at}
    return _renamed(query, marked) if marked else query


def plain(name: str) -> str:
    """Return *name* without marks."""
    return name.replace(MARK, "")


def named_back(query: ir.Query, columns: Sequence[str], kql: str) -> tuple[ir.Query, tuple[str, ...]]:
    """Let the result of *query* have the names that were written. Raises ``KqlError`` where two of them collide."""
    names = tuple(map(plain, columns))
    for at, name in enumerate(names):
        other = next((other for other in names[:at] if other.lower() == name.lower()), None)
        if other:
            reason = f"columns {other!r} and {name!r} differ only in case"
            raise KqlError(f"the local resource graph cannot run this: {reason}", kql, *find(name, kql))
    back = {column: name for column, name in zip(columns, names, strict=True) if column != name}
    if not back:
        return query, names
    rename = ir.ProjectRename(tuple(back.items()))
    *before, last = query.operators
    if isinstance(last, ir.Sort):  # it stays the last, and sorts by the new names
        return dataclasses.replace(query, operators=[*before, rename, _renamed(last, back)]), names
    return dataclasses.replace(query, operators=[*before, last, rename]), names


def _made(query: ir.Query) -> Iterator[str]:
    """Yield the names that the operators of *query*, and of the queries inside it, give to columns."""
    for operator in query.operators:
        for inner in inner_queries(operator):
            yield from _made(inner)
        if isinstance(operator, ir.Union) and operator.with_source:
            yield operator.with_source
        if isinstance(operator, ir.MvExpand) and operator.item_index:
            yield operator.item_index
        for node in nodes(operator):
            if isinstance(node, (ir.NamedExpr, ir.MvExpandTarget, ir.ParseSegment)) and node.name:
                yield node.name


def _renamed(node: T, names: Mapping[str, str]) -> T:
    """Give every column in the tree *node* its name of *names*."""
    changed: Any = node
    if isinstance(node, (list, tuple)):
        changed = type(node)(_renamed(item, names) for item in node)
    elif isinstance(node, ir.TableRef):
        return node
    elif isinstance(node, ir.ProjectAway):
        changed = ir.ProjectAway(tuple(names.get(column, column) for column in node.columns))
    elif isinstance(node, ir.Node) and not isinstance(node, (ir.Literal, ir.PathStep)):
        changed = _with_names(node, names)
    elif isinstance(node, ir.PathStep) and node.index is not None:
        changed = ir.PathStep(index=_renamed(node.index, names))
    return cast("T", changed)


_NAMES: Final = frozenset({"column", "item_index", "left", "name", "right", "with_source"})
"""Fields of nodes that hold the name of a column where they hold text."""


def _with_names(node: ir.Node, names: Mapping[str, str]) -> ir.Node:
    if isinstance(node, ir.FunctionCall):
        return ir.FunctionCall(node.name, _renamed(node.args, names))
    below: dict[str, object] = {}
    for field in dataclasses.fields(cast("Any", node)):
        value = getattr(node, field.name)
        is_name = isinstance(value, str) and field.name in _NAMES
        below[field.name] = names.get(value, value) if is_name else _renamed(value, names)
    return cast("ir.Node", dataclasses.replace(cast("Any", node), **below))
