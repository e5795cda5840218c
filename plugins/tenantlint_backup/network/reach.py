"""Whether traffic gets through: it is open, blocked by something, or not known."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from tenantlint import subscription_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tenantlint import Context, Json, Resource, Verdict


@dataclass(frozen=True, slots=True)
class Open:
    """Nothing that can be seen keeps traffic back."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """What keeps traffic back, in words that go on after "by", and the values that show it."""

    by: str
    evidence: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unknown:
    """Why it cannot be told: the cause, and what is said about it."""

    cause: Literal["absent", "unread", "unobservable"]
    why: str


Way: TypeAlias = "Open | Blocked | Unknown"

OPEN: Final = Open()


def combine(ways: Iterable[Way]) -> Way:
    """Return what comes of obstacles that lie one behind the other: one that blocks is enough, all must be known."""
    unknown: Way = OPEN
    for way in ways:
        if isinstance(way, Blocked):
            return way
        if isinstance(way, Unknown) and isinstance(unknown, Open):
            unknown = way
    return unknown


def not_known(resource: Resource, unknown: Unknown) -> Verdict:
    """Say of *resource* that it cannot be judged."""
    if unknown.cause == "absent":
        return resource.not_evaluable(absent=unknown.why)
    if unknown.cause == "unread":
        return resource.not_evaluable(unread=unknown.why)
    return resource.not_evaluable(unobservable=unknown.why)


def row_of(table: str, id_: str, what: str, ctx: Context) -> Resource | Unknown:
    """Return the row of *table* with this id, or why there is none; *what* is what a person calls it."""
    row = ctx.tenant.by_id(table, id_)
    if row is not None:
        return row
    unread = ctx.tenant.gap(table, subscription_of(id_))
    return Unknown("unread", unread) if unread else Unknown("absent", f"the row of its {what}")
