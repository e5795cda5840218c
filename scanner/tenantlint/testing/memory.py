"""Rows in memory, in the place of a snapshot."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson

from tenantlint.schema import NO_MATTER_WHAT, TEXT_COLUMNS, as_cell

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from tenantlint.manifest import Manifest
    from tenantlint.model import Json
    from tenantlint.schema import Having
    from tenantlint.snapshot import Cells


@dataclass(frozen=True)
class MemoryReader:
    """Rows in memory, read as if from a snapshot."""

    manifest: Manifest
    tables: Mapping[str, Sequence[Mapping[str, str | None]]]

    def rows(
        self, table: str, partition: str | None, columns: Sequence[str], *, having: Having = NO_MATTER_WHAT
    ) -> Iterable[Sequence[Cells]]:
        """See :class:`tenantlint.snapshot.Reader`."""
        files = self.manifest.tables[table].files
        if files and partition in (None, *files):
            rows = (row for row in self.tables[table] if all(_holds(row, *test) for test in having.items()))
            yield [tuple(row[column] for column in columns) for row in rows]

    def counts(self, table: str, columns: Sequence[str]) -> Iterable[tuple[Cells, int]]:
        """See :class:`tenantlint.snapshot.Reader`."""
        return Counter(cells for batch in self.rows(table, None, columns) for cells in batch).items()

    def keyed_rows(self, table: str, partition: str) -> Iterable[Sequence[Cells]]:
        """See :class:`tenantlint.snapshot.Reader`."""
        stored = self.manifest.tables[table]
        if partition in stored.files:
            rows = [(*row.values(), _key(row, stored.owner)) for row in self.tables[table]]
            at = stored.columns.index("id")
            yield sorted(rows, key=lambda cells: (cells[-1] or "", _lower(cells[at] or "")))


def as_cells(row: Mapping[str, Json], columns: Iterable[str]) -> dict[str, str | None]:
    """Return the cells of a *row* that is nested as Resource Graph shows it, as a snapshot stores them."""
    return {column: as_cell(column, _value(row, column)) for column in columns}


def _holds(row: Mapping[str, str | None], column: str, texts: str | Collection[str] | None) -> bool:
    cell = row[column]
    if cell is None or texts is None:
        return cell is not None
    return _lower(cell) in {
        _lower(str(as_cell(column, text))) for text in ([texts] if isinstance(texts, str) else texts)
    }


def _key(row: Mapping[str, str | None], owner: str | None) -> str | None:
    named = row[owner or "id"]
    if named and owner and owner not in TEXT_COLUMNS:
        value = orjson.loads(named)
        named = value if isinstance(value, str) else named
    return _lower(named) if named else None


def _lower(text: str) -> str:
    """Return *text* in lower case as the database of a snapshot makes it: letter by letter."""
    return "".join("i" if letter == "\u0130" else letter.lower() for letter in text)


def _value(row: Mapping[str, Json], column: str) -> Json:
    if column in row:
        return row[column]
    found: Json = dict(row)
    for step in column.split("_"):
        found = found.get(step) if isinstance(found, dict) else None
    return found
