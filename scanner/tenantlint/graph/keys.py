"""What a query sorts, groups, joins or ranks by: no dynamic value in Kusto, and the engine would take its JSON text."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final, TypeGuard

from duckdb_kql import ir

from tenantlint.graph.columns import inner_queries, nodes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_RANKING: Final = frozenset({"max", "min", "maxif", "minif", "arg_max", "arg_min"})
"""Aggregates that put the values of their first argument in order."""


@dataclasses.dataclass(frozen=True)
class Keys:
    """A query for the keys of one operator, and the offset in the text where that operator starts."""

    query: ir.Query
    start: int


def keys_of(query: ir.Query, starts: Sequence[int]) -> Iterator[Keys]:
    """Yield the keys of every operator of *query* and of the queries inside it; *starts* as in ``check_columns``."""
    for count, (operator, start) in enumerate(zip(query.operators, starts, strict=True)):
        for inner in inner_queries(operator):
            yield from keys_of(inner, [start] * len(inner.operators))
        yield from (Keys(found, start) for found in _keys(query, count, operator))


def _keys(query: ir.Query, count: int, operator: ir.Operator) -> Iterator[ir.Query]:
    before = dataclasses.replace(query, operators=query.operators[:count])
    match operator:
        case ir.Sort() | ir.Top():
            yield _projected(before, [key.expr for key in operator.keys])
        case ir.Distinct():
            yield _projected(before, [key.expr for key in operator.expressions])
        case ir.Summarize():
            ranked = [call.args[0] for call in nodes(operator.aggregates) if _ranks(call)]
            if keys := [*(key.expr for key in operator.by), *ranked]:
                yield _projected(before, keys)
        case ir.Join():
            yield _projected(before, [ir.ColumnRef(key.left) for key in operator.keys])
            yield _projected(operator.right, [ir.ColumnRef(key.right) for key in operator.keys])


def _ranks(node: object) -> TypeGuard[ir.FunctionCall]:
    return isinstance(node, ir.FunctionCall) and node.name in _RANKING and bool(node.args)


def _projected(query: ir.Query, keys: Sequence[ir.Expr]) -> ir.Query:
    named = tuple(ir.NamedExpr(key, f"key{number}") for number, key in enumerate(keys))
    return dataclasses.replace(query, operators=[*query.operators, ir.Project(named)])
