"""Runs KQL over tables in files, with DuckDB."""

from __future__ import annotations

import glob
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import duckdb
from duckdb_kql import ir
from duckdb_kql.translate import CLOCK_SLOT, clock, render_kql_tostring, to_sql

from tenantlint.graph.dialect import Checked, check, refusing
from tenantlint.graph.extracts import gather_extracts
from tenantlint.graph.functions import correct_functions
from tenantlint.graph.hashing import has_hashes, provide_hash
from tenantlint.graph.kinds import kind_of, standard_kinds
from tenantlint.schema import NESTED_COLUMNS, TEXT_COLUMNS
from tenantlint.sql import identifier, literal, read_parquet_sql

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tenantlint.graph.columns import Columns
    from tenantlint.graph.kinds import Kinds

STANDARD_COLUMNS: Final = (*TEXT_COLUMNS, *NESTED_COLUMNS)

_JSON: Final = "FORMAT json, TIMESTAMPFORMAT '%Y-%m-%dT%H:%M:%S.%f0Z'"
"""Times are written as Kusto writes them: in UTC, with seven decimals."""


def open_duckdb(work: Path, *readable: Path, joins_as_written: bool = False) -> duckdb.DuckDBPyConnection:
    """Open an in-memory database that sees *work* (where it may write) and *readable*, and works in little memory.

    With *joins_as_written* a join holds its right side in memory, whichever side looks smaller: DuckDB guesses how many
    rows a file of JSON has.
    """
    connection = duckdb.connect(config={"threads": 1, "memory_limit": "256MB", "temp_directory": str(work)})
    paths = [f"{folder.resolve().as_posix()}/" for folder in (work, *readable)]
    # A file to read is named by a pattern that fits it alone, and the pattern must lie in an allowed folder too.
    folders = ", ".join(literal(path) for path in dict.fromkeys([*paths, *map(glob.escape, paths)]))
    connection.execute("SET TimeZone = 'UTC'; SET preserve_insertion_order = false")
    connection.execute("SET python_enable_replacements = false; SET partitioned_write_flush_threshold = 16384")
    if joins_as_written:
        connection.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")
    connection.execute(f"SET allowed_directories = [{folders}]")
    connection.execute("SET enable_external_access = false; SET lock_configuration = true")
    return connection


class KqlEngine:
    """Tables in a DuckDB connection, and KQL over them.

    ``now`` is what ``now()`` and ``ago()`` count from: the moment the data was captured, never the wall clock.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, now: datetime) -> None:
        correct_functions()
        self._connection = connection
        self._now = now
        self._tables: dict[str, Kinds] = {}
        self._hashes = False

    def declare(self, name: str, columns: Sequence[str]) -> None:
        """Make known that there is a table *name* with *columns*; :meth:`add` it before a query that reads it runs."""
        self._tables[name.lower()] = standard_kinds(columns)

    def add(self, name: str, columns: Sequence[str], select: str) -> None:
        """Make the rows of the SQL query *select* a table for KQL; its columns are *columns*."""
        self._connection.execute(f"CREATE VIEW {identifier(name)} AS {select}")
        found = self._connection.execute(f"DESCRIBE {identifier(name)}").fetchall()
        kinds = {column: kind_of(kind) for column, kind, *_ in found}
        self._tables[name.lower()] = {column: kinds[column] for column in columns}

    def check(self, kql: str) -> Checked:
        """Hold *kql* against the dialect and the tables that are here. Raises ``KqlError``."""
        return check(kql, self._tables)

    def write_json(self, query: str | Checked, into: Path, *, in_order: bool = True) -> tuple[str, ...]:
        """Run *query*, write each row as a line of JSON to the file *into*, and return the names of the columns.

        Without *in_order* the query's last sort is left out: whoever sorts the rows anyway need not hold them all.
        Raises ``KqlError`` where the query cannot be run; there is no answer then, rather than a wrong one.
        """
        checked = self.check(query) if isinstance(query, str) else query
        tree = checked.tree if in_order else _without_last_sort(checked.tree)
        with refusing(checked.spelled):
            self._provide(checked)
            sql, parameters = self._sql(tree, checked.schema)
            self._write(_spelled_out(sql, checked.spans), parameters, into)
        return checked.columns

    def _sql(self, tree: ir.Query, schema: Columns) -> tuple[str, dict[str, object]]:
        with clock(_utc(self._now)) as used:
            sql = gather_extracts(to_sql(tree, schema))
        return sql, {CLOCK_SLOT: used.moment} if used.used else {}

    def _provide(self, checked: Checked) -> None:
        """Make known what the query calls that DuckDB has not."""
        if not self._hashes and has_hashes(checked.tree):
            provide_hash(self._connection)
            self._hashes = True

    def _write(self, sql: str, parameters: Mapping[str, object], into: Path) -> None:
        # By way of Parquet: in one statement DuckDB sets aside 16 MiB for each JSON function of a query, and runs out.
        answer = into.with_suffix(".parquet")
        self._connection.execute(
            f"COPY ({sql}) TO {literal(str(answer))} (FORMAT parquet, ROW_GROUP_SIZE 4096)", parameters
        )
        rows = read_parquet_sql(answer)
        types = self._connection.execute(f"DESCRIBE SELECT * FROM {rows}").fetchall()
        cells = ", ".join(_json_cell(name, kind) for name, kind, *_ in types)
        self._connection.execute(f"COPY (SELECT {cells} FROM {rows}) TO {literal(str(into))} ({_JSON})")
        answer.unlink()


def _spelled_out(sql: str, spans: Sequence[str]) -> str:
    """Let *sql* give the columns *spans* as Kusto writes timespans; Parquet could not hold those below zero."""
    if not spans:
        return sql
    cells = ", ".join(f"nullif({render_kql_tostring(ir.ColumnRef(name))}, '') AS {identifier(name)}" for name in spans)
    return f"SELECT * REPLACE ({cells}) FROM ({sql})"


def _json_cell(name: str, kind: str) -> str:
    """Return SQL for a column as JSON can hold it: it has no infinity and no NaN."""
    column = identifier(name)
    return f"CASE WHEN isfinite({column}) THEN {column} END AS {column}" if kind == "DOUBLE" else column


def _without_last_sort(tree: ir.Query) -> ir.Query:
    last = tree.operators[-1:]
    return replace(tree, operators=tree.operators[:-1]) if last and isinstance(last[0], ir.Sort) else tree


def _utc(moment: datetime) -> datetime:
    """Return *moment* as DuckDB's timestamps have it: in UTC, without saying so."""
    return moment.astimezone(UTC).replace(tzinfo=None)
