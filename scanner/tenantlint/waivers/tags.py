"""The tags of resources, for waivers that go by them: judgements do not carry rows."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

import orjson

from tenantlint.snapshot import SnapshotReader

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tenantlint.model import Json
    from tenantlint.snapshot import Snapshot

_COLUMNS: Final = ("id", "tags")


class TableTags:
    """The tags in one table of a snapshot, one partition in memory at a time; ``known`` if the table has any."""

    def __init__(self, snapshot: Snapshot, table: str) -> None:
        self._snapshot = snapshot
        self._table = table
        stored = snapshot.manifest.tables[table]
        self.known = set(_COLUMNS) <= set(stored.columns)
        self._partitions = snapshot.manifest.partitions_of(table) if self.known else ()
        self._next = 0
        self._cells: Mapping[str, str | None] = {}

    def of(self, key: str) -> Json:
        """Return the tags of the resource with the id *key*, in lower case; None where the table has none for it.

        Partitions are judged one after the other: the next one is where to look if a resource is not in this one.
        """
        for _ in range(len(self._partitions) + 1):
            if key in self._cells:
                cell = self._cells[key]
                tags: Json = orjson.loads(cell) if cell else None
                return tags
            self._turn()
        return None

    def _turn(self) -> None:
        if self._partitions:
            partition = self._partitions[self._next % len(self._partitions)]
            self._cells = dict(_cells(self._snapshot, self._table, partition))
            self._next += 1


def _cells(snapshot: Snapshot, table: str, partition: str) -> Iterator[tuple[str, str | None]]:
    with SnapshotReader(snapshot) as reader:
        for id_, tags in chain.from_iterable(reader.rows(table, partition, _COLUMNS)):
            yield (id_ or "").lower(), tags
