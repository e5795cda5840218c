"""Calls and comparisons that the engine answers, but not as Kusto does: refused, with their place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from duckdb_kql import ir

from tenantlint.errors import KqlError
from tenantlint.graph.columns import inner_queries, nodes
from tenantlint.graph.spelling import find

if TYPE_CHECKING:
    from collections.abc import Iterator

_SIZED: Final = frozenset({"make_list", "make_set"})
"""Aggregates that may be given a largest size as a second argument, which the engine drops."""

MOST_ROWS: Final = 2000
"""How many rows ``mv-expand`` may be told to make of one."""


def refuse_misreadings(query: ir.Query, kql: str) -> None:
    """Raise ``KqlError`` for the first thing in *query*, or in the queries inside it, that would be misread."""
    for operator in query.operators:
        for node in nodes(operator):
            for sign, reason in _misread(node):
                raise KqlError(f"the local resource graph cannot run {reason}", kql, *find(sign, kql))
        for inner in inner_queries(operator):
            refuse_misreadings(inner, kql)


def _misread(node: object) -> Iterator[tuple[str, str]]:
    match node:
        case ir.FunctionCall(name=name, args=(_, _)) if name in _SIZED:
            yield name, f"{name}() with a largest size"
        case ir.FunctionCall(name="bin" | "floor" as name, args=(_, ir.Literal(kind="timespan", value=span))):
            if str(span).endswith("d") and span != "1d":
                yield name, f"{name}() by several days: it would count them from another day"
        case ir.MvExpand(limit=int(limit)) if limit > MOST_ROWS:
            yield "limit", f"'mv-expand' with a limit above {MOST_ROWS:,}: Resource Graph takes no more"
