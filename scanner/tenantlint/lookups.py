"""Rows in memory, and the ways in which rules look them up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, overload

from tenantlint.resource import Resource

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenantlint.schema import Schema
    from tenantlint.snapshot import Cells


class Rows(Sequence[Resource]):
    """The rows that a lookup found.

    ``unread`` says why there may be more of them than were seen; None where everything was read. A violation that
    rests on there being no row needs ``unread`` to be None.
    """

    __slots__ = ("_rows", "unread")

    def __init__(self, rows: Sequence[Resource], unread: str | None = None) -> None:
        self._rows = rows
        self.unread = unread

    @overload
    def __getitem__(self, at: int) -> Resource: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Resource]: ...
    def __getitem__(self, at: int | slice) -> Resource | Sequence[Resource]:
        """Return a row, or some of them."""
        return self._rows[at]

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Resource]:
        """Iterate over the rows, faster than a sequence does by itself."""
        return iter(self._rows)


class TableRows:
    """One table, or one partition's part of it, in memory: stored cells, made resources when they are looked up."""

    def __init__(self, schema: Schema, rows: Sequence[Cells]) -> None:
        self.schema = schema
        self._cells = rows
        self._indexes: dict[str, dict[str, list[Cells]]] = {}
        self._found: dict[str, dict[str, Sequence[Resource]]] = defaultdict(dict)

    def __iter__(self) -> Iterator[Resource]:
        return (Resource(self.schema, cells) for cells in self._cells)

    def where(self, path: str, value: str) -> Sequence[Resource]:
        """Return the rows in which *path* finds the text *value*, in any case; they are made once."""
        key = value.lower()
        found = self._found[path].get(key)
        if found is None:
            rows = self.index(path).get(key, ())
            found = self._found[path][key] = tuple(Resource(self.schema, cells) for cells in rows)
        return found

    def index(self, path: str) -> Mapping[str, Sequence[Cells]]:
        """Return the stored rows by the text, in lower case, that *path* finds in them."""
        if path not in self._indexes:
            self._indexes[path] = self._make_index(path)
        return self._indexes[path]

    def _make_index(self, path: str) -> dict[str, list[Cells]]:
        way = self.schema.way(path)
        index: dict[str, list[Cells]] = defaultdict(list)
        for cells in self._cells:
            value = self.schema.value(way, cells)
            if isinstance(value, str):
                index[value.lower()].append(cells)
        return dict(index)


class OwnedRows:
    """One partition's part of an owned table, by the resources that the rows belong to: what rules ask most."""

    def __init__(self, rows: TableRows, owner: str, gap: Callable[[str], str | None]) -> None:
        self._schema = rows.schema
        self._by_owner = rows.index(owner)
        self._gap = gap
        self._found: dict[str, Rows] = {}
        self._nothing: dict[str, Rows] = {}

    def of(self, resource: Resource) -> Rows:
        """Return the rows that belong to *resource*; each answer is made once."""
        found = self._found.get(resource.key)
        if found is not None:
            return found
        found = self._found[resource.key] = self._make(resource)
        return found

    def _make(self, resource: Resource) -> Rows:
        subscription = resource.subscription_id
        nothing = self._nothing.get(subscription)
        if nothing is None:
            nothing = self._nothing[subscription] = Rows((), self._gap(subscription))
        stored = self._by_owner.get(resource.key)
        return Rows([Resource(self._schema, cells) for cells in stored], nothing.unread) if stored else nothing
