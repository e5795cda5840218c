"""Lays collected rows out as a snapshot stores them: Parquet, one file per table and partition, sorted by owner."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tenantlint.errors import SnapshotError
from tenantlint.manifest import TENANT, StoredFile, StoredTable
from tenantlint.partitions import Share, key_sql, plan, shares_sql, slice_sql, subscription_sql
from tenantlint.schema import TEXT_COLUMNS
from tenantlint.snapshot import TABLES
from tenantlint.sql import identifier, literal, read_json_sql, read_parquet_sql

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from tenantlint.asking import Lack
    from tenantlint.graph import Answer
    from tenantlint.tables import Table

FILES_AT_ONCE: Final = 12
"""Partitions that are written in one go: DuckDB keeps a buffer for each column of each."""

_PARQUET: Final = "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 4096"

_KEY: Final = "md5_number(lower(coalesce(id, '')))"
"""SQL that tells ids apart and is shorter: those of a whole tenant must fit into memory."""


@dataclass(frozen=True)
class Spooled:
    """The rows of one query on their way into the snapshot: a file of JSON Lines and what is known of it."""

    table: Table
    file: Path
    answer: Answer
    longest: int
    lack: Lack | None = None
    """Why what the table is for is not there, though the rows are."""
    only_violations: bool = False

    @property
    def rows_sql(self) -> str:
        """SQL for the rows, called ``row``, every column as JSON."""
        types = ", ".join(f"{literal(column)}: 'JSON'" for column in self.answer.columns)
        return f"{read_json_sql(self.file, types, self.longest)} AS row"

    @property
    def cells_sql(self) -> str:
        """SQL for the columns of ``row`` as a snapshot stores them: text as it is, everything else as JSON."""
        return ", ".join(f"{_cell_sql(name)} AS {identifier(name)}" for name in self.answer.columns)

    @property
    def partition(self) -> str:
        """A name, quoted, that no column has, for the column that says which partition a row goes to."""
        taken, name = {column.lower() for column in self.answer.columns}, "partition"
        while name in taken:
            name += "_"
        return identifier(name)


def _cell_sql(name: str) -> str:
    cell = f"row.{identifier(name)}"  # a null is no JSON null here: DuckDB reads it as its own
    return f"{cell} ->> '$'" if name in TEXT_COLUMNS else f"CAST({cell} AS VARCHAR)"


def store_all(
    connection: duckdb.DuckDBPyConnection, spooled: list[Spooled], folder: Path, target: int
) -> tuple[list[Share], dict[str, StoredTable]]:
    """Plan partitions of about *target* rows and write every table into *folder*; return the plan and the tables."""
    owned: Counter[str] = Counter()
    for rows in spooled:
        owned.update(_rows_per_subscription(connection, rows))
    shares = plan(owned, target)
    return shares, {rows.table.name: _store(connection, rows, shares, folder) for rows in spooled}


def _rows_per_subscription(connection: duckdb.DuckDBPyConnection, rows: Spooled) -> dict[str, int]:
    if rows.table.owner is None:
        return {}
    subscription = subscription_sql(rows.table.owner)
    return dict(connection.execute(f"SELECT {subscription}, count(*) FROM {rows.rows_sql} GROUP BY 1").fetchall())


def _store(connection: duckdb.DuckDBPyConnection, rows: Spooled, shares: list[Share], folder: Path) -> StoredTable:
    table, into = rows.table, folder / TABLES / rows.table.name
    into.mkdir(parents=True)
    if table.owner is None:
        unsorted = [(TENANT, f"(SELECT {rows.cells_sql} FROM {rows.rows_sql})")]
    else:
        unsorted = _split(connection, rows, table.owner, shares)
    written = {name: _write(connection, sql, rows, into / f"{name}.parquet") for name, sql in unsorted}
    for name in [name for name, file in written.items() if not file.rows]:
        (into / f"{name}.parquet").unlink()
        del written[name]
    _check_ids(connection, rows, [into / f"{name}.parquet" for name in written])
    return StoredTable(
        table.kql,
        table.sha256,
        table.owner,
        rows.answer.columns,
        rows.answer.tables,
        written,
        missing=rows.lack.message if rows.lack else "",
        cause=rows.lack.cause if rows.lack else None,
        population=table.population,
        only_violations=rows.only_violations,
    )


def _split(
    connection: duckdb.DuckDBPyConnection, rows: Spooled, owner: str, shares: list[Share]
) -> list[tuple[str, str]]:
    """Write the rows into one folder per partition; return the partitions' names, each with SQL for its rows."""
    split, whole = rows.file.with_suffix(""), rows.file.with_suffix(".parquet")
    connection.execute(
        f"COPY (SELECT share.partition AS {rows.partition}, {rows.cells_sql} FROM {rows.rows_sql}"
        f" JOIN {shares_sql(shares)}"
        f" ON share.subscription = {subscription_sql(owner)} AND {slice_sql(owner)} % share.slices = share.slice)"
        f" TO {literal(str(whole))} (FORMAT parquet, ROW_GROUP_SIZE 4096)"
    )
    names = sorted({share.partition for share in shares})
    for some in (names[at : at + FILES_AT_ONCE] for at in range(0, len(names), FILES_AT_ONCE)):
        connection.execute(
            f"COPY (SELECT * FROM {read_parquet_sql(whole)}"
            f" WHERE {rows.partition} BETWEEN {literal(some[0])} AND {literal(some[-1])})"
            f" TO {literal(str(split))} (FORMAT parquet, PARTITION_BY ({rows.partition}), OVERWRITE_OR_IGNORE)"
        )
    whole.unlink()
    folders = sorted(split.iterdir()) if split.exists() else []
    return [(folder.name.partition("=")[2], read_parquet_sql(*folder.glob("*.parquet"))) for folder in folders]


def _write(connection: duckdb.DuckDBPyConnection, sql: str, rows: Spooled, file: Path) -> StoredFile:
    columns = ", ".join(identifier(column) for column in rows.answer.columns)
    order = f"{key_sql(rows.table.owner)} NULLS FIRST, lower(id)"
    connection.execute(f"COPY (SELECT {columns} FROM {sql} ORDER BY {order}) TO {literal(str(file))} ({_PARQUET})")
    count = connection.execute(f"SELECT count(*) FROM {read_parquet_sql(file)}").fetchall()[0][0]
    return StoredFile(hashlib.sha256(file.read_bytes()).hexdigest(), count)


def _check_ids(connection: duckdb.DuckDBPyConnection, rows: Spooled, files: list[Path]) -> None:
    """Raise ``SnapshotError`` where a row has no id, or two have the same: resources are judged once, by their id."""
    if not files:
        return
    found = connection.execute(
        f"SELECT min({_KEY}) AS key FROM {read_parquet_sql(*files)} GROUP BY {_KEY}"
        " HAVING count(*) > 1 OR key = md5_number('') LIMIT 1"
    ).fetchone()
    if found:
        id_ = connection.execute(f"SELECT min(id) FROM {read_parquet_sql(*files)} WHERE {_KEY} = ?", found).fetchall()
        raise SnapshotError(
            f"table {rows.table.name!r} has more than one row with the id {id_[0][0]!r}"
            if id_[0][0]
            else f"table {rows.table.name!r} has a row without an id",
            hint=f"each resource must be there once; look into {', '.join(rows.answer.tables)}",
        )
