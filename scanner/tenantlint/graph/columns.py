"""Checks that every column a query names exists, in that very case: the engine below would take another for it."""

from __future__ import annotations

import dataclasses
import difflib
from typing import TYPE_CHECKING, Final

from duckdb_kql import ir
from duckdb_kql.schema import output_columns

from tenantlint.errors import KqlError
from tenantlint.graph.spelling import find, stages

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Columns = dict[str, list[str]]

MARK: Final = "__in_another_case"
"""Stands behind a name that is another only in its case, as often as there are others before it; see ``casing``."""


def check_columns(query: ir.Query, schema: Columns, kql: str, starts: Sequence[int]) -> list[str]:
    """Check that every column that *query* names exists, in that very case; return the columns of its result.

    *starts* are the offsets in *kql* at which the operators of *query* start: a name that is wrong in one of them may
    be right in another. Raises ``KqlError``, or the library's own error where two columns differ in their case only.
    """
    columns = output_columns(ir.Query(query.source), schema)
    for count, (operator, start) in enumerate(zip(query.operators, starts, strict=True), start=1):
        inner = list(inner_queries(operator))
        inside = [check_columns(each, schema, kql, [start] * len(each.operators)) for each in inner]
        for name in _columns_read(operator):
            _check_column(name, columns, kql, start)
        if isinstance(operator, ir.Join):
            for key in operator.keys:
                _check_column(key.right, inside[0], kql, start)
        columns = output_columns(ir.Query(query.source, query.operators[:count]), schema)
    return columns


def starts_of(query: ir.Query, kql: str) -> list[int]:
    """Return the offset in *kql* at which each operator of *query* starts."""
    starts: list[int] = []
    left = iter(stages(kql))
    extends = False  # mv-expand of a path becomes two operators, the first of which extends
    for operator in query.operators:
        starts.append(starts[-1] if extends else next(left, 0))
        extends = isinstance(operator, ir.Extend) and kql.startswith("mv", starts[-1])
    return starts


def _check_column(name: str, columns: list[str], kql: str, start: int) -> None:
    if name not in columns:
        name, columns = name.replace(MARK, ""), [column.replace(MARK, "") for column in columns]
        close = difflib.get_close_matches(name.lower(), [column.lower() for column in columns], n=1)
        meant = next((column for column in columns if close and column.lower() == close[0]), "")
        hint = (
            f"did you mean {meant!r}? Column names are case-sensitive." if meant else f"there is {', '.join(columns)}"
        )
        raise KqlError(f"there is no column {name!r} here", kql, *find(name, kql, start), hint=hint)


def _columns_read(operator: ir.Operator) -> Iterator[str]:
    if isinstance(operator, ir.Join):
        yield from (key.left for key in operator.keys)
    elif isinstance(operator, ir.MvExpand):
        yield from (target.column for target in operator.targets)
    elif isinstance(operator, ir.ProjectAway):
        yield from operator.columns
    else:
        yield from (node.name for node in nodes(operator) if isinstance(node, ir.ColumnRef))


def inner_queries(operator: ir.Operator) -> Iterator[ir.Query]:
    """Yield the queries that stand inside *operator*: what it joins, unites, or looks a value up in."""
    for node in nodes(operator):
        if isinstance(node, ir.Query):
            yield node


def nodes(node: object) -> Iterator[object]:
    """Walk everything below *node* in the tree, without going into queries inside it."""
    if isinstance(node, tuple):
        for item in node:
            yield from nodes(item)
    elif isinstance(node, ir.Node):
        yield node
        if not isinstance(node, ir.Query) and dataclasses.is_dataclass(node):
            for field in dataclasses.fields(node):
                yield from nodes(getattr(node, field.name))
