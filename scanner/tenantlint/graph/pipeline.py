"""Follows the types of the columns from operator to operator, and mends each expression for them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from duckdb_kql import ir
from duckdb_kql.schema import join_output_columns, mv_expand_output_columns
from duckdb_kql.translate import arg_max_targets, naming, summarize_names

from tenantlint.errors import KqlError
from tenantlint.graph.expressions import Row
from tenantlint.graph.kinds import KEYS, Kind, MistypedError, Typed, article, as_kind, call, literal_kind
from tenantlint.graph.spelling import find, place

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Kinds: TypeAlias = "dict[str, Kind]"
"""The columns of a table in their order, with their types."""

Read: TypeAlias = "tuple[list[ir.Operator], Kinds]"
"""An operator, as one or more that are ready to run, and the columns of what it makes."""


@dataclass(frozen=True)
class Typing:
    """Reads the operators of the query *kql*; ``tables`` are the tables as the query spells them."""

    kql: str
    tables: Mapping[str, Mapping[str, Kind]]

    def read(self, query: ir.Query, starts: Sequence[int]) -> tuple[ir.Query, Kinds]:
        """Mend *query*, and return the types of its columns; *starts* as in ``check_columns``. Raises ``KqlError``."""
        columns = dict(self.tables[cast("ir.TableRef", query.source).name])
        operators: list[ir.Operator] = []
        for operator, start in zip(query.operators, starts, strict=True):
            try:
                mended, columns = self._operator(operator, columns, start)
            except MistypedError as error:
                at = find(error.sign, self.kql, start, called=error.called) if error.sign else place(self.kql, start)
                said = str(error) if str(error) == KEYS else f"the local resource graph cannot run {error}"
                raise KqlError(said, self.kql, *at, hint=error.hint) from error
            operators += mended
        return replace(query, operators=operators), columns

    def _operator(self, operator: ir.Operator, columns: Kinds, start: int) -> Read:
        def inner(query: ir.Query) -> tuple[ir.Query, Kinds]:
            return self.read(query, [start] * len(query.operators))

        reader = _READERS.get(type(operator))
        return reader(operator, Row(columns, inner)) if reader else ([operator], columns)


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
    for aggregate, names in zip(operator.aggregates, several, strict=True):
        typed = row.read(aggregate.expr)
        picked = arg_max_targets(aggregate, keys, list(row.columns))
        if picked is None:
            aggregates.append(ir.NamedExpr(typed.expr, names[0]))
            kinds[names[0]] = typed.kind
        else:
            aggregates.append(aggregate)
            kinds |= dict(zip(names, (row.read(each).kind for each in (picked[1], *picked[2])), strict=True))
    return [ir.Summarize(tuple(aggregates), _named(keys, by))], kinds


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


def _join(operator: ir.Join, row: Row) -> Read:
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
    return [joined, *_without_null(kinds, lacking)], kinds


def _union(operator: ir.Union, row: Row) -> Read:
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
    return [united, *_without_null(kinds, [name for name in kinds if name not in shared])], kinds


def _without_null(kinds: Kinds, names: Sequence[str]) -> list[ir.Operator]:
    """Empty the strings of *names* that a row lacks: no string is null in Kusto."""
    texts = [name for name in names if kinds[name] == "string"]
    empty = ir.Literal("", "string")
    filled = tuple(ir.NamedExpr(call("coalesce", ir.ColumnRef(name), empty), name) for name in texts)
    return [ir.Extend(filled)] if filled else []


_READERS: Final[dict[type[ir.Operator], Callable[[Any, Row], Read]]] = {
    ir.Count: _count,
    ir.Distinct: _distinct,
    ir.Extend: _extend,
    ir.Join: _join,
    ir.MvExpand: _expanded,
    ir.Parse: _parse,
    ir.Project: _project,
    ir.ProjectAway: _project_away,
    ir.Sort: _sorted,
    ir.Summarize: _summarize,
    ir.Top: _sorted,
    ir.Union: _union,
    ir.Where: _where,
}
