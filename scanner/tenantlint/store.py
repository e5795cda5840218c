"""Lays collected rows out as a snapshot stores them: Parquet, one file per table and partition, sorted by id."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tenantlint.errors import SnapshotError
from tenantlint.graph.engine import identifier, literal, read_json_sql
from tenantlint.manifest import TENANT, StoredFile, StoredTable
from tenantlint.partitions import Share, plan, shares_sql, slice_sql, subscription_sql
from tenantlint.schema import TEXT_COLUMNS
from tenantlint.snapshot import TABLES

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from tenantlint.graph import Answer
    from tenantlint.tables import Table

_PARQUET: Final = "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 4096"


@dataclass(frozen=True)
class Spooled:
    """The rows of one query on their way into the snapshot: a file of JSON Lines and what is known of it."""

    table: Table
    file: Path
    answer: Answer
    longest: int

    @property
    def rows_sql(self) -> str:
        """SQL for the rows, every column as JSON."""
        types = ", ".join(f"{literal(column)}: 'JSON'" for column in self.answer.columns)
        return read_json_sql(self.file, types, self.longest)

    @property
    def cells_sql(self) -> str:
        """SQL for the columns as a snapshot stores them: text as it is, everything else as JSON."""
        return ", ".join(
            f"{identifier(name)} ->> '$' AS {identifier(name)}"
            if name in TEXT_COLUMNS
            else f"CASE WHEN json_type({identifier(name)}) <> 'NULL' THEN CAST({identifier(name)} AS VARCHAR) END"
            f" AS {identifier(name)}"
            for name in self.answer.columns
        )


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
    files = {name: _write(connection, sql, rows, into / f"{name}.parquet") for name, sql in unsorted}
    kept = {name: file for name, file in files.items() if file.rows}
    for name in files.keys() - kept.keys():
        (into / f"{name}.parquet").unlink()
    return StoredTable(table.kql, table.sha256, table.owner, rows.answer.columns, rows.answer.tables, kept)


def _split(
    connection: duckdb.DuckDBPyConnection, rows: Spooled, owner: str, shares: list[Share]
) -> list[tuple[str, str]]:
    """Write the rows into one folder per partition; return the partitions' names, each with SQL for its rows."""
    split = rows.file.with_suffix("")
    connection.execute(
        f"COPY (SELECT partition, {rows.cells_sql} FROM {rows.rows_sql} AS row JOIN {shares_sql(shares)}"
        f" ON share.subscription = {subscription_sql(owner)} AND {slice_sql(owner)} % share.slices = share.slice)"
        f" TO {literal(str(split))} (FORMAT parquet, PARTITION_BY (partition))"
    )
    folders = sorted(split.glob("partition=*"))
    return [
        (folder.name.removeprefix("partition="), f"read_parquet({literal(str(folder / '*.parquet'))})")
        for folder in folders
    ]


def _write(connection: duckdb.DuckDBPyConnection, sql: str, rows: Spooled, file: Path) -> StoredFile:
    columns = ", ".join(identifier(column) for column in rows.answer.columns)
    connection.execute(f"COPY (SELECT {columns} FROM {sql} ORDER BY lower(id)) TO {literal(str(file))} ({_PARQUET})")
    written = f"read_parquet({literal(str(file))})"
    duplicate = connection.execute(
        f"SELECT any_value(id) FROM {written} GROUP BY lower(id) HAVING count(*) > 1 OR lower(id) IS NULL LIMIT 1"
    ).fetchone()
    if duplicate:
        raise SnapshotError(
            f"table {rows.table.name!r} has more than one row with the id {duplicate[0]!r}"
            if duplicate[0]
            else f"table {rows.table.name!r} has a row without an id",
            hint=f"each resource must be there once; look into {', '.join(rows.answer.tables)}",
        )
    count = connection.execute(f"SELECT count(*) FROM {written}").fetchall()[0][0]
    return StoredFile(hashlib.sha256(file.read_bytes()).hexdigest(), count)
