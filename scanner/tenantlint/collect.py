"""Collects a snapshot: runs every query once and lays the rows out in partitions.

The folder gets its final name when everything is in it, so a run that was killed leaves nothing that looks complete.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from tenantlint.asking import Lack, ask
from tenantlint.folders import new_folder
from tenantlint.graph.engine import open_duckdb
from tenantlint.lister import Lister
from tenantlint.manifest import About, Manifest, StoredTable
from tenantlint.partitions import ROWS_PER_PARTITION
from tenantlint.snapshot import MANIFEST, SPOOL, Snapshot
from tenantlint.sql import longest_line
from tenantlint.store import Spooled, store_all
from tenantlint.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from tenantlint.coverage import Unread
    from tenantlint.graph import GraphInfo, ResourceGraph
    from tenantlint.partitions import Share
    from tenantlint.tables import Table

Doubts: TypeAlias = "Callable[[Snapshot], Iterable[Unread]]"
"""Looks at what was collected and says what of it cannot be all."""


def collect(  # noqa: PLR0913 - what a collection depends on, spelled out
    graph: ResourceGraph,
    tables: Iterable[Table],
    into: Path,
    *,
    about: About = About(),  # noqa: B008 - frozen
    rows_per_partition: int = ROWS_PER_PARTITION,
    doubts: Doubts = lambda _: (),
    progress: Callable[[str], None] = lambda _: None,
) -> Manifest:
    """Run the queries of *tables* over *graph* and write a snapshot to the new folder *into*.

    A table that cannot be read, or whose query fails, is recorded as missing in the manifest and stops nothing else.
    What *doubts* has of the tables that were is added to the coverage.
    Raises ``UsageError`` where *into* exists or cannot be made, ``SnapshotError`` where a query gives two rows for one
    resource.
    """
    with new_folder(into, "snapshots") as folder:
        spool = folder / SPOOL
        spool.mkdir()
        with open_duckdb(folder, joins_as_written=True) as connection:
            spooled, missing = _fetch_all(graph, tables, Lister(graph, connection, spool), progress)
            progress("writing the snapshot")
            shares, stored = store_all(connection, spooled, folder, rows_per_partition)
        shutil.rmtree(spool)
        info = _with_gaps(graph.info(), spooled)
        manifest = _manifest(info, about, shares, {**stored, **missing})
        manifest = _doubted(manifest, doubts(Snapshot(folder, manifest)))
        (folder / MANIFEST).write_bytes(manifest.dump())
        return manifest


def _with_gaps(info: GraphInfo, spooled: Iterable[Spooled]) -> GraphInfo:
    """Add to the coverage what is missing of single answers: it concerns that table only."""
    gaps = [replace(entry, table=rows.table.name) for rows in spooled for entry in rows.answer.unread]
    coverage = replace(info.coverage, unread=tuple(dict.fromkeys((*info.coverage.unread, *gaps))))
    return replace(info, coverage=coverage)


def _manifest(info: GraphInfo, about: About, shares: list[Share], tables: Mapping[str, StoredTable]) -> Manifest:
    return Manifest(
        tool_version=__version__,
        plugins=dict(about.plugins),
        graph=info.name,
        cloud=info.cloud,
        tenant_id=info.tenant_id,
        started_at=info.started_at,
        ended_at=info.ended_at,
        coverage=info.coverage,
        partitions=tuple(dict.fromkeys(share.partition for share in shares)),
        tables=dict(sorted(tables.items())),
        scope=info.scope,
        settings=about.settings,
    )


def _doubted(manifest: Manifest, doubts: Iterable[Unread]) -> Manifest:
    coverage = manifest.coverage
    return replace(manifest, coverage=replace(coverage, unread=(*coverage.unread, *doubts)))


def _fetch_all(
    graph: ResourceGraph, tables: Iterable[Table], lister: Lister, progress: Callable[[str], None]
) -> tuple[list[Spooled], dict[str, StoredTable]]:
    spooled: list[Spooled] = []
    missing: dict[str, StoredTable] = {}
    tables = list(tables)
    plain = [table.kql for table in tables if table.population is None]
    populations = dict.fromkeys(table.population for table in tables if table.population)
    graph.prepare([*plain, *populations], repeating=[table.kql for table in tables if table.population is not None])
    for table in tables:
        progress(f"reading {table.name}")
        found = _fetch(graph, table, lister.spool) if table.population is None else lister.collect(table)
        if isinstance(found, Lack):
            missing[table.name] = _missing(table, found)
        else:
            spooled.append(found)
    return spooled, missing


def _fetch(graph: ResourceGraph, table: Table, spool: Path) -> Spooled | Lack:
    file = spool / f"{table.name}.jsonl"
    answer = ask(graph, table.kql, file)
    if isinstance(answer, Lack):
        return answer
    for column in ("id", table.owner or "id"):
        if column not in answer.columns:
            return Lack(f"the rows of table {table.name!r} need a column {column!r}", "failed")
    return Spooled(table, file, answer, longest_line(file))


def _missing(table: Table, lack: Lack) -> StoredTable:
    return StoredTable(
        table.kql,
        table.sha256,
        table.owner,
        missing=lack.message,
        cause=lack.cause,
        population=table.population,
        only_violations=table.population is not None,
    )
