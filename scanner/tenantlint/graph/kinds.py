"""The types of KQL, and what becomes of a value of one type where another is compared with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from duckdb_kql import ir

from tenantlint.schema import TEXT_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable

Kind: TypeAlias = Literal["bool", "datetime", "dynamic", "guid", "int", "long", "real", "string", "timespan"]

Kinds: TypeAlias = dict[str, Kind]
"""The columns of a table in their order, with their types."""

NUMBERS: Final[frozenset[Kind]] = frozenset({"int", "long", "real"})
TIMES: Final[frozenset[Kind]] = frozenset({"datetime", "timespan"})

KEYS: Final = "no operator sorts, groups, joins or ranks by a dynamic value: cast it, as in tostring(…)"

_DUCKDB: Final[dict[str, Kind]] = {
    "BIGINT": "long",
    "BOOLEAN": "bool",
    "DOUBLE": "real",
    "INTEGER": "int",
    "INTERVAL": "timespan",
    "TIMESTAMP": "datetime",
    "UUID": "guid",
    "VARCHAR": "string",
}

_CASTS: Final[dict[Kind, str]] = {
    "bool": "tobool",
    "datetime": "todatetime",
    "guid": "toguid",
    "int": "todouble",
    "long": "todouble",
    "real": "todouble",
    "string": "tostring",
    "timespan": "totimespan",
}
"""What reads a dynamic value as a plain one. Numbers are compared as real ones: 2.5 is not 2."""


@dataclass(frozen=True, slots=True)
class Typed:
    """An expression and its type."""

    expr: ir.Expr
    kind: Kind

    @property
    def is_text(self) -> bool:
        """Whether it is a text that is written out: Kusto reads such a one as whatever it is compared with."""
        return isinstance(self.expr, ir.Literal) and self.kind == "string"


class MistypedError(Exception):
    """A value of a type that does not belong where it stands.

    ``sign`` is the operator or the function (``called``) to point at; without one it is the start of the operator.
    ``node`` is the expression that it was found in.
    """

    node: ir.Expr | None = None

    def __init__(self, sign: str, reason: str, *, called: bool = False, hint: str = "") -> None:
        super().__init__(reason)
        self.sign = sign
        self.called = called
        self.hint = hint


def standard_kinds(columns: Iterable[str]) -> dict[str, Kind]:
    """Return the types of *columns* as Resource Graph's tables have them."""
    return {column: "string" if column in TEXT_COLUMNS else "dynamic" for column in columns}


def kind_of(duckdb_type: str) -> Kind:
    """Return the type that a column of *duckdb_type* has in KQL."""
    return _DUCKDB.get(duckdb_type, "dynamic")


def literal_kind(kind: str) -> Kind:
    """Return the type of a literal of the tree's *kind*."""
    kinds: dict[str, Kind] = {"decimal": "real", "null": "dynamic"}
    found: Kind = kinds.get(kind) or kind  # type: ignore[assignment] # the other kinds are called as here
    return found


def as_kind(value: Typed, kind: Kind) -> Typed:
    """Read *value* as a *kind*, where it is dynamic."""
    if value.kind != "dynamic" or kind == "dynamic":
        return value
    if kind in {"bool", "guid", "timespan"}:  # by way of text, which is cast by Kusto's rules
        return Typed(call(_CASTS[kind], call("tostring", value.expr)), kind)
    return Typed(call(_CASTS[kind], value.expr), "real" if kind in NUMBERS else kind)


def boxed(value: Typed) -> Typed:
    """Make *value* a dynamic one, as the element of an array is."""
    if value.kind == "dynamic":
        return value
    return Typed(ir.PathAccess(call("pack_array", value.expr), (ir.PathStep(index=ir.Literal(0, "long")),)), "dynamic")


def call(name: str, *args: ir.Expr) -> ir.FunctionCall:
    """Make a call of the function *name*."""
    return ir.FunctionCall(name, args)


def common(sign: str, values: list[Typed]) -> tuple[list[Typed], Kind]:
    """Give *values* the type that they share: the branches of a conditional have one."""
    kinds = {value.kind for value in values}
    if "dynamic" in kinds:
        return [boxed(value) for value in values], "dynamic"
    if len(kinds) == 1:
        return values, values[0].kind
    if kinds <= {"int", "long"}:
        return values, "long"
    raise MistypedError(sign, f"{sign}() of {article(sorted(kinds))}: cast one of them", called=True)


def article(kinds: list[Kind]) -> str:
    """Write *kinds* for a sentence."""
    return " and ".join(f"{'an' if kind == 'int' else 'a'} {kind}" for kind in kinds)
