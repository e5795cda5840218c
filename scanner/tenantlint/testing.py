"""For authors of plugins: judge rows that a test spells out, with the real host and no Azure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import orjson

from tenantlint.coverage import Coverage
from tenantlint.errors import UsageError
from tenantlint.evaluate import Evaluation, Job
from tenantlint.isolation.answers import as_told
from tenantlint.manifest import TENANT, Manifest, StoredFile, StoredTable
from tenantlint.names import no_such
from tenantlint.plugins import load_plugins
from tenantlint.schema import NO_MATTER_WHAT, TEXT_COLUMNS, as_cell
from tenantlint.settings import Settings
from tenantlint.table_columns import columns_of
from tenantlint.version import __version__

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from tenantlint.catalog import Catalog
    from tenantlint.model import Json, Verdict
    from tenantlint.rules import Rule
    from tenantlint.schema import Having
    from tenantlint.snapshot import Cells
    from tenantlint.tables import Table

_PARTITION = "p00000"
NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
"""The moment as of which is judged where a test names none."""


@dataclass(frozen=True)
class MemoryReader:
    """Rows in memory, read as if from a snapshot."""

    manifest: Manifest
    tables: Mapping[str, Sequence[Mapping[str, str | None]]]

    def rows(
        self, table: str, partition: str | None, columns: Sequence[str], *, having: Having = NO_MATTER_WHAT
    ) -> Iterable[Sequence[Cells]]:
        """See :class:`tenantlint.snapshot.Reader`."""
        files = self.manifest.tables[table].files
        if files and partition in (None, *files):
            rows = (row for row in self.tables[table] if all(_holds(row, *test) for test in having.items()))
            yield [tuple(row[column] for column in columns) for row in rows]

    def counts(self, table: str, columns: Sequence[str]) -> Iterable[tuple[Cells, int]]:
        """See :class:`tenantlint.snapshot.Reader`."""
        return Counter(cells for batch in self.rows(table, None, columns) for cells in batch).items()

    def keyed_rows(self, table: str, partition: str) -> Iterable[Sequence[Cells]]:
        """See :class:`tenantlint.snapshot.Reader`."""
        stored = self.manifest.tables[table]
        if partition in stored.files:
            rows = [(*row.values(), _key(row, stored.owner)) for row in self.tables[table]]
            at = stored.columns.index("id")
            yield sorted(rows, key=lambda cells: (cells[-1] or "", _lower(cells[at] or "")))


def run(  # noqa: PLR0913 - a test says only what differs from a fully read tenant
    rule: Rule,
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

    *tables* holds rows by table name, nested as Resource Graph shows them; a table that is not named is empty. A column
    that the query computes (``vmId``) is given as such. *missing* maps tables that were not read to the reason.
    *coverage* defaults to every subscription of the rows. *edition* is the month as of which the documentation is
    asked. *catalog* defaults to the installed plugins.

    Raises ``UsageError`` for a table that no plugin contributes, a row without an id, a setting that the rule does not
    have.
    """
    known = catalog or _installed()
    _demand_tables((rule.on, *tables, *(missing or {})), known)
    _demand_ids(tables)
    read = {str(row.get("subscriptionId", "")).lower() for rows in tables.values() for row in rows}
    stored = {
        name: _store(table, len(tables.get(name, ())), (missing or {}).get(name, ""))
        for name, table in known.tables.items()
    }
    graph_coverage = coverage or Coverage(frozenset(read))
    manifest = Manifest(__version__, {}, "test", cloud, tenant_id, now, now, graph_coverage, (_PARTITION,), stored)
    cells = {name: [_cells(row, stored[name].columns) for row in rows] for name, rows in tables.items()}
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


@cache
def _installed() -> Catalog:
    return load_plugins()


@cache
def _shape(table: Table) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return columns_of(table)


def _store(table: Table, rows: int, missing: str) -> StoredTable:
    if missing:
        return StoredTable(table.kql, table.sha256, table.owner, missing=missing, cause="unread")
    columns, reads = _shape(table)
    files = {_PARTITION if table.owner else TENANT: StoredFile("", rows)} if rows else {}
    return StoredTable(table.kql, table.sha256, table.owner, columns, reads, files)


def _cells(row: Mapping[str, Json], columns: Iterable[str]) -> dict[str, str | None]:
    return {column: as_cell(column, _value(row, column)) for column in columns}


def _holds(row: Mapping[str, str | None], column: str, texts: str | Collection[str] | None) -> bool:
    cell = row[column]
    if cell is None or texts is None:
        return cell is not None
    return _lower(cell) in {
        _lower(str(as_cell(column, text))) for text in ([texts] if isinstance(texts, str) else texts)
    }


def _key(row: Mapping[str, str | None], owner: str | None) -> str | None:
    named = row[owner or "id"]
    if named and owner and owner not in TEXT_COLUMNS:
        value = orjson.loads(named)
        named = value if isinstance(value, str) else named
    return _lower(named) if named else None


def _lower(text: str) -> str:
    """Return *text* in lower case as the database of a snapshot makes it: letter by letter."""
    return "".join("i" if letter == "\u0130" else letter.lower() for letter in text)


def _value(row: Mapping[str, Json], column: str) -> Json:
    if column in row:
        return row[column]
    found: Json = dict(row)
    for step in column.split("_"):
        found = found.get(step) if isinstance(found, dict) else None
    return found


def _settings(rule: Rule, given: Mapping[str, Any]) -> dict[str, Any]:
    defaults = {setting.name: setting.default for setting in rule.settings}
    for name in given:
        if name not in defaults and name not in rule.limits:
            raise no_such("setting", name, [*defaults, *rule.limits])
    return {**defaults, **given}
