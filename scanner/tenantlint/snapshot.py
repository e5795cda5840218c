"""Reads snapshots: rows by table and partition, as they were stored."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, Self

import duckdb

from tenantlint.errors import SnapshotError
from tenantlint.manifest import Manifest, load_manifest
from tenantlint.partitions import key_sql
from tenantlint.schema import NO_MATTER_WHAT, as_cell
from tenantlint.sql import identifier, read_parquet_sql

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from tenantlint.schema import Having

MANIFEST: Final = "manifest.json"
TABLES: Final = "tables"
SPOOL: Final = "spool"
"""The folder of what was read and is not yet laid out; it is gone when a snapshot is complete."""
_ROWS_AT_ONCE: Final = 128

Cells = tuple[str | None, ...]
"""A row as it is stored: text as it is, every other value as JSON."""


@dataclass(frozen=True)
class Snapshot:
    """All tables that a scan needs, from one collection, with the manifest that says what was and was not seen."""

    folder: Path
    manifest: Manifest

    def file(self, table: str, partition: str) -> Path:
        """Return the path of the Parquet file of one partition of a table."""
        return self.folder / TABLES / table / f"{partition}.parquet"


def open_snapshot(folder: Path, *, verify: bool = True) -> Snapshot:
    """Open the snapshot in *folder* and, unless told otherwise, hold every file against the manifest's SHA-256.

    Raises ``SnapshotError`` where the folder is no snapshot, is incomplete or was altered.
    """
    try:
        snapshot = Snapshot(folder, load_manifest((folder / MANIFEST).read_bytes()))
    except OSError as error:
        started = (folder / TABLES).exists() or (folder / SPOOL).exists()
        hint = "a run that was killed leaves a folder like this: collect a new snapshot" if started else ""
        raise SnapshotError(f"{folder} is not a complete snapshot: it has no readable {MANIFEST}", hint=hint) from error
    if verify:
        _verify(snapshot)
    return snapshot


def _verify(snapshot: Snapshot) -> None:
    listed = {
        snapshot.file(name, partition) for name, table in snapshot.manifest.tables.items() for partition in table.files
    }
    for file in sorted((snapshot.folder / TABLES).rglob("*.parquet")):
        if file not in listed:
            raise SnapshotError(f"{file} is not in the manifest: one of the two was altered")
    for name, table in snapshot.manifest.tables.items():
        for partition, stored in table.files.items():
            file = snapshot.file(name, partition)
            try:
                with file.open("rb") as content:
                    digest = hashlib.file_digest(content, "sha256").hexdigest()
            except OSError as error:
                raise SnapshotError(f"{file} is missing from the snapshot") from error
            if digest != stored.sha256:
                raise SnapshotError(
                    f"{file} is not what was collected: its SHA-256 differs from the manifest's",
                    hint="restore the snapshot from where it was kept, or collect a new one",
                )


class Reader(Protocol):
    """Streams the rows of a snapshot's tables."""

    @property
    def manifest(self) -> Manifest:
        """The snapshot's manifest."""
        ...

    def rows(
        self, table: str, partition: str | None, columns: Sequence[str], *, having: Having = NO_MATTER_WHAT
    ) -> Iterable[Sequence[Cells]]:
        """Give the rows of one partition of *table*, or of all, some at a time: their *columns*, as stored.

        With *having*, only those rows.
        """
        ...

    def counts(self, table: str, columns: Sequence[str]) -> Iterable[tuple[Cells, int]]:
        """Give every combination of values of *columns* in *table*, as stored, and the number of rows that have it."""
        ...

    def keyed_rows(self, table: str, partition: str) -> Iterable[Sequence[Cells]]:
        """Give the rows of one partition of *table*, some at a time: all columns, as stored, and after them the key.

        The key is the id, in lower case, of the resource that the row belongs to; None where it belongs to none. Rows
        are sorted by it.
        """
        ...


class SnapshotReader:
    """Streams the rows of a snapshot on disk in little memory. Use it in a ``with`` block, in one process.

    What is too large for that is spilled to the folder *spill*; by default where DuckDB likes to.
    """

    def __init__(self, snapshot: Snapshot, spill: Path | None = None) -> None:
        self.manifest = snapshot.manifest
        self._snapshot = snapshot
        where = {"temp_directory": str(spill)} if spill else {}
        self._connection = duckdb.connect(config={"threads": 1, "memory_limit": "200MB", **where})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def rows(
        self, table: str, partition: str | None, columns: Sequence[str], *, having: Having = NO_MATTER_WHAT
    ) -> Iterator[list[Cells]]:
        """See :class:`Reader`. Raises ``SnapshotError`` where a file cannot be read."""
        names = ", ".join(map(identifier, columns))
        tests = [_test_sql(column, texts is None) for column, texts in having.items()]
        wanted = [_cells_of(column, texts) for column, texts in having.items() if texts is not None]
        return self._select(table, partition, names, f" WHERE {' AND '.join(tests)}" if tests else "", wanted)

    def counts(self, table: str, columns: Sequence[str]) -> Iterator[tuple[Cells, int]]:
        """See :class:`Reader`. Raises ``SnapshotError`` where a file cannot be read."""
        names = ", ".join(map(identifier, columns))
        batches = self._select(table, None, f"{names}, CAST(count(*) AS VARCHAR)", " GROUP BY ALL")
        return ((row[:-1], int(row[-1] or 0)) for batch in batches for row in batch)

    def keyed_rows(self, table: str, partition: str) -> Iterator[list[Cells]]:
        """See :class:`Reader`. Raises ``SnapshotError`` where a file cannot be read."""
        stored = self.manifest.tables[table]
        names = ", ".join(map(identifier, stored.columns))
        return self._select(table, partition, f"{names}, {key_sql(stored.owner)}")

    def _select(
        self, table: str, partition: str | None, what: str, where: str = "", values: Sequence[list[str]] = ()
    ) -> Iterator[list[Cells]]:
        names = [name for name in self.manifest.tables[table].files if partition in (None, name)]
        files = [self._snapshot.file(table, name) for name in sorted(names)]
        if not files:
            return
        try:
            cursor = self._connection.cursor().execute(f"SELECT {what} FROM {read_parquet_sql(*files)}{where}", values)
            while rows := cursor.fetchmany(_ROWS_AT_ONCE):
                yield rows
        except duckdb.Error as error:
            what = str(files[0]) if len(files) == 1 else f"table {table!r}"
            raise SnapshotError(f"cannot read {what}: {str(error).partition(chr(10))[0]}") from error


def _test_sql(column: str, anything: bool) -> str:  # noqa: FBT001 - of one caller
    name = identifier(column)
    return f"{name} IS NOT NULL" if anything else f"lower({name}) IN (SELECT lower(unnest(?)))"


def _cells_of(column: str, texts: str | Collection[str]) -> list[str]:
    """Return *texts* as *column* stores them."""
    cells = [as_cell(column, text) for text in ([texts] if isinstance(texts, str) else texts)]
    return [cell for cell in cells if cell is not None]
