"""Changes of a tenant between two requests: rows that come, go, change, or are given in another order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import orjson

from tenantlint.errors import CopyError
from tenantlint.graph.copies import check_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tenantlint.model import Json

    Row: TypeAlias = dict[str, Json]


@dataclass(frozen=True)
class Mutation:
    """What happens to *table*: rows with the ids in ``remove`` go, those in ``add`` come first of all.

    ``change`` maps ids to the columns that get another value. ``reverse`` turns the order of all rows round, which an
    unsorted query shows: the service promises no order either. Ids are compared in lower case.
    """

    table: str
    remove: tuple[str, ...] = ()
    add: tuple[Row, ...] = ()
    change: Mapping[str, Row] = field(default_factory=dict)
    reverse: bool = False

    def rewrite(self, file: Path, into: Path) -> None:
        """Write the rows of *file* to *into* as they are after the change. Raises ``CopyError`` for an unknown id."""
        check_rows(file)
        removed = {name.lower() for name in self.remove}
        changed = {name.lower(): columns for name, columns in self.change.items()}
        rows = [*self.add, *_changed(_rows(file), removed, changed)]
        if missing := sorted(removed | changed.keys()):
            raise CopyError(f"a script changes a row that table {self.table!r} does not have: {missing[0]}")
        with into.open("wb") as lines:
            lines.writelines(orjson.dumps(row) + b"\n" for row in (reversed(rows) if self.reverse else rows))


def _rows(file: Path) -> Iterator[Row]:
    with file.open("rb") as lines:
        yield from (orjson.loads(line) for line in lines if line.strip())


def _changed(rows: Iterator[Row], removed: set[str], changed: dict[str, Row]) -> Iterator[Row]:
    """Yield the rows that stay; what is left in *removed* and *changed* was not found."""
    for row in rows:
        name = str(row.get("id")).lower()
        if name in removed:
            removed.discard(name)
        else:
            yield row | changed.pop(name, {})
