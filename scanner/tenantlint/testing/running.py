"""Judges rows that a test spells out, with the real host."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tenantlint.coverage import Coverage
from tenantlint.evaluate import Evaluation, Job
from tenantlint.isolation.answers import as_told
from tenantlint.manifest import TENANT, Manifest, StoredFile, StoredTable
from tenantlint.names import no_such
from tenantlint.settings import Settings
from tenantlint.table_columns import columns_of
from tenantlint.testing.demands import demand_rows, demand_tables
from tenantlint.testing.memory import MemoryReader, as_cells
from tenantlint.testing.projecting import installed
from tenantlint.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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

    *rule* is a rule or the id of one that is installed. *tables* holds lists of rows by table name, nested as Resource
    Graph shows them; a table that is not named is empty, but the rule's own must be. A column that the query computes
    (``vmId``) is given as such. *missing* maps tables that were not read to the reason. *coverage* defaults to every
    subscription of the rows, *catalog* to the installed plugins. *edition* is the month whose documentation is asked.

    Raises ``UsageError`` for a rule, table or setting that there is not, and for rows without an id of their own.
    """
    known, gone = catalog or installed(), missing or {}
    judged = known.select([rule])[0] if isinstance(rule, str) else rule
    demand_tables(judged, tables, gone, known)
    demand_rows(tables)
    stored = {
        name: _store(table, len(tables.get(name, ())), gone.get(name, "")) for name, table in known.tables.items()
    }
    read = coverage or _fully_read(tables)
    manifest = Manifest(__version__, {}, "test", cloud, tenant_id, now, now, read, (_PARTITION,), stored)
    judging = Settings({judged.id: _settings(judged, settings or {})}, edition=edition)
    return _verdicts(Job(manifest, [judged], known.facts, judging, now), tables)


def _fully_read(tables: Mapping[str, Sequence[Mapping[str, Json]]]) -> Coverage:
    return Coverage(frozenset(str(row.get("subscriptionId", "")).lower() for rows in tables.values() for row in rows))


def _verdicts(job: Job, tables: Mapping[str, Sequence[Mapping[str, Json]]]) -> dict[str, Verdict]:
    stored = job.manifest.tables
    cells = {name: [as_cells(row, stored[name].columns) for row in rows] for name, rows in tables.items()}
    batches = Evaluation(job).judgements(MemoryReader(job.manifest, cells))
    return {judgement.subject.id: as_told(judgement.verdict) for batch in batches for judgement in batch}


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
