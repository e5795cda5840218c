"""Runs KQL over tables in files, with DuckDB."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import duckdb
import duckdb_kql
from duckdb_kql import ir
from duckdb_kql.translate import CLOCK_SLOT, clock, to_sql
from duckdb_kql.translate.functions import SCALAR_FUNCTIONS

from tenantlint.errors import KqlError
from tenantlint.graph.dialect import Checked, check, unsupported
from tenantlint.schema import NESTED_COLUMNS, TEXT_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

STANDARD_COLUMNS: Final = (*TEXT_COLUMNS, *NESTED_COLUMNS)

_SMALLEST_BUFFER: Final = 1 << 20
_JSON_NULL: Final = "({0} IS NULL OR (typeof({0}) = 'JSON' AND CAST({0} AS VARCHAR) = 'null'))"


def open_duckdb(work: Path, *readable: Path) -> duckdb.DuckDBPyConnection:
    """Open an in-memory database that sees *work* (where it may write) and *readable*, and works in little memory."""
    connection = duckdb.connect(config={"threads": 1, "memory_limit": "256MB", "temp_directory": str(work)})
    folders = ", ".join(literal(f"{folder.resolve().as_posix()}/") for folder in (work, *readable))
    connection.execute("SET TimeZone = 'UTC'; SET preserve_insertion_order = false")
    connection.execute("SET python_enable_replacements = false; SET partitioned_write_flush_threshold = 16384")
    connection.execute(f"SET allowed_directories = [{folders}]")
    connection.execute("SET enable_external_access = false; SET lock_configuration = true")
    return connection


def literal(text: str) -> str:
    """Quote *text* for SQL."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """Quote *name* for SQL."""
    return '"' + name.replace('"', '""') + '"'


def longest_line(file: Path) -> int:
    """Return the length in bytes of the longest line of *file*."""
    with file.open("rb") as lines:
        return max(map(len, lines), default=0)


def read_json_sql(file: Path, types: str, longest: int) -> str:
    """Return SQL for the rows of a file of JSON Lines; *longest* is its :func:`longest_line`.

    DuckDB sets aside a multiple of the largest row that it may meet, so it is told no more than is there.
    """
    size = max(_SMALLEST_BUFFER, longest + 1)
    return f"read_json({literal(str(file))}, columns={{{types}}}, format='nd', maximum_object_size={size})"


class KqlEngine:
    """Tables in a DuckDB connection, and KQL over them.

    ``now`` is what ``now()`` and ``ago()`` count from: the moment the data was captured, never the wall clock.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, now: datetime) -> None:
        _teach_json_null()
        self._connection = connection
        self._now = now
        self._tables: dict[str, tuple[str, ...]] = {}

    def declare(self, name: str, columns: Sequence[str]) -> None:
        """Make known that there is a table *name* with *columns*; :meth:`add` it before a query that reads it runs."""
        self._tables[name.lower()] = tuple(columns)

    def add(self, name: str, columns: Sequence[str], select: str) -> None:
        """Make the rows of the SQL query *select* a table for KQL; its columns are *columns*."""
        self._connection.execute(f"CREATE VIEW {identifier(name)} AS {select}")
        self.declare(name, columns)

    def check(self, kql: str) -> Checked:
        """Hold *kql* against the dialect and the tables that are here. Raises ``KqlError``."""
        return check(kql, self._tables)

    def write_json(self, kql: str, into: Path, *, in_order: bool = True) -> tuple[str, ...]:
        """Run *kql*, write each row as a line of JSON to the file *into*, and return the names of the columns.

        Without *in_order* the query's last sort is left out: whoever sorts the rows anyway need not hold them all.
        Raises ``KqlError`` where the query cannot be run; there is no answer then, rather than a wrong one.
        """
        checked = self.check(kql)
        tree = checked.tree if in_order else _without_last_sort(checked.tree)
        try:
            with clock(_utc(self._now)) as used:
                sql = to_sql(tree, checked.schema)
            parameters = {CLOCK_SLOT: used.moment} if used.used else {}
            self._write(sql, parameters, into)
        except duckdb_kql.KqlUnsupportedError as error:
            raise unsupported(error, kql) from error
        except (duckdb_kql.KqlError, duckdb.Error) as error:
            raise KqlError(f"the local resource graph cannot run this: {_first_line(error)}", kql) from error
        return checked.columns

    def _write(self, sql: str, parameters: Mapping[str, object], into: Path) -> None:
        # By way of Parquet: in one statement DuckDB sets aside 16 MiB for each JSON function of a query, and runs out.
        answer = into.with_suffix(".parquet")
        self._connection.execute(
            f"COPY ({sql}) TO {literal(str(answer))} (FORMAT parquet, ROW_GROUP_SIZE 4096)", parameters
        )
        self._connection.execute(
            f"COPY (SELECT * FROM read_parquet({literal(str(answer))})) TO {literal(str(into))} (FORMAT json)"
        )
        answer.unlink()


def _without_last_sort(tree: ir.Query) -> ir.Query:
    last = tree.operators[-1:]
    return replace(tree, operators=tree.operators[:-1]) if last and isinstance(last[0], ir.Sort) else tree


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def _teach_json_null() -> None:
    """Let ``isnull`` see a JSON null, as Kusto does; the library's own looks for SQL's null only."""
    for name, sql in (("isnull", _JSON_NULL), ("isnotnull", f"(NOT {_JSON_NULL})"), ("notnull", f"(NOT {_JSON_NULL})")):
        SCALAR_FUNCTIONS[name] = replace(SCALAR_FUNCTIONS[name], template=sql)


def _utc(moment: datetime) -> datetime:
    """Return *moment* as DuckDB's timestamps have it: in UTC, without saying so."""
    return moment.astimezone(UTC).replace(tzinfo=None)
