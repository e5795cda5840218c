"""Rows of resources by their ids, as judging goes through the tables: one more pass over each, a few rows in memory."""

from __future__ import annotations

from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING, Final, TypeAlias

import duckdb

from tenantlint.errors import SnapshotError
from tenantlint.sql import read_parquet_sql

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tenantlint.snapshot import Cells, Snapshot, SnapshotReader

Row: TypeAlias = "tuple[Sequence[str], Cells]"
"""Columns, and a cell of each."""

_IDS_AT_ONCE: Final = 5_000


class TableRows:
    """The rows of *tables*, which are asked for in about the order in which they are judged."""

    def __init__(self, snapshot: Snapshot, reader: SnapshotReader, tables: Sequence[str]) -> None:
        self._snapshot = snapshot
        self._reader = reader
        self._tables = [name for name in sorted(tables) if "id" in snapshot.manifest.tables[name].columns]
        self._passes: dict[str, Iterator[Cells]] = {}
        self._last: dict[str, Cells] = {}

    def row(self, table: str, key: str) -> Row | None:
        """Return the row of *table* with the id *key*, in lower case; None where there is none.

        What comes before the row that was asked for last is looked for from the beginning.
        """
        if table not in self._tables:
            return None
        columns = self._snapshot.manifest.tables[table].columns
        at = columns.index("id")
        if (last := self._last.get(table)) and (last[at] or "").lower() == key:
            return columns, last
        for _ in range(2):
            for cells in self._passes.setdefault(table, self._pass(table)):
                if (cells[at] or "").lower() == key:
                    self._last[table] = cells
                    return columns, cells
            del self._passes[table]
        return None

    def several(self) -> Iterator[tuple[str, list[Row]]]:
        """Yield every id, in lower case, that several rows have, with these rows, in an order that tells nothing.

        They are of several tables, or of one.
        """
        for ids in _batches(self._shared_ids()):
            rows: dict[str, list[Row]] = defaultdict(list)
            for table in self._tables:
                columns = self._snapshot.manifest.tables[table].columns
                found = chain.from_iterable(self._reader.rows(table, None, columns, having={"id": ids}))
                for cells in sorted(found, key=lambda cells: tuple(cell or "" for cell in cells)):
                    rows[(cells[columns.index("id")] or "").lower()].append((columns, cells))
            yield from rows.items()

    def _pass(self, table: str) -> Iterator[Cells]:
        for partition in self._snapshot.manifest.partitions_of(table):
            yield from chain.from_iterable(self._reader.keyed_rows(table, partition))

    def _shared_ids(self) -> Iterator[str]:
        stored = {table: sorted(self._snapshot.manifest.tables[table].files) for table in self._tables}
        files = [self._snapshot.file(table, name) for table, names in stored.items() for name in names]
        if not files:
            return
        parts = (f"SELECT lower(id) AS key FROM {read_parquet_sql(file)}" for file in files)  # noqa: S608 - quoted
        sql = f"SELECT key FROM ({' UNION ALL '.join(parts)}) GROUP BY key HAVING count(*) > 1 ORDER BY key"  # noqa: S608 - as above
        with duckdb.connect(config={"threads": 1, "memory_limit": "200MB"}) as connection:
            try:
                cursor = connection.execute(sql)
                while found := cursor.fetchmany(_IDS_AT_ONCE):
                    yield from (key for (key,) in found if key)
            except duckdb.Error as error:
                raise SnapshotError(f"cannot read the snapshot: {str(error).partition(chr(10))[0]}") from error


def _batches(ids: Iterator[str]) -> Iterator[list[str]]:
    while batch := [key for _, key in zip(range(_IDS_AT_ONCE), ids, strict=False)]:
        yield batch
