"""What rules may look into: the rows around the resource that they judge."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from tenantlint.errors import SnapshotError, UndeclaredReadError
from tenantlint.lookups import Judged, OwnedRows, Rows, TableRows
from tenantlint.manifest import TENANT
from tenantlint.schema import Schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

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
    """What lies around the resources that are judged: rows that belong to them, and tables kept whole.

    The *owned* tables are read in step with *table*, the one whose rows are judged.
    """

    reader: Reader
    table: str
    partition: str
    whole: WholeTables
    owned: Mapping[str, OwnedRows]
    _last: str = ""
    _gaps: dict[tuple[str, str | None], str | None] = field(default_factory=dict)

    @property
    def manifest(self) -> Manifest:
        """The snapshot's manifest."""
        return self.reader.manifest

    @property
    def has_owners(self) -> bool:
        """Whether the rows that are judged have owners other than themselves, which several may share."""
        return self.manifest.tables[self.table].owner not in (None, "id")

    def turn_to(self, resources: Sequence[tuple[str | None, Resource]]) -> None:
        """Look around these *resources* from now on, each with the key of its owner, which come after earlier ones.

        Raises ``SnapshotError`` where the rows of a table are not in order or cannot be read.
        """
        if not self.owned or not resources:
            return
        judged = Judged(resources)
        if judged.by_key and judged.first <= self._last:
            raise SnapshotError(f"the rows of table {self.table!r} are not in order")
        self._last = judged.last or self._last
        for rows in self.owned.values():
            rows.turn_to(judged)

    def finish(self) -> None:
        """Read to the end what lies around. Raises as :meth:`turn_to` does."""
        for rows in self.owned.values():
            rows.finish()

    def owned_by(self, table: str, resource: Resource) -> Rows:
        """Return the rows of *table* with the owner of *resource*.

        Raises ``UndeclaredReadError`` where the rows of *table* may lie elsewhere.
        """
        if table not in self.owned:
            raise UndeclaredReadError(f"table {table!r} is partitioned and cannot be looked into from here: use a fact")
        return self.owned[table].of[resource]

    def by_id(self, table: str, id: str) -> Resource | None:  # noqa: A002 - ids are what this is about
        """See :meth:`tenantlint.reads.DeclaredReads.by_id`."""
        found = self.whole.get(table).where("id", id)
        return found[0] if found else None

    def where(self, table: str, path: str, value: str) -> Rows:
        """See :meth:`tenantlint.reads.DeclaredReads.where`."""
        return Rows(self.whole.get(table).where(path, value), self.gap(table, None))

    def gap(self, table: str, subscription: str | None) -> str | None:
        """See :meth:`tenantlint.reads.DeclaredReads.gap`."""
        try:
            return self._gaps[table, subscription]
        except KeyError:
            gap = self._gaps[table, subscription] = gap_in(self.manifest, table, subscription)
            return gap


def open_tenant(reader: Reader, table: str, partition: str, whole: WholeTables, reads: Iterable[str]) -> Tenant:
    """Open what lies around the rows of *table*: of what rules read, the owned tables, if they can be looked into.

    They can where *table* is partitioned by owners as well; else their rows may lie in any partition.
    """
    tables = reader.manifest.tables
    found = {name for name in reads if name in tables and tables[name].owner and name != table}
    found = found if tables[table].owner else set()
    return Tenant(reader, table, partition, whole, {name: _open(reader, name, partition) for name in sorted(found)})


def _open(reader: Reader, table: str, partition: str) -> OwnedRows:
    manifest = reader.manifest
    schema = Schema(table, manifest.tables[table].columns)
    return OwnedRows(schema, reader.keyed_rows(table, partition), partial(gap_in, manifest, table))


def gap_in(manifest: Manifest, table: str, subscription: str | None) -> str | None:
    """Say why rows of *table* may be missing from *subscription*; see :meth:`Tenant.gap`."""
    return manifest.coverage.gap((table, *manifest.tables[table].reads), subscription or None)


def _read(reader: Reader, table: str) -> TableRows:
    """Read *table*, which is kept whole for the tenant, into memory."""
    columns = reader.manifest.tables[table].columns
    rows = [cells for batch in reader.rows(table, TENANT, columns) for cells in batch]
    return TableRows(Schema(table, columns), rows)
