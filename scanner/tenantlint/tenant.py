"""What rules may look into: the rows around the resource that they judge, and facts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, overload

from tenantlint.errors import UndeclaredReadError
from tenantlint.resource import Resource
from tenantlint.schema import Schema

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenantlint.manifest import Manifest
    from tenantlint.snapshot import Cells, Reader


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


class TableRows:
    """One table, or one partition's part of it, in memory: stored cells, made resources when looked up."""

    def __init__(self, schema: Schema, rows: Sequence[Cells]) -> None:
        self.schema = schema
        self._cells = rows
        self._indexes: dict[str, dict[str, list[Resource]]] = {}

    def __iter__(self) -> Iterator[Resource]:
        return (Resource(self.schema, cells) for cells in self._cells)

    def where(self, path: str, value: str) -> Sequence[Resource]:
        """Return the rows in which *path* finds *value*, in any case."""
        index = self._indexes.get(path)
        if index is None:
            index = self._indexes[path] = self._index(path)
        return index.get(value.lower(), ())

    def _index(self, path: str) -> dict[str, list[Resource]]:
        index: dict[str, list[Resource]] = defaultdict(list)
        for row in self:
            index[(row.text(path) or "").lower()].append(row)
        return dict(index)


@dataclass
class Tenant:
    """The tables of one partition together with those that are kept whole for the tenant."""

    manifest: Manifest
    tables: Mapping[str, TableRows]
    _gaps: dict[tuple[str, str | None], str | None] = field(default_factory=dict)

    def owned(self, table: str, resource: Resource) -> Rows:
        """Return the rows of *table* that belong to *resource* (a VM's disks, protected items, extensions …)."""
        owner = self.manifest.tables[table].owner
        if owner is None:
            raise UndeclaredReadError(f"table {table!r} is kept whole for the tenant: use by_id or where")
        return Rows(self._rows(table).where(owner, resource.key), self._gap(table, resource.subscription_id))

    def by_id(self, table: str, id: str) -> Resource | None:  # noqa: A002 - ids are what this is about
        """Return the row of *table* with *id*, in any case; None where there is none, or none that could be read."""
        found = self._rows(table).where("id", id)
        return found[0] if found else None

    def where(self, table: str, path: str, value: str) -> Rows:
        """Return the rows of *table*, kept whole for the tenant, in which *path* finds *value*, in any case."""
        return Rows(self._rows(table).where(path, value), self._gap(table, None))

    def gap(self, table: str, subscription: str | None) -> str | None:
        """Say why rows of *table* may be missing from *subscription* (None: from the tenant); None where none are."""
        return self._gap(table, subscription)

    def _rows(self, table: str) -> TableRows:
        if table not in self.tables:
            raise UndeclaredReadError(f"table {table!r} is partitioned and cannot be looked into from here: use a fact")
        return self.tables[table]

    def _gap(self, table: str, subscription: str | None) -> str | None:
        key = (table, subscription)
        if key not in self._gaps:
            self._gaps[key] = self.manifest.coverage.gap(self.manifest.tables[table].reads, subscription)
        return self._gaps[key]


@dataclass(frozen=True)
class DeclaredReads:
    """A tenant as one rule may see it: looking into a table that its ``reads`` does not name raises."""

    rule: str
    allowed: frozenset[str]
    _tenant: Tenant

    def owned(self, table: str, resource: Resource) -> Rows:
        """See :meth:`Tenant.owned`."""
        return self._of(table).owned(table, resource)

    def by_id(self, table: str, id: str) -> Resource | None:  # noqa: A002 - ids are what this is about
        """See :meth:`Tenant.by_id`."""
        return self._of(table).by_id(table, id)

    def where(self, table: str, path: str, value: str) -> Rows:
        """See :meth:`Tenant.where`."""
        return self._of(table).where(table, path, value)

    def gap(self, table: str, subscription: str | None) -> str | None:
        """See :meth:`Tenant.gap`."""
        return self._of(table).gap(table, subscription)

    def _of(self, table: str) -> Tenant:
        check_declared(self.rule, table, self.allowed)
        return self._tenant


def check_declared(rule: str, name: str, allowed: frozenset[str]) -> None:
    """Raise ``UndeclaredReadError`` where *rule* looks into a table or fact that its ``reads`` does not name."""
    if name not in allowed:
        raise UndeclaredReadError(f"rule {rule!r} looks into {name!r}, which its reads do not name")


def load(reader: Reader, table: str, partition: str) -> TableRows:
    """Read one partition of *table* into memory."""
    columns = reader.manifest.tables[table].columns
    rows = [cells for batch in reader.rows(table, partition, columns) for cells in batch]
    return TableRows(Schema(table, columns), rows)
