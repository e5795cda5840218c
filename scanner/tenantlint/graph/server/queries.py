"""Runs a query over what a scope sees of the tables, and keeps the whole answer."""

from __future__ import annotations

import threading
from datetime import UTC
from typing import TYPE_CHECKING, Final

from duckdb_kql import ir
from duckdb_kql.translate import CLOCK_SLOT, clock, to_sql

from tenantlint.errors import KqlError
from tenantlint.graph.engine import STANDARD_COLUMNS, KqlEngine, open_duckdb
from tenantlint.graph.server.answers import Column, StoredAnswer, write_index
from tenantlint.graph.server.kql import check, refusal
from tenantlint.graph.server.visibility import load, visible

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    import duckdb

    from tenantlint.graph.dialect import Checked
    from tenantlint.graph.server.estate import Moment
    from tenantlint.graph.server.kql import Whole
    from tenantlint.graph.server.scope import Scope
    from tenantlint.graph.server.tables import Tables

_AT_ONCE: Final = 2
"""Queries: each has a database of its own, which may take 256 MB."""

_TYPES: Final = {
    "BIGINT": "integer",
    "BOOLEAN": "boolean",
    "DATE": "string",
    "DOUBLE": "number",
    "HUGEINT": "integer",
    "INTEGER": "integer",
    "INTERVAL": "string",
    "TIMESTAMP": "string",
    "UUID": "string",
    "VARCHAR": "string",
}
"""What the service calls DuckDB's types; any other is an object."""


class Queries:
    """KQL over *tables*; *now* is what ``now()`` counts from."""

    def __init__(self, tables: Tables, now: datetime) -> None:
        self._tables = tables
        self._now = now
        self._slots = threading.BoundedSemaphore(_AT_ONCE)

    def run(self, query: Whole, scope: Scope, moment: Moment, folder: Path) -> StoredAnswer:
        """Run *query* over what *scope* sees of the tables at *moment*; put the answer into *folder*.

        Raises ``ServiceError`` where the service would not take the query, ``CopyError`` where a table is broken.
        """
        with self._slots, open_duckdb(folder, self._tables.folder) as connection:
            engine = KqlEngine(connection, self._now)
            for name in moment.revisions:
                engine.declare(name, STANDARD_COLUMNS)
            checked = check(query, engine, moment.revisions)
            load(connection, scope)
            for name in {name.lower() for name in checked.tables}:
                staged = self._tables.stage(moment.revisions[name])
                hidden = moment.estate.hidden.get(name, frozenset())
                engine.add(name, STANDARD_COLUMNS, visible(name, staged, scope, hidden))
            file = folder / "rows.jsonl"
            try:
                engine.write_json(checked, file)
            except KqlError as error:
                raise refusal(error, query, moment.revisions) from error
            limited = any(isinstance(operator, ir.Take) for operator in checked.tree.operators)
            return StoredAnswer(file, write_index(file), self._columns(connection, checked), limited)

    def _columns(self, connection: duckdb.DuckDBPyConnection, checked: Checked) -> tuple[Column, ...]:
        with clock(self._now.astimezone(UTC).replace(tzinfo=None)) as used:
            sql = to_sql(checked.tree, checked.schema)
        described = connection.execute(f"DESCRIBE {sql}", {CLOCK_SLOT: used.moment} if used.used else {}).fetchall()
        return tuple(Column(name, _type(kind)) for name, kind, *_ in described)


def _type(kind: str) -> str:
    return "number" if kind.startswith("DECIMAL") else _TYPES.get(kind, "object")
