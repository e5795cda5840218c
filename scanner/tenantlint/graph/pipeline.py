"""Follows the types of the columns from operator to operator, and mends each expression for them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, cast

from duckdb_kql import ir
from duckdb_kql.schema import mv_expand_output_columns
from duckdb_kql.translate import arg_max_targets, naming, summarize_names

from tenantlint.errors import KqlError
from tenantlint.graph.combining import read_join, read_union, without_null
from tenantlint.graph.expressions import Row
from tenantlint.graph.kinds import KEYS, Kind, MistypedError, Typed, article, as_kind, call, literal_kind
from tenantlint.graph.places import place_of
from tenantlint.graph.spelling import place

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tenantlint.graph.expressions import Read
    from tenantlint.graph.kinds import Kinds


@dataclass(frozen=True)
class Typing:
    """Reads the operators of the query *kql*; ``tables`` are the tables as the query spells them."""

    kql: str
    tables: Mapping[str, Mapping[str, Kind]]

    def read(self, query: ir.Query, starts: Sequence[int]) -> tuple[ir.Query, Kinds]:
        """Mend *query*, and return the types of its columns; *starts* as in ``check_columns``. Raises ``KqlError``."""
        columns = self._columns(query)
        operators: list[ir.Operator] = []
        for operator, start in zip(query.operators, starts, strict=True):
            end = min((other for other in starts if other > start), default=len(self.kql))
            try:
                mended, columns = self._operator(operator, columns)
            except MistypedError as error:
                at = place_of(error, operator, self.kql, start, end) if error.sign else place(self.kql, start)
                said = str(error) if str(error) == KEYS else f"the local resource graph cannot run {error}"
                raise KqlError(said, self.kql, *at, hint=error.hint) from error
            operators += mended
        return replace(query, operators=operators), columns

    def _inner(self, query: ir.Query) -> tuple[ir.Query, Kinds]:
        """Mend a query inside another: what is wrong with it has its place in the operator that it stands in."""
        columns = self._columns(query)
        operators: list[ir.Operator] = []
        for operator in query.operators:
            mended, columns = self._operator(operator, columns)
            operators += mended
        return replace(query, operators=operators), columns

    def _columns(self, query: ir.Query) -> Kinds:
        return dict(self.tables[cast("ir.TableRef", query.source).name])

    def _operator(self, operator: ir.Operator, columns: Kinds) -> Read:
        reader = _READERS.get(type(operator))
        return reader(operator, Row(columns, self._inner)) if reader else ([operator], columns)


def _named(names: Sequence[str], typed: Sequence[Typed]) -> tuple[ir.NamedExpr, ...]:
    return tuple(ir.NamedExpr(each.expr, name) for name, each in zip(names, typed, strict=True))


def _kinds(names: Sequence[str], typed: Sequence[Typed]) -> Kinds:
    return {name: each.kind for name, each in zip(names, typed, strict=True)}


def _where(operator: ir.Where, row: Row) -> Read:
    return [ir.Where(row.condition(operator.predicate, "where"))], dict(row.columns)


def _sorted(operator: ir.Sort | ir.Top, row: Row) -> Read:
    keys = tuple(replace(key, expr=_key(row.read(key.expr))) for key in operator.keys)
    return [replace(operator, keys=keys)], dict(row.columns)


def _count(operator: ir.Count, _: Row) -> Read:
    return [operator], {operator.name: "long"}


def _project_away(operator: ir.ProjectAway, row: Row) -> Read:
    return [operator], {name: kind for name, kind in row.columns.items() if name not in operator.columns}


def _project(operator: ir.Project, row: Row) -> Read:
    names = naming.project_names(operator.expressions)
    typed = [row.read(each.expr) for each in operator.expressions]
    return [ir.Project(_named(names, typed))], _kinds(names, typed)


def _extend(operator: ir.Extend, row: Row) -> Read:
    names = naming.extend_names(operator.expressions, list(row.columns))
    typed = [row.read(each.expr) for each in operator.expressions]
    return [ir.Extend(_named(names, typed))], {**row.columns, **_kinds(names, typed)}


def _distinct(operator: ir.Distinct, row: Row) -> Read:
    for each in operator.expressions:
        if each.name is None and naming.expression_name(each.expr) is None:
            raise MistypedError("distinct", "'distinct' of a computed column without a name: name it")
    names = naming.distinct_names(operator.expressions)
    typed = [row.read(each.expr) for each in operator.expressions]
    for each_typed in typed:
        _key(each_typed)
    return [ir.Distinct(_named(names, typed))], _kinds(names, typed)


def _key(typed: Typed) -> ir.Expr:
    if typed.kind == "dynamic":
        raise MistypedError("", KEYS)
    return typed.expr


def _summarize(operator: ir.Summarize, row: Row) -> Read:
    keys, several = summarize_names(operator, list(row.columns))
    by = [row.read(each.expr) for each in operator.by]
    for each in by:
        _key(each)
    kinds = _kinds(keys, by)
    aggregates: list[ir.NamedExpr] = []
    beside: Kinds = {}
    for aggregate, names in zip(operator.aggregates, several, strict=True):
        typed = row.read(aggregate.expr)
        picked = arg_max_targets(aggregate, keys, list(row.columns))
        if picked is None:
            aggregates.append(ir.NamedExpr(typed.expr, names[0]))
            kinds[names[0]] = typed.kind
        else:
            aggregates.append(aggregate)
            beside |= dict(zip(names, (row.read(each).kind for each in (picked[1], *picked[2])), strict=True))
            kinds |= beside
    return [ir.Summarize(tuple(aggregates), _named(keys, by)), *without_null(kinds, list(beside))], kinds


def _expanded(operator: ir.MvExpand, row: Row) -> Read:
    kinds = dict(row.columns)
    elements = "tenantlint_pairs" if operator.array_expansion else "tenantlint_bags"
    made, targets = [], []
    for target in operator.targets:
        if row.columns[target.column] != "dynamic":
            raise MistypedError("", f"'mv-expand' of {article([row.columns[target.column]])}, which is not dynamic")
        name = target.name or target.column
        made.append(ir.NamedExpr(call(elements, ir.ColumnRef(target.column)), name))
        targets.append(replace(target, column=name, name=None))
        kinds[name] = literal_kind(target.to_type or "dynamic")
    if operator.item_index:
        kinds[mv_expand_output_columns(operator, list(row.columns))[-1]] = "long"
    return [ir.Extend(tuple(made)), replace(operator, targets=tuple(targets))], kinds


def _parse(operator: ir.Parse, row: Row) -> Read:
    source = as_kind(row.read(operator.expression), "string")
    if source.kind != "string":
        raise MistypedError("parse", f"'parse' of {article([source.kind])}, which is no text")
    made = {each.name: literal_kind(each.type or "string") for each in operator.segments if each.name}
    return [replace(operator, expression=source.expr)], {**row.columns, **made}


_READERS: Final[dict[type[ir.Operator], Callable[[Any, Row], Read]]] = {
    ir.Count: _count,
    ir.Distinct: _distinct,
    ir.Extend: _extend,
    ir.Join: read_join,
    ir.MvExpand: _expanded,
    ir.Parse: _parse,
    ir.Project: _project,
    ir.ProjectAway: _project_away,
    ir.Sort: _sorted,
    ir.Summarize: _summarize,
    ir.Top: _sorted,
    ir.Union: read_union,
    ir.Where: _where,
}
