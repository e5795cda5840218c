"""What was read of a tenant, and what was not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Unread:
    """Something that could not be read: a subscription, a table, or one in the other; and why.

    The table is one of Resource Graph, or one of the snapshot.
    """

    reason: str
    subscription: str = ""
    table: str = ""

    def touches(self, tables: Iterable[str], subscription: str | None) -> bool:
        """Tell whether rows of *tables* may be missing from *subscription*; None stands for the whole tenant."""
        here = subscription is None or self.subscription in ("", subscription)
        return here and (not self.table or self.table.lower() in {table.lower() for table in tables})

    def __str__(self) -> str:
        what = f"table {self.table!r}" if self.table else ""
        where = f"subscription {self.subscription}" if self.subscription else ""
        said = " of ".join(part for part in (what, where) if part) or "some of the tenant"
        return f"{said} was not read: {self.reason}"


@dataclass(frozen=True, slots=True)
class Coverage:
    """The subscriptions that were read fully (ids in lower case), and everything that was not."""

    subscriptions: frozenset[str]
    unread: tuple[Unread, ...] = ()

    @property
    def requested(self) -> frozenset[str]:
        """The subscriptions that were asked for, whether they could be seen or not."""
        return self.subscriptions | {entry.subscription for entry in self.unread if entry.subscription}

    @property
    def read(self) -> frozenset[str]:
        """Those of which nothing is known to be missing."""
        if any(not entry.subscription for entry in self.unread):
            return frozenset()
        return self.subscriptions - {entry.subscription for entry in self.unread}

    def gap(self, tables: Iterable[str], subscription: str | None) -> str | None:
        """Say why rows of *tables* may be missing from *subscription*; None where none are.

        These are a table of the snapshot and the tables of Resource Graph that it reads. With None for *subscription*,
        any gap anywhere in the tenant counts.
        """
        for entry in self.unread:
            if entry.touches(tables, subscription):
                return str(entry)
        if subscription and subscription not in self.subscriptions:
            return f"subscription {subscription} was not read"
        return None
