"""What a judgement, or a fact, may depend on."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar

from tenantlint.dated import InForce
from tenantlint.errors import MissingColumnError
from tenantlint.reads import DeclaredReads, undeclared
from tenantlint.resource import Resource
from tenantlint.schema import NO_MATTER_WHAT, Schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from tenantlint.lookups import TableRows
    from tenantlint.model import Json
    from tenantlint.rules import Rule
    from tenantlint.schema import Having
    from tenantlint.snapshot import Cells
    from tenantlint.tenant import WholeTables

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
    _limits: dict[str, InForce[Any]] = field(default_factory=dict)

    def fact(self, name: str, kind: type[T]) -> T:
        """Return the fact *name*, which is a *kind*.

        Raises ``UndeclaredReadError`` where the rule's ``reads`` does not name it.
        """
        if name not in self.rule.reads:
            raise undeclared(self.rule.id, name)
        return as_kind(name, self._facts[name], kind)

    def limit(self, name: str) -> InForce[Any]:
        """Return the limit *name* as the user set it or, where that did not happen, as the edition in use states it."""
        found = self._limits.get(name)
        if found is None:
            found = self._limits[name] = self._find_limit(name)
        return found

    def _find_limit(self, name: str) -> InForce[Any]:
        dated = self.rule.limits[name]
        return InForce(self.settings[name], "") if name in self.settings else dated.at(self.edition)


class FactTables:
    """What a fact is computed from: whole tables, streamed over all partitions, and the facts that it names."""

    def __init__(
        self, whole: WholeTables, allowed: frozenset[str], name: str, facts: Mapping[str, object] | None = None
    ) -> None:
        self._whole = whole
        self._reader = whole.reader
        self._allowed = allowed
        self._name = name
        self._facts = facts or {}

    def rows(self, table: str, *columns: str, having: Having = NO_MATTER_WHAT) -> Iterator[Resource]:
        """Yield the rows of *table*, with their id and *columns* only.

        With *having*, only those in which these columns hold this text, or one of these, in any case, or (None)
        anything.

        Raises ``MissingColumnError``, which makes the rules that share the fact ``not-evaluable: unread``, where the
        snapshot does not hold one of them.
        """
        schema = Schema(table, tuple(dict.fromkeys(("id", *columns))))
        return (Resource(schema, cells) for cells in self._cells(table, schema.columns, having))

    def values(self, table: str, *columns: str, having: Having = NO_MATTER_WHAT) -> Iterator[list[Json]]:
        """Yield the values of *columns* of the rows of *table*: much cheaper than :meth:`rows` where that is enough.

        *having* is, and this raises, as with :meth:`rows`.
        """
        schema = Schema(table, columns)
        return (schema.decode(cells) for cells in self._cells(table, columns, having))

    def counts(self, table: str, *columns: str) -> Iterator[tuple[list[Json], int]]:
        """Yield every combination of values of *columns* in *table*, and the number of rows that have it.

        Raises as :meth:`rows` does.
        """
        schema = Schema(table, columns)
        self._demand(table, columns)
        return ((schema.decode(cells), rows) for cells, rows in self._reader.counts(table, columns))

    def tenant(self, table: str) -> TableRows:
        """Return *table*, which is kept whole for the tenant, for lookups."""
        self._check(table)
        return self._whole.get(table)

    def fact(self, name: str, kind: type[T]) -> T:
        """Return another fact, which is a *kind* and which ``reads`` names."""
        self._check(name)
        return as_kind(name, self._facts[name], kind)

    def _cells(self, table: str, columns: tuple[str, ...], having: Having) -> Iterator[Cells]:
        self._demand(table, (*columns, *having))
        return chain.from_iterable(self._reader.rows(table, None, columns, having=having))

    def _demand(self, table: str, columns: Sequence[str]) -> None:
        self._check(table)
        if not columns:
            raise ValueError(f"of which columns of table {table!r}?")
        for column in columns:
            if column not in self._reader.manifest.tables[table].columns:
                raise MissingColumnError(f"table {table!r} has no column {column!r}")

    def _check(self, name: str) -> None:
        if name not in self._allowed:
            raise undeclared(self._name, name)


def as_kind(name: str, value: object, kind: type[T]) -> T:
    """Return the fact *value*, which must be a *kind*."""
    if not isinstance(value, kind):
        raise TypeError(f"fact {name!r} is a {type(value).__name__}, not a {kind.__name__}")
    return value
