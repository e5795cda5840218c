"""The tables of a tenant copy as they are now, and as Parquet.

A table may change while the server runs: by a script of faults, or because somebody edits its file. Whoever answers
takes one look at all tables (:meth:`Tables.revisions`) and reads those.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import duckdb

from tenantlint.errors import CopyError
from tenantlint.graph.copies import check_rows
from tenantlint.graph.engine import STANDARD_COLUMNS, open_duckdb
from tenantlint.schema import TEXT_COLUMNS
from tenantlint.sql import literal, longest_line, read_json_sql, texts_filled

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_TYPES: Final = ", ".join(f"{name}: '{'VARCHAR' if name in TEXT_COLUMNS else 'JSON'}'" for name in STANDARD_COLUMNS)
_CELLS: Final = texts_filled(TEXT_COLUMNS)


@dataclass(frozen=True, slots=True)
class Revision:
    """A table's file at one moment: ``changed`` is when it was last written, in ns; ``size`` is in bytes."""

    table: str
    file: Path
    changed: int
    size: int


class Tables:
    """The tables in *files*, by their names in lower case; *work* is a folder for what is made of them."""

    def __init__(self, files: Mapping[str, Path], work: Path) -> None:
        self._files = dict(files)
        self._staged: dict[Revision, Path] = {}
        self._lock = threading.Lock()
        self.folder = work
        work.mkdir()

    def revisions(self) -> dict[str, Revision]:
        """Look at all tables. Raises ``CopyError`` where a file has gone."""
        with self._lock:
            files = dict(self._files)
        return {name: _revision(name, file) for name, file in sorted(files.items())}

    def change(self, table: str, rewrite: Callable[[Path, Path], None]) -> None:
        """Let *rewrite* make a new file of the file of *table*, which is read from then on. Raises ``CopyError``."""
        with self._lock:
            if table not in self._files:
                raise CopyError(f"there is no table {table!r} in this tenant copy")
            into = self.folder / f"{table}.{len(list(self.folder.glob(f'{table}.*.jsonl'))) + 1}.jsonl"
            rewrite(self._files[table], into)
            self._files[table] = into

    def stage(self, revision: Revision) -> Path:
        """Return the table as Parquet, checked and written when it is first asked for. Raises ``CopyError``."""
        with self._lock:
            if revision not in self._staged:
                into = self.folder / f"{revision.table}.{len(self._staged)}.parquet"
                _stage(revision.file, into)
                self._staged[revision] = into
            return self._staged[revision]


def _revision(name: str, file: Path) -> Revision:
    try:
        status = file.stat()
    except OSError as error:
        raise CopyError(f"cannot read {file}: {error.strerror}") from error
    return Revision(name, file, status.st_mtime_ns, status.st_size)


def _stage(file: Path, into: Path) -> None:
    check_rows(file)
    rows = read_json_sql(file, _TYPES, longest_line(file))
    target = f"{literal(str(into))} (FORMAT parquet, ROW_GROUP_SIZE 4096)"
    try:
        with open_duckdb(into.parent, file.resolve().parent) as connection:
            connection.execute(f"COPY (SELECT {_CELLS} FROM {rows}) TO {target}")  # noqa: S608 - literal() quotes the names
    except duckdb.Error as error:
        raise CopyError(f"cannot read {file}: {str(error).partition(chr(10))[0]}") from error
