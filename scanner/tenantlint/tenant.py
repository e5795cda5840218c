"""What rules may look into: the rows around the resource that they judge."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from tenantlint.errors import SnapshotError, UndeclaredReadError
from tenantlint.lookups import OwnedRows, Rows, TableRows
from tenantlint.manifest import TENANT
from tenantlint.schema import Schema

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenantlint.manifest import Manifest
    from tenantlint.resource import Resource
    from tenantlint.snapshot import Reader


class WholeTables:
    """The tables that are kept whole for the tenant, each loaded when a rule first asks for it."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._loaded: dict[str, TableRows] = {}

    def get(self, table: str) -> TableRows:
        """Return *table*. Raises ``UndeclaredReadError`` where it is partitioned."""
        return self._loaded.get(table) or self._load(table)

    def _load(self, table: str) -> TableRows:
        if self.reader.manifest.tables[table].owner is not None:
            raise UndeclaredReadError(f"table {table!r} is partitioned, the row may lie elsewhere: use owned or a fact")
        rows = self._loaded[table] = _read(self.reader, table)
        return rows


@dataclass
class Tenant:
    """What lies around the resources that are judged: rows that belong to them, and tables kept whole."""

    reader: Reader
    table: str
    """The table whose rows are judged."""
    partition: str
    whole: WholeTables
    _keys: Mapping[Resource, str] = field(default_factory=dict)
    _last: str = ""
    _owned: dict[str, OwnedRows] = field(default_factory=dict)
    _gaps: dict[tuple[str, str | None], str | None] = field(default_factory=dict)

    @property
    def manifest(self) -> Manifest:
        """The snapshot's manifest."""
        return self.reader.manifest

    def turn_to(self, keys: Mapping[Resource, str]) -> None:
        """Look around these resources from now on, whose *keys* do not come before those of earlier ones."""
        if keys and min(keys.values()) <= self._last:
            raise SnapshotError(f"the rows of table {self.table!r} are not in order")
        self._keys, self._last = keys, max(keys.values(), default=self._last)
        for rows in self._owned.values():
            rows.turn_to(keys, self._last)

    def owned(self, table: str) -> Mapping[Resource, Rows]:
        """Return the rows of *table* by the resources that are judged: always the same mapping, kept up to date."""
        rows = self._owned.get(table) or self._open(table)
        return rows.of

    def by_id(self, table: str, id: str) -> Resource | None:  # noqa: A002 - ids are what this is about
        """See :meth:`DeclaredReads.by_id`."""
        found = self.whole.get(table).where("id", id)
        return found[0] if found else None

    def where(self, table: str, path: str, value: str) -> Rows:
        """See :meth:`DeclaredReads.where`."""
        return Rows(self.whole.get(table).where(path, value), self.gap(table, None))

    def gap(self, table: str, subscription: str | None) -> str | None:
        """See :meth:`DeclaredReads.gap`."""
        try:
            return self._gaps[table, subscription]
        except KeyError:
            gap = self._gaps[table, subscription] = gap_in(self.manifest, table, subscription)
            return gap

    def _open(self, table: str) -> OwnedRows:
        stored = self.manifest.tables[table]
        if stored.owner is None:
            raise UndeclaredReadError(f"table {table!r} is kept whole for the tenant: use by_id or where")
        if self.manifest.tables[self.table].owner != "id":  # such rows may lie in any partition
            raise UndeclaredReadError(f"table {table!r} is partitioned and cannot be looked into from here: use a fact")
        gaps = partial(gap_in, self.manifest, table)  # not self.gap: a circle would keep a whole partition in memory
        batches = self.reader.keyed_rows(table, self.partition)
        rows = self._owned[table] = OwnedRows(Schema(table, stored.columns), batches, gaps)
        rows.turn_to(self._keys, self._last)
        return rows


@dataclass(frozen=True)
class DeclaredReads:
    """A tenant as one rule may see it: looking into a table that its ``reads`` does not name raises."""

    rule: str
    allowed: frozenset[str]
    _tenant: Tenant
    _owned: dict[str, Mapping[Resource, Rows]] = field(default_factory=dict)

    # Each method checks for itself: a call more would be a tenth of what most rules cost.

    def owned(self, table: str, resource: Resource) -> Rows:
        """Return the rows of *table* that belong to *resource*, which is the one that is judged.

        Those of a VM are its disks, protected items, extensions …. The rows of another resource may lie in another
        partition: asking for them raises.
        """
        try:
            return self._owned[table][resource]
        except KeyError:
            return self._find_owned(table, resource)

    def by_id(self, table: str, id: str) -> Resource | None:  # noqa: A002 - ids are what this is about
        """Return the row of *table*, kept whole for the tenant, with *id* in any case.

        None where there is none, or none that could be read.
        """
        if table not in self.allowed:
            raise undeclared(self.rule, table)
        return self._tenant.by_id(table, id)

    def where(self, table: str, path: str, value: str) -> Rows:
        """Return the rows of *table*, kept whole for the tenant, in which *path* finds *value*, in any case."""
        if table not in self.allowed:
            raise undeclared(self.rule, table)
        return self._tenant.where(table, path, value)

    def gap(self, table: str, subscription: str | None) -> str | None:
        """Say why rows of *table* may be missing from *subscription*; None where none are.

        None or "" for *subscription*: from anywhere in the tenant, since where to look is not known.
        """
        if table not in self.allowed:
            raise undeclared(self.rule, table)
        return self._tenant.gap(table, subscription)

    def _find_owned(self, table: str, resource: Resource) -> Rows:
        if table not in self.allowed:
            raise undeclared(self.rule, table)
        rows = self._owned[table] = self._tenant.owned(table)
        if resource not in rows:
            raise UndeclaredReadError(f"only the rows of the resource that is judged can be found in {table!r}")
        return rows[resource]


def gap_in(manifest: Manifest, table: str, subscription: str | None) -> str | None:
    """Say why rows of *table* may be missing from *subscription*; see :meth:`Tenant.gap`."""
    return manifest.coverage.gap((table, *manifest.tables[table].reads), subscription or None)


def undeclared(reader: str, name: str) -> UndeclaredReadError:
    """Make the error for a rule or fact that looks into a table or fact that its ``reads`` does not name."""
    return UndeclaredReadError(f"{reader!r} looks into {name!r}, which its reads do not name")


def _read(reader: Reader, table: str) -> TableRows:
    """Read *table*, which is kept whole for the tenant, into memory."""
    columns = reader.manifest.tables[table].columns
    rows = [cells for batch in reader.rows(table, TENANT, columns) for cells in batch]
    return TableRows(Schema(table, columns), rows)
