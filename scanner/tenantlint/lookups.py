"""Rows in memory, and the ways in which rules look them up."""

from __future__ import annotations

from collections import defaultdict
from itertools import chain, dropwhile
from typing import TYPE_CHECKING, Self

from tenantlint.errors import SnapshotError
from tenantlint.resource import Resource, subscription_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from tenantlint.schema import Schema
    from tenantlint.snapshot import Cells


class Rows(tuple[Resource, ...]):  # noqa: SLOT001 - a subclass of tuple cannot have any
    """The rows that a lookup found.

    ``unread`` says why there may be more of them than were seen; None where everything was read. A violation that
    rests on there being no row needs ``unread`` to be None.
    """

    unread: str | None

    def __new__(cls, rows: Iterable[Resource], unread: str | None = None) -> Self:
        """Hold *rows*."""
        self = super().__new__(cls, rows)
        self.unread = unread
        return self


class TableRows:
    """A table in memory: stored cells, made resources when they are looked up."""

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
            rows = self._index(path).get(key, ())
            found = self._found[path][key] = tuple(Resource(self.schema, cells) for cells in rows)
        return found

    def _index(self, path: str) -> Mapping[str, Sequence[Cells]]:
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


class Judged:
    """The resources that are judged at the same time: by the key of their owner, and by the owner's subscription.

    VMs own themselves; several protected items may have one owner. Resources without a key have none.
    """

    def __init__(self, resources: Iterable[tuple[str | None, Resource]]) -> None:
        self.by_key: dict[str, list[Resource]] = defaultdict(list)
        self.by_subscription: dict[str, list[Resource]] = defaultdict(list)
        for key, resource in resources:
            if key:
                self.by_key[key].append(resource)
            itself = key is None or key == resource.key
            self.by_subscription[resource.subscription_id if itself else subscription_of(key or "")].append(resource)
        self.first, self.last = min(self.by_key, default=""), max(self.by_key, default="")


def whole_owners(batches: Iterable[Sequence[Cells]]) -> Iterator[Sequence[Cells]]:
    """Yield the same rows, but all that share an owner in one batch: what belongs to it is looked up once.

    Rows without an owner stay as they come: there is nothing to look up, and there may be many.
    """
    held: list[Cells] = []
    for batch in batches:
        rows = [*held, *batch]
        last = rows[-1][-1]
        held = [row for row in rows if row[-1] == last] if last else []
        if len(held) < len(rows):
            yield rows[: len(rows) - len(held)]
    if held:
        yield held


class OwnedRows:
    """One partition's part of an owned table, read in step with the resources that are judged.

    Both come sorted by the key of the resource, so only the rows of one batch of resources are in memory, and still
    warm in the processor's cache when they are asked for. ``of`` holds them, by resource. Rows without a key come first
    and belong to nobody.
    """

    def __init__(self, schema: Schema, batches: Iterable[Sequence[Cells]], gap: Callable[[str], str | None]) -> None:
        self.of: dict[Resource, Rows] = {}
        self._schema = schema
        self._incoming = chain.from_iterable(batches)
        self._before = ""
        self._ahead = next(dropwhile(_is_ownerless, self._incoming), None)
        self._gap = gap
        self._nothing: dict[str, Rows] = {}

    def turn_to(self, judged: Judged) -> None:
        """Take in the rows of the resources that are *judged* from now on, and forget all others."""
        taken = self._take(judged.last)
        self.of.clear()
        for subscription, resources in judged.by_subscription.items():
            self.of.update(dict.fromkeys(resources, self._nothing_in(subscription)))
        for key, rows in taken.items():
            owned = judged.by_key.get(key)
            if owned is not None:
                gap = self.of[owned[0]].unread
                self.of.update(dict.fromkeys(owned, Rows([Resource(self._schema, cells) for cells in rows], gap)))

    def finish(self) -> None:
        """Read to the end, now that all resources were judged: rows out of order might be theirs."""
        while self._ahead is not None:
            self._take(self._ahead[-1] or "")

    def _take(self, last: str) -> dict[str, list[Cells]]:
        """Return the rows up to the key *last*, by key."""
        taken: dict[str, list[Cells]] = {}
        row, before = self._ahead, self._before
        while row is not None and (key := row[-1] or "") <= last:
            if key < before:
                raise SnapshotError(f"the rows of table {self._schema.table!r} are not in order")
            if key in taken:
                taken[key].append(row)
            else:
                taken[key] = [row]
            row, before = next(self._incoming, None), key
        self._ahead, self._before = row, before
        return taken

    def _nothing_in(self, subscription: str) -> Rows:
        """Return what stands for no rows in *subscription*: it knows whether there might be some after all."""
        if subscription not in self._nothing:
            self._nothing[subscription] = Rows((), self._gap(subscription))
        return self._nothing[subscription]


def _is_ownerless(cells: Cells) -> bool:
    return cells[-1] is None
