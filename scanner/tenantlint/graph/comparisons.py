"""What Kusto makes of two values that an operator puts side by side, by their types."""

from __future__ import annotations

from typing import Final

from duckdb_kql import ir

from tenantlint.graph.kinds import NUMBERS, Kind, MistypedError, Typed, article, as_kind, call

EQUAL: Final = frozenset({"==", "!=", "<>"})
ORDERED: Final = frozenset({"<", "<=", ">", ">="})
ARITHMETIC: Final = frozenset({"+", "-", "*", "/", "%"})
TERMS: Final = frozenset({"has", "!has", "has_cs", "!has_cs", "hasprefix", "!hasprefix", "hassuffix", "!hassuffix"})
TEXTUAL: Final = TERMS | {
    *("=~", "!~", "matches regex", "hasprefix_cs", "!hasprefix_cs", "hassuffix_cs", "!hassuffix_cs"),
    *(f"{no}{name}{cs}" for no in ("", "!") for name in ("contains", "startswith", "endswith") for cs in ("", "_cs")),
}
"""Operators that compare text, whatever they are given."""


def compared(op: str, left: Typed, right: Typed) -> Typed:
    """Read ``left op right``, an operator of two values."""
    if op in EQUAL:
        return _joined(op, *matched(op, left, right))
    if op in TEXTUAL:
        return _textual(op, left, right)
    if op in ORDERED:
        return _ordered(op, left, right)
    if op in ARITHMETIC:
        return _calculated(op, left, right)
    for side in (left, right):
        if side.kind != "bool":
            raise MistypedError(op, f"{op!r} of {article([side.kind])}, which is not true or false: compare it")
    return _joined(op, left, right)


def matched(op: str, left: Typed, right: Typed) -> tuple[Typed, Typed]:
    """Read two values as one type, to see whether they are equal: a dynamic one as what the other is."""
    if left.kind == right.kind == "dynamic":
        raise MistypedError(op, f"{op!r} of two dynamic values: cast one of them, as in tostring(…)")
    left, right = as_kind(left, right.kind), as_kind(right, left.kind)
    left, right = _counted(left, right.kind), _counted(right, left.kind)
    if left.kind == right.kind or {left.kind, right.kind} <= NUMBERS or left.is_text or right.is_text:
        return left, right
    raise MistypedError(op, f"{op!r} of {article([left.kind, right.kind])}: cast one of them")


def _counted(value: Typed, other: Kind) -> Typed:
    """Read a bool as 1 or 0 where a number stands beside it."""
    return Typed(call("tolong", value.expr), "long") if value.kind == "bool" and other in NUMBERS else value


def _textual(op: str, left: Typed, right: Typed) -> Typed:
    if op in TERMS and right.kind == "dynamic":
        raise MistypedError(op, f"{op!r} a dynamic value: cast it, as in tostring(…)")
    left, right = as_kind(left, "string"), as_kind(right, "string")
    for side in (left, right):
        if side.kind != "string":
            raise MistypedError(op, f"{op!r} of {article([side.kind])}, which is no text: cast it, as in tostring(…)")
    return _joined(op, left, right)


def _ordered(op: str, left: Typed, right: Typed) -> Typed:
    if "string" in {left.kind, right.kind}:
        raise MistypedError(op, f"{op!r} on text, which Kusto does not put in order; strcmp() does")
    left, right = matched(op, left, right)
    if left.kind == "guid":
        raise MistypedError(op, f"{op!r} on a guid, which has no order")
    return _joined(op, left, right)


def _calculated(op: str, left: Typed, right: Typed) -> Typed:
    for side in (left, right):
        if side.kind == "dynamic":
            raise MistypedError(op, f"{op!r} with a dynamic value: cast it, as in tolong(…)")
    kind = _result(op, left.kind, right.kind)
    if kind is None:
        raise MistypedError(op, f"{op!r} of {article([left.kind, right.kind])}")
    return Typed(ir.BinaryOp(op, left.expr, right.expr), kind)


def _result(op: str, left: Kind, right: Kind) -> Kind | None:
    if {left, right} <= NUMBERS:
        return "real" if "real" in {left, right} else "long"
    results: dict[tuple[str, Kind, Kind], Kind] = {
        ("-", "datetime", "datetime"): "timespan",
        ("-", "datetime", "timespan"): "datetime",
        ("+", "datetime", "timespan"): "datetime",
        ("+", "timespan", "datetime"): "datetime",
        ("+", "timespan", "timespan"): "timespan",
        ("-", "timespan", "timespan"): "timespan",
        ("/", "timespan", "timespan"): "real",
    }
    if op == "*" and left == "timespan" and right in NUMBERS:
        return "timespan"
    if op == "*" and right == "timespan" and left in NUMBERS:
        return "timespan"
    return results.get((op, left, right))


def _joined(op: str, left: Typed, right: Typed) -> Typed:
    return Typed(ir.BinaryOp(op, left.expr, right.expr), "bool")
