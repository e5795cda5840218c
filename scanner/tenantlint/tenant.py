"""What rules may look into: the rows around the resource that they judge."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from tenantlint.errors import UndeclaredReadError
from tenantlint.lookups import OwnedRows, Rows, TableRows
from tenantlint.schema import Schema

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenantlint.manifest import Manifest
    from tenantlint.resource import Resource
    from tenantlint.snapshot import Reader


@dataclass
class Tenant:
    """The tables of one partition together with those that are kept whole for the tenant."""

    manifest: Manifest
    tables: Mapping[str, TableRows]
    opened: dict[str, OwnedRows] = field(default_factory=dict)
    _gaps: dict[tuple[str, str | None], str | None] = field(default_factory=dict)

    def owned(self, table: str, resource: Resource) -> Rows:
        """Return the rows of *table* that belong to *resource* (a VM's disks, protected items, extensions …)."""
        rows = self.opened.get(table) or self.open(table)
        return rows.of(resource)

    def by_id(self, table: str, id: str) -> Resource | None:  # noqa: A002 - ids are what this is about
        """Return the row of *table*, kept whole for the tenant, with *id* in any case.

        None where there is none, or none that could be read.
        """
        found = self._whole(table).where("id", id)
        return found[0] if found else None

    def where(self, table: str, path: str, value: str) -> Rows:
        """Return the rows of *table*, kept whole for the tenant, in which *path* finds *value*, in any case."""
        return Rows(self._whole(table).where(path, value), self.gap(table, None))

    def gap(self, table: str, subscription: str | None) -> str | None:
        """Say why rows of *table* may be missing from *subscription*; None where none are.

        None or "" for *subscription*: from anywhere in the tenant, since where to look is not known.
        """
        try:
            return self._gaps[table, subscription]
        except KeyError:
            gap = self._gaps[table, subscription] = gap_in(self.manifest, table, subscription)
            return gap

    def open(self, table: str) -> OwnedRows:
        """Prepare *table* for :meth:`owned`, once; ``opened`` holds it from then on."""
        owner = self.manifest.tables[table].owner
        if owner is None:
            raise UndeclaredReadError(f"table {table!r} is kept whole for the tenant: use by_id or where")
        gaps = partial(gap_in, self.manifest, table)  # not self.gap: a circle would keep a whole partition in memory
        rows = self.opened[table] = OwnedRows(self._rows(table), owner, gaps)
        return rows

    def _whole(self, table: str) -> TableRows:
        if self.manifest.tables[table].owner is not None:
            raise UndeclaredReadError(f"table {table!r} is partitioned, the row may lie elsewhere: use owned or a fact")
        return self._rows(table)

    def _rows(self, table: str) -> TableRows:
        if table not in self.tables:
            raise UndeclaredReadError(f"table {table!r} is partitioned and cannot be looked into from here: use a fact")
        return self.tables[table]


@dataclass(frozen=True)
class DeclaredReads:
    """A tenant as one rule may see it: looking into a table that its ``reads`` does not name raises."""

    rule: str
    allowed: frozenset[str]
    _tenant: Tenant

    # Each method checks for itself: a call more would be a tenth of what most rules cost.

    def owned(self, table: str, resource: Resource) -> Rows:
        """See :meth:`Tenant.owned`."""
        if table not in self.allowed:
            raise undeclared(self.rule, table)
        rows = self._tenant.opened.get(table) or self._tenant.open(table)
        return rows.of(resource)

    def by_id(self, table: str, id: str) -> Resource | None:  # noqa: A002 - ids are what this is about
        """See :meth:`Tenant.by_id`."""
        if table not in self.allowed:
            raise undeclared(self.rule, table)
        return self._tenant.by_id(table, id)

    def where(self, table: str, path: str, value: str) -> Rows:
        """See :meth:`Tenant.where`."""
        if table not in self.allowed:
            raise undeclared(self.rule, table)
        return self._tenant.where(table, path, value)

    def gap(self, table: str, subscription: str | None) -> str | None:
        """See :meth:`Tenant.gap`."""
        if table not in self.allowed:
            raise undeclared(self.rule, table)
        return self._tenant.gap(table, subscription)


def gap_in(manifest: Manifest, table: str, subscription: str | None) -> str | None:
    """Say why rows of *table* may be missing from *subscription*; see :meth:`Tenant.gap`."""
    return manifest.coverage.gap(manifest.tables[table].reads, subscription or None)


def undeclared(reader: str, name: str) -> UndeclaredReadError:
    """Make the error for a rule or fact that looks into a table or fact that its ``reads`` does not name."""
    return UndeclaredReadError(f"{reader!r} looks into {name!r}, which its reads do not name")


def load(reader: Reader, table: str, partition: str) -> TableRows:
    """Read one partition of *table* into memory."""
    columns = reader.manifest.tables[table].columns
    rows = [cells for batch in reader.rows(table, partition, columns) for cells in batch]
    return TableRows(Schema(table, columns), rows)
