"""What a judgement, or a fact, may depend on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from tenantlint.manifest import TENANT
from tenantlint.resource import Resource
from tenantlint.schema import Schema
from tenantlint.tenant import DeclaredReads, TableRows, check_declared, load

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from tenantlint.dated import InForce
    from tenantlint.rules import Rule
    from tenantlint.snapshot import Reader

T = TypeVar("T")


@dataclass(frozen=True)
class Context:
    """What a judgement may depend on besides the resource, and nothing else.

    ``now`` is the moment as of which is judged: the snapshot's, unless the user gave another. ``cloud`` is the name of
    the cloud ("AzureCloud", "AzureUSGovernment", "AzureChinaCloud"). ``settings`` are the rule's own parameters.
    """

    rule: Rule
    tenant: DeclaredReads
    settings: Mapping[str, Any]
    now: datetime
    cloud: str
    tenant_id: str
    edition: str | None
    _facts: Mapping[str, object]

    def fact(self, name: str, kind: type[T]) -> T:
        """Return the fact *name*, which is a *kind*.

        Raises ``UndeclaredReadError`` where the rule's ``reads`` does not name it.
        """
        check_declared(self.rule.id, name, self.rule.reads)
        value = self._facts[name]
        if not isinstance(value, kind):
            raise TypeError(f"fact {name!r} is a {type(value).__name__}, not a {kind.__name__}")
        return value

    def limit(self, name: str) -> InForce[Any]:
        """Return the limit *name* as the edition in use states it."""
        return self.rule.limits[name].at(self.edition)


class FactTables:
    """Whole tables, streamed for a fact: all partitions, one after the other, only the columns that it names."""

    def __init__(self, reader: Reader, allowed: frozenset[str], name: str) -> None:
        self._reader = reader
        self._allowed = allowed
        self._name = name

    def rows(self, table: str, *columns: str) -> Iterator[Resource]:
        """Yield every row of *table*, with its id and *columns* only."""
        check_declared(self._name, table, self._allowed)
        schema = Schema(table, tuple(dict.fromkeys(("id", *columns))))
        for partition in self._reader.manifest.partitions_of(table):
            for batch in self._reader.rows(table, partition, schema.columns):
                yield from (Resource(schema, cells) for cells in batch)

    def tenant(self, table: str) -> TableRows:
        """Return *table*, which is kept whole for the tenant, for lookups."""
        check_declared(self._name, table, self._allowed)
        return load(self._reader, table, TENANT)
