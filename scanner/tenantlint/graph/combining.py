"""Types where tables come together: what a join or a union makes of the columns of each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from duckdb_kql import ir
from duckdb_kql.schema import join_output_columns

from tenantlint.graph.kinds import KEYS, MistypedError, article, call

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenantlint.graph.expressions import Read, Row
    from tenantlint.graph.kinds import Kinds


def read_join(operator: ir.Join, row: Row) -> Read:
    """Read the right side of a join, and hold the types of its keys against those on the left."""
    columns = row.columns
    right, right_columns = row.inner(operator.right)
    for key in operator.keys:
        left_kind, right_kind = columns[key.left], right_columns[key.right]
        if "dynamic" in {left_kind, right_kind}:
            raise MistypedError("", KEYS)
        if left_kind != right_kind and {left_kind, right_kind} != {"int", "long"}:
            raise MistypedError("", f"'join' of {article([left_kind, right_kind])}: cast one of them")
    names = join_output_columns(list(columns), list(right_columns), operator.kind)
    kinds = dict(zip(names, [*columns.values(), *right_columns.values()], strict=True))
    joined = replace(operator, right=right)
    lacking = names[len(columns) :] if operator.kind == "leftouter" else names if operator.kind == "fullouter" else []
    return [joined, *without_null(kinds, lacking)], kinds


def read_union(operator: ir.Union, row: Row) -> Read:
    """Read what is united: a column has one type in all of it."""
    branches = [row.inner(branch) for branch in operator.branches]
    kinds: Kinds = {operator.with_source: "string"} if operator.with_source else {}
    shared = set(row.columns).intersection(*(made for _, made in branches))
    for made in (row.columns, *(made for _, made in branches)):
        for name, kind in made.items():
            if operator.kind == "inner" and name not in shared:
                continue
            if kinds.setdefault(name, kind) != kind:
                reason = f"'union' of a column {name!r} that is a {kinds[name]} here and a {kind} there: cast one"
                raise MistypedError("", reason)
    united = replace(operator, branches=tuple(query for query, _ in branches))
    return [united, *without_null(kinds, [name for name in kinds if name not in shared])], kinds


def without_null(kinds: Kinds, names: Sequence[str]) -> list[ir.Operator]:
    """Empty the strings of *names* that a row lacks: no string is null in Kusto."""
    texts = [name for name in names if kinds[name] == "string"]
    empty = ir.Literal("", "string")
    filled = tuple(ir.NamedExpr(call("coalesce", ir.ColumnRef(name), empty), name) for name in texts)
    return [ir.Extend(filled)] if filled else []
