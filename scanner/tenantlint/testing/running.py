"""Judges rows that a test spells out, with the real host."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tenantlint.coverage import Coverage
from tenantlint.errors import UsageError
from tenantlint.evaluate import Evaluation, Job
from tenantlint.isolation.answers import as_told
from tenantlint.manifest import TENANT, Manifest, StoredFile, StoredTable
from tenantlint.names import no_such
from tenantlint.settings import Settings
from tenantlint.table_columns import columns_of
from tenantlint.testing.memory import MemoryReader, as_cells
from tenantlint.testing.projecting import installed
from tenantlint.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tenantlint.catalog import Catalog
    from tenantlint.model import Json, Verdict
    from tenantlint.rules import Rule
    from tenantlint.tables import Table

_PARTITION = "p00000"
NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
"""The moment as of which is judged where a test names none."""


def run(  # noqa: PLR0913 - a test says only what differs from a fully read tenant
    rule: Rule | str,
    tables: Mapping[str, Sequence[Mapping[str, Json]]],
    *,
    settings: Mapping[str, Any] | None = None,
    coverage: Coverage | None = None,
    missing: Mapping[str, str] | None = None,
    now: datetime = NOW,
    cloud: str = "AzureCloud",
    tenant_id: str = "",
    edition: str | None = None,
    catalog: Catalog | None = None,
) -> dict[str, Verdict]:
    """Judge the rows of the rule's table and return the verdicts by the resources' ids, as they are spelled.

    *rule* is a rule or the id of one that is installed. *tables* holds rows by table name, nested as Resource Graph
    shows them; a table that is not named is empty. A column that the query computes (``vmId``) is given as such.
    *missing* maps tables that were not read to the reason.
    *coverage* defaults to every subscription of the rows. *edition* is the month as of which the documentation is
    asked. *catalog* defaults to the installed plugins.

    Raises ``UsageError`` for a rule or table that no plugin contributes, a row without an id, a setting that the rule
    does not have.
    """
    known = catalog or installed()
    if isinstance(rule, str):
        (rule,) = known.select([rule])
    _demand_tables((rule.on, *tables, *(missing or {})), known)
    _demand_ids(tables)
    read = {str(row.get("subscriptionId", "")).lower() for rows in tables.values() for row in rows}
    stored = {
        name: _store(table, len(tables.get(name, ())), (missing or {}).get(name, ""))
        for name, table in known.tables.items()
    }
    graph_coverage = coverage or Coverage(frozenset(read))
    manifest = Manifest(__version__, {}, "test", cloud, tenant_id, now, now, graph_coverage, (_PARTITION,), stored)
    cells = {name: [as_cells(row, stored[name].columns) for row in rows] for name, rows in tables.items()}
    judging = Settings({rule.id: _settings(rule, settings or {})}, edition=edition)
    job = Job(manifest, [rule], known.facts, judging, now)
    batches = Evaluation(job).judgements(MemoryReader(manifest, cells))
    return {judgement.subject.id: as_told(judgement.verdict) for batch in batches for judgement in batch}


def _demand_tables(names: Iterable[str], catalog: Catalog) -> None:
    for name in names:
        if name not in catalog.tables:
            raise no_such("table", name, catalog.tables)


def _demand_ids(tables: Mapping[str, Sequence[Mapping[str, Json]]]) -> None:
    for name, rows in tables.items():
        if not all(row.get("id") for row in rows):
            raise UsageError(f"a row of table {name!r} has no id")


def _store(table: Table, rows: int, missing: str) -> StoredTable:
    if missing:
        return StoredTable(table.kql, table.sha256, table.owner, missing=missing, cause="unread")
    columns, reads = columns_of(table)
    files = {_PARTITION if table.owner else TENANT: StoredFile("", rows)} if rows else {}
    return StoredTable(table.kql, table.sha256, table.owner, columns, reads, files)


def _settings(rule: Rule, given: Mapping[str, Any]) -> dict[str, Any]:
    defaults = {setting.name: setting.default for setting in rule.settings}
    for name in given:
        if name not in defaults and name not in rule.limits:
            raise no_such("setting", name, [*defaults, *rule.limits])
    return {**defaults, **given}
