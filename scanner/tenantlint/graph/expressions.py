"""Reads expressions as Kusto does: each has a type, and a dynamic value is read as what it is compared with.

The engine knows no types before it runs: it would compare the JSON of a dynamic value, or fail on a value that is of
another type than the rest. What Kusto refuses for its types is refused here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from duckdb_kql import ir

from tenantlint.graph.arguments import read_call
from tenantlint.graph.comparisons import compared, matched
from tenantlint.graph.kinds import Kind, MistypedError, Typed, article, cast, literal_kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True)
class Row:
    """What an expression may speak of: the columns with their types, and queries inside it."""

    columns: Mapping[str, Kind]
    inner: Callable[[ir.Query], tuple[ir.Query, Mapping[str, Kind]]]

    def read(self, expr: ir.Expr) -> Typed:
        """Give *expr* its type, and mend it where a dynamic value meets another type. Raises ``MistypedError``."""
        match expr:
            case ir.Literal():
                return Typed(expr, literal_kind(expr.kind))
            case ir.ColumnRef():
                return Typed(expr, self.columns[expr.name])
            case ir.PathAccess():
                return Typed(self._path(expr), "dynamic")
            case ir.UnaryOp():
                return self._unary(expr)
            case ir.BinaryOp():
                return compared(expr.op, self.read(expr.left), self.read(expr.right))
            case ir.InList():
                return self._in(expr)
            case ir.HasList():
                return self._has(expr)
            case ir.Between():
                return self._between(expr)
            case ir.FunctionCall(name="pack_all", args=()):
                packed = [part for name in self.columns for part in (ir.Literal(name, "string"), ir.ColumnRef(name))]
                return read_call("bag_pack", [self.read(part) for part in packed])
            case ir.FunctionCall():
                return read_call(expr.name, [self.read(arg) for arg in expr.args])
            case ir.ToScalar():
                query, columns = self.inner(expr.query)
                return Typed(ir.ToScalar(query), next(iter(columns.values())))
        return Typed(expr, "dynamic")  # a wildcard, as in arg_max(name, *)

    def condition(self, expr: ir.Expr, sign: str) -> ir.Expr:
        """Read *expr*, which stands after *sign* and must be true or false."""
        read = self.read(expr)
        if read.kind != "bool":
            raise MistypedError(sign, f"{sign!r} of {article([read.kind])}, which is not true or false: compare it")
        return read.expr

    def _path(self, expr: ir.PathAccess) -> ir.PathAccess:
        base = self.read(expr.base)
        if base.kind != "dynamic":
            raise MistypedError(".", f"a path into {article([base.kind])}, which is not dynamic")
        steps = [step if step.index is None else replace(step, index=self.read(step.index).expr) for step in expr.steps]
        return ir.PathAccess(base.expr, tuple(steps))

    def _unary(self, expr: ir.UnaryOp) -> Typed:
        operand = self.read(expr.operand)
        if operand.kind in {"dynamic", "string"}:
            raise MistypedError(expr.op, f"{expr.op!r} of {article([operand.kind])}: cast it, as in tolong(…)")
        return Typed(replace(expr, operand=operand.expr), operand.kind)

    def _in(self, expr: ir.InList) -> Typed:
        value = self.read(expr.value)
        if expr.subquery is not None:
            query, columns = self.inner(expr.subquery)
            found = _among(value, Typed(ir.Wildcard(), next(iter(columns.values()))))
            return Typed(replace(expr, value=found, subquery=query), "bool")
        items = [self.read(item) for item in expr.items]
        if len(items) == 1 and _is_array(items[0]):
            return Typed(replace(expr, value=cast(value, "string").expr), "bool")
        for item in items:
            found = _among(value, item)
        return Typed(replace(expr, value=found, items=tuple(item.expr for item in items)), "bool")

    def _has(self, expr: ir.HasList) -> Typed:
        sign = "has_all" if expr.require_all else "has_any"
        value = cast(self.read(expr.value), "string")
        if value.kind != "string":
            raise MistypedError(sign, f"{sign!r} of {article([value.kind])}, which has no terms")
        if expr.subquery is not None:
            return Typed(replace(expr, value=value.expr, subquery=self.inner(expr.subquery)[0]), "bool")
        for item in map(self.read, expr.items):
            if item.kind != "string" and not _is_array(item):
                raise MistypedError(sign, f"{sign!r} of {article([item.kind])}: write the terms out")
        return Typed(replace(expr, value=value.expr), "bool")

    def _between(self, expr: ir.Between) -> Typed:
        value, low, high = map(self.read, (expr.value, expr.low, expr.high))
        for bound in (low, high):
            if bound.kind in {"dynamic", "guid", "string"}:
                raise MistypedError("between", f"'between' of {article([bound.kind])}, which has no order")
        value = matched("between", value, low)[0]
        return Typed(replace(expr, value=value.expr, low=low.expr, high=high.expr), "bool")


def _is_array(item: Typed) -> bool:
    return isinstance(item.expr, ir.Literal) and item.kind == "dynamic"


def _among(value: Typed, item: Typed) -> ir.Expr:
    """Read *value* as what an *item* is that it may be one of."""
    if item.kind == "dynamic":
        raise MistypedError("in", "'in' a dynamic value: cast it, as in tostring(…)")
    return matched("in", value, item)[0].expr
