"""Reads expressions as Kusto does: each has a type, and a dynamic value is read as what it is compared with.

The engine knows no types before it runs: it would compare the JSON of a dynamic value, or fail on a value that is of
another type than the rest. What Kusto refuses for its types is refused here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from duckdb_kql import ir

from tenantlint.graph.arguments import read_call
from tenantlint.graph.comparisons import compared, matched
from tenantlint.graph.kinds import Kind, Kinds, MistypedError, Typed, article, as_kind, call, literal_kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Read: TypeAlias = tuple[list[ir.Operator], Kinds]
"""An operator, as one or more that are ready to run, and the columns of what it makes."""


@dataclass(frozen=True)
class Row:
    """What an expression may speak of: the columns with their types, and queries inside it."""

    columns: Mapping[str, Kind]
    inner: Callable[[ir.Query], tuple[ir.Query, Mapping[str, Kind]]]

    def read(self, expr: ir.Expr) -> Typed:
        """Give *expr* its type, and mend it where a dynamic value meets another type. Raises ``MistypedError``."""
        reader = _READERS.get(type(expr))
        try:
            return reader(self, expr) if reader else Typed(expr, "dynamic")  # a wildcard, as in arg_max(name, *)
        except MistypedError as error:
            error.node = error.node or expr
            raise

    def condition(self, expr: ir.Expr, sign: str) -> ir.Expr:
        """Read *expr*, which stands after *sign* and must be true or false."""
        read = self.read(expr)
        if read.kind != "bool":
            raise MistypedError(sign, f"{sign!r} of {article([read.kind])}, which is not true or false: compare it")
        return read.expr


def _literal(_: Row, expr: ir.Literal) -> Typed:
    return Typed(expr, literal_kind(expr.kind))


def _column(row: Row, expr: ir.ColumnRef) -> Typed:
    return Typed(expr, row.columns[expr.name])


def _scalar(row: Row, expr: ir.ToScalar) -> Typed:
    query, columns = row.inner(expr.query)
    return Typed(ir.ToScalar(query), next(iter(columns.values())))


def _binary(row: Row, expr: ir.BinaryOp) -> Typed:
    return compared(expr.op, row.read(expr.left), row.read(expr.right))


def _call(row: Row, expr: ir.FunctionCall) -> Typed:
    if expr.name == "pack_all" and not expr.args:
        packed = [part for name in row.columns for part in (ir.Literal(name, "string"), ir.ColumnRef(name))]
        expr = call("bag_pack", *packed)
    return read_call(expr.name, [row.read(arg) for arg in expr.args])


def _path(row: Row, expr: ir.PathAccess) -> Typed:
    base = row.read(expr.base)
    if base.kind != "dynamic":
        raise MistypedError(".", f"a path into {article([base.kind])}, which is not dynamic")
    if any(step.name == "*" for step in expr.steps):
        raise MistypedError("*", "a path by the name '*', which the engine takes for all names")
    steps = tuple(step if step.index is None else _index(row, step.index) for step in expr.steps)
    return Typed(ir.PathAccess(base.expr, steps), "dynamic")


def _index(row: Row, index: ir.Expr) -> ir.PathStep:
    read = row.read(index)
    if read.kind not in {"int", "long"}:
        raise MistypedError("[", f"a path by {article([read.kind])} that is not written out")
    return ir.PathStep(index=read.expr)


def _unary(row: Row, expr: ir.UnaryOp) -> Typed:
    operand = row.read(expr.operand)
    if operand.kind in {"dynamic", "string"}:
        raise MistypedError(expr.op, f"{expr.op!r} of {article([operand.kind])}: cast it, as in tolong(…)")
    return Typed(replace(expr, operand=operand.expr), operand.kind)


def _in(row: Row, expr: ir.InList) -> Typed:
    value = row.read(expr.value)
    if expr.subquery is not None:
        query, columns = row.inner(expr.subquery)
        found = _among("in", value, Typed(ir.Wildcard(), next(iter(columns.values()))))
        return Typed(replace(expr, value=found, subquery=query), "bool")
    items = [row.read(item) for item in expr.items]
    if len(items) == 1 and _is_array(items[0]):
        return Typed(replace(expr, value=as_kind(value, "string").expr), "bool")
    read = {_among("in", value, item) for item in items}
    if len(read) > 1:
        raise MistypedError("in", "'in' a list of several types: cast them")
    return Typed(replace(expr, value=read.pop(), items=tuple(item.expr for item in items)), "bool")


def _has(row: Row, expr: ir.HasList) -> Typed:
    sign = "has_all" if expr.require_all else "has_any"
    value = as_kind(row.read(expr.value), "string")
    if value.kind != "string":
        raise MistypedError(sign, f"{sign!r} of {article([value.kind])}, which has no terms")
    if expr.subquery is not None:
        query, columns = row.inner(expr.subquery)
        _among(sign, value, Typed(ir.Wildcard(), next(iter(columns.values()))))
        return Typed(replace(expr, value=value.expr, subquery=query), "bool")
    for item in map(row.read, expr.items):
        if item.kind != "string" and not _is_array(item):
            raise MistypedError(sign, f"{sign!r} of {article([item.kind])}: write the terms out")
    return Typed(replace(expr, value=value.expr), "bool")


def _between(row: Row, expr: ir.Between) -> Typed:
    value, low, high = map(row.read, (expr.value, expr.low, expr.high))
    for bound in (low, high):
        if bound.kind in {"dynamic", "guid", "string"}:
            raise MistypedError("between", f"'between' of {article([bound.kind])}, which has no order")
    value = matched("between", value, low)[0]
    return Typed(replace(expr, value=value.expr, low=low.expr, high=high.expr), "bool")


def _is_array(item: Typed) -> bool:
    return isinstance(item.expr, ir.Literal) and item.kind == "dynamic"


def _among(sign: str, value: Typed, item: Typed) -> ir.Expr:
    """Read *value* as what an *item* is that it may be one of."""
    if item.kind == "dynamic":
        raise MistypedError(sign, f"{sign!r} a dynamic value: cast it, as in tostring(…)")
    return matched(sign, value, item)[0].expr


_READERS: Final[dict[type[ir.Expr], Callable[[Row, Any], Typed]]] = {
    ir.Between: _between,
    ir.BinaryOp: _binary,
    ir.ColumnRef: _column,
    ir.FunctionCall: _call,
    ir.HasList: _has,
    ir.InList: _in,
    ir.Literal: _literal,
    ir.PathAccess: _path,
    ir.ToScalar: _scalar,
    ir.UnaryOp: _unary,
}
