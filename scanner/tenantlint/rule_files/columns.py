"""Holds rule files against the tables that they are about, before anything is collected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantlint.errors import KqlError, MissingColumnError, RuleFileError
from tenantlint.listing import OF_RESOURCES
from tenantlint.names import nearest
from tenantlint.rule_files.demanding import EXPRESSIONS, Demand
from tenantlint.rule_files.demands import THRESHOLDS, Path
from tenantlint.rule_files.expressions import parse
from tenantlint.rule_files.listed import Listed, columns_named
from tenantlint.schema import Schema
from tenantlint.table_columns import columns_of, query_columns

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tenantlint.rules import Rule
    from tenantlint.tables import Table


def check_rule(rule: Rule, tables: Mapping[str, Table]) -> None:
    """Raise ``RuleFileError`` where *rule* is of a file, and names a table or a column that is not among *tables*.

    Nothing is said of a table whose query cannot be run: the scan says so, and goes on with other rules.
    """
    judge = rule.judge
    if isinstance(judge, Demand) and rule.on not in tables:
        where = _where(rule, dict(judge.lines).get("on", 0))
        raise RuleFileError(where, f"on: there is no table {rule.on!r}", rule=rule.id, hint=nearest(rule.on, tables))
    try:
        if isinstance(judge, Demand):
            _check_demand(rule, judge, Schema(rule.on, columns_of(tables[rule.on])[0]))
        elif isinstance(judge, Listed):
            _check_listed(rule, judge, tables[rule.on])
    except KqlError:
        return


def _check_demand(rule: Rule, judge: Demand, schema: Schema) -> None:
    lines = dict(judge.lines)
    for key, path in _paths(judge):
        if path.names[0] != THRESHOLDS and not _has(schema, path):
            known = [column.replace("_", ".") for column in schema.columns]
            message = f"{key}: table {rule.on!r} has no column for {str(path)!r}"
            where = _where(rule, lines.get(key, 0))
            raise RuleFileError(where, message, rule=rule.id, hint=nearest(str(path), known))
    for path, _ in judge.defaults:
        if path.steps[1:] and not _has(schema, container := Path(path.steps[:-1])):
            message = f"defaults: table {rule.on!r} does not show {str(container)!r}, which may be missing altogether"
            hint = f"if that means the same: ({path} || …)"
            raise RuleFileError(_where(rule, lines.get("defaults", 0)), message, rule=rule.id, hint=hint)


def _paths(judge: Demand) -> Iterator[tuple[str, Path]]:
    for key in EXPRESSIONS:
        for text in judge.expressions(key):
            yield from ((key, path) for path in parse(text).paths)


def _has(schema: Schema, path: Path) -> bool:
    try:
        schema.way(str(Path(path.names)))
    except (MissingColumnError, ValueError):
        return False
    return True


def _check_listed(rule: Rule, judge: Listed, table: Table) -> None:
    named = columns_named(judge.message, judge.part) - set(OF_RESOURCES)
    known = query_columns(table) if named else ()
    for name in sorted(named - set(known)):
        message = f"the query gives no column {name!r}, which the message or the part names"
        raise RuleFileError(rule.file, message, rule=rule.id, hint=nearest(name, known))


def _where(rule: Rule, line: int) -> str:
    return f"{rule.file}, line {line}" if line else rule.file
