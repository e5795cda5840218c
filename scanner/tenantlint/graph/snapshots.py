"""KQL over the tables of a snapshot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from tenantlint.graph.engine import KqlEngine, open_duckdb
from tenantlint.schema import TEXT_COLUMNS
from tenantlint.sql import identifier, read_parquet_sql

if TYPE_CHECKING:
    from pathlib import Path

    from tenantlint.snapshot import Snapshot


class SnapshotGraph:
    """The tables of *snapshot*, for exploring them; *work* is a folder for temporary files."""

    def __init__(self, snapshot: Snapshot, work: Path) -> None:
        self._connection = open_duckdb(work, snapshot.folder)
        self._engine = KqlEngine(self._connection, snapshot.manifest.ended_at)
        for name, table in snapshot.manifest.tables.items():
            if not table.missing:
                files = [snapshot.file(name, partition) for partition in table.files]
                self._engine.add(name, table.columns, _select(table.columns, files))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def fetch(self, kql: str, into: Path, *, in_order: bool = True) -> tuple[str, ...]:
        """Run *kql*, write its rows as JSON Lines to *into*, and return its columns. Raises ``KqlError``."""
        return self._engine.write_json(kql, into, in_order=in_order)


def _select(columns: tuple[str, ...], files: list[Path]) -> str:
    types = {column: "VARCHAR" if column in TEXT_COLUMNS else "JSON" for column in columns}
    cells = ", ".join(f"{_cell(identifier(column), kind)} AS {identifier(column)}" for column, kind in types.items())
    if files:
        return f"SELECT {cells} FROM {read_parquet_sql(*files)}"
    nothing = ", ".join(f"CAST(NULL AS {kind}) AS {identifier(column)}" for column, kind in types.items())
    return f"SELECT {nothing} WHERE false"


def _cell(column: str, kind: str) -> str:
    return f"CAST({column} AS JSON)" if kind == "JSON" else f"coalesce(CAST({column} AS VARCHAR), '')"
