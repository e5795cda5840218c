"""The local resource graph: real KQL over a tenant copy."""

from __future__ import annotations

import shutil
from contextlib import nullcontext
from typing import TYPE_CHECKING, Final, Self

import duckdb

from tenantlint.errors import CopyError
from tenantlint.graph import RESOURCE_GRAPH_TABLES, Answer, GraphInfo, NotReadError
from tenantlint.graph.copies import TenantCopy, check_keys, check_rows
from tenantlint.graph.engine import STANDARD_COLUMNS, KqlEngine, open_duckdb
from tenantlint.graph.patience import SECONDS, within
from tenantlint.schema import TEXT_COLUMNS
from tenantlint.sql import literal, longest_line, read_json_sql, read_parquet_sql, texts_filled

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_TYPES: Final = ", ".join(f"{name}: '{'VARCHAR' if name in TEXT_COLUMNS else 'JSON'}'" for name in STANDARD_COLUMNS)
_CELLS: Final = texts_filled(TEXT_COLUMNS)


class LocalGraph:
    """A resource graph over the tenant copy *copy*; *work* is a folder for its temporary files.

    Tables are checked and staged as Parquet when a query first reads them, so that every query after that reads only
    the columns that it names. A query of a rule may take *seconds*.
    """

    def __init__(self, copy: TenantCopy, work: Path, seconds: float = SECONDS) -> None:
        self._copy = copy
        self._work = work
        self._seconds = seconds
        self._staged: set[str] = set()
        self._connection = open_duckdb(work, *{file.resolve().parent for file in copy.files.values()})
        self._engine = KqlEngine(self._connection, copy.captured_at)
        for name in sorted(RESOURCE_GRAPH_TABLES | set(copy.files)):
            self._engine.declare(name, STANDARD_COLUMNS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def prepare(self, queries: Iterable[str], *, repeating: Iterable[str] = ()) -> None:
        """Do nothing: here one query after the other is as fast."""

    def fetch(self, kql: str, into: Path, *, repeating: bool = False, in_order: bool = False) -> Answer:
        """Run *kql* and write its rows as JSON Lines to *into*; see :class:`~tenantlint.graph.ResourceGraph`."""
        checked = self._engine.check(kql)
        tables = tuple(sorted({name.lower() for name in checked.tables}))
        for table in tables:
            self._stage(table)
        answer = self._work / "answer.jsonl"  # the engine may write to its own folder only
        # Only a rule in a file lists what may repeat; other queries are ours, or of somebody who is waiting.
        with within(self._seconds, self._connection, kql) if repeating else nullcontext():
            columns = self._engine.write_json(checked, answer, in_order=in_order)
        shutil.move(answer, into)
        return Answer(columns, tables)

    def info(self) -> GraphInfo:
        """Describe the copy: a copy begins and ends at the moment when it was captured."""
        at = self._copy.captured_at
        return GraphInfo(
            f"tenant copy {self._copy.folder.resolve().name}",
            self._copy.cloud,
            self._copy.tenant_id,
            at,
            at,
            self._copy.coverage,
        )

    def _stage(self, table: str) -> None:
        if table in self._staged:
            return
        file = self._copy.files.get(table)
        if file is None:
            raise NotReadError(f"table {table!r} was not captured in this tenant copy")
        staged = self._work / f"{table}.parquet"
        check_rows(file)
        rows = read_json_sql(file, _TYPES, longest_line(file))
        try:
            self._connection.execute(
                f"COPY (SELECT {_CELLS} FROM {rows}) TO {literal(str(staged))} (FORMAT parquet, ROW_GROUP_SIZE 4096)"
            )
        except duckdb.Error as error:
            check_keys(file)
            raise CopyError(f"cannot read {file}: {str(error).partition(chr(10))[0]}") from error
        self._engine.add(table, STANDARD_COLUMNS, f"SELECT * FROM {read_parquet_sql(staged)}")
        self._staged.add(table)
