"""A tenant as one rule may see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tenantlint.errors import UndeclaredReadError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenantlint.lookups import Rows
    from tenantlint.resource import Resource
    from tenantlint.tenant import Tenant


@dataclass(frozen=True)
class DeclaredReads:
    """A tenant as one rule may see it: looking into a table that its ``reads`` does not name raises."""

    rule: str
    allowed: frozenset[str]
    _tenant: Tenant
    _owned: dict[str, Mapping[Resource, Rows]] = field(default_factory=dict)

    # Each method checks for itself: a call more would be a tenth of what most rules cost.

    def owned(self, table: str, resource: Resource) -> Rows:
        """Return the rows of *table* that have the same owner as *resource*, which is the one that is judged.

        Those of a VM are its disks, protected items, extensions …; that of a protected item in ``virtual_machines`` is
        its VM. The rows of another resource may lie in another partition: asking for them raises.
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
        if self._tenant.manifest.tables[table].owner is None:
            raise UndeclaredReadError(f"table {table!r} is kept whole for the tenant: use by_id or where")
        if table not in self._tenant.owned:
            raise UndeclaredReadError(f"table {table!r} is partitioned and cannot be looked into from here: use a fact")
        rows = self._owned[table] = self._tenant.owned[table].of
        if resource not in rows:
            raise UndeclaredReadError(f"only the rows of the resource that is judged can be found in {table!r}")
        return rows[resource]


def undeclared(reader: str, name: str) -> UndeclaredReadError:
    """Make the error for a rule or fact that looks into a table or fact that its ``reads`` does not name."""
    return UndeclaredReadError(f"{reader!r} looks into {name!r}, which its reads do not name")
