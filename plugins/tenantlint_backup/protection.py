"""What a protected item says about the protection of its VM."""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tenantlint import Json, Resource

STATE: Final = "properties.protectionState"
CURRENT_STATE: Final = "properties.currentProtectionState"
DEFERRED_DELETE: Final = "properties.isScheduledForDeferredDelete"


class Protection(IntEnum):
    """How well an item protects its VM, best first.

    UNKNOWN comes before everything that is known to be bad: a VM with such an item may well be protected.
    """

    ACTIVE = 0
    UNKNOWN = 1
    IN_ERROR = 2
    NOT_CONFIGURED = 3
    SUSPENDED = 4
    PAUSED = 5
    STOPPED = 6
    SOFT_DELETED = 7


_PROTECTING: Final = frozenset({Protection.ACTIVE, Protection.IN_ERROR})
_LEFT_BEHIND: Final = frozenset({Protection.SUSPENDED, Protection.PAUSED, Protection.STOPPED, Protection.SOFT_DELETED})

# Both properties speak about the same item with vocabularies of their own.
_STATES: Final = {
    "protected": Protection.ACTIVE,
    "irpending": Protection.ACTIVE,
    "protectionconfigured": Protection.ACTIVE,
    "configuringprotection": Protection.ACTIVE,
    "protectionerror": Protection.IN_ERROR,
    "configuringprotectionfailed": Protection.NOT_CONFIGURED,
    "backupssuspended": Protection.SUSPENDED,
    "protectionpaused": Protection.PAUSED,
    "protectionstopped": Protection.STOPPED,
    "softdeleted": Protection.SOFT_DELETED,
}


@lru_cache(maxsize=256)  # several rules ask the same of the items of one batch of VMs
def protection_by(item: Resource) -> Protection:
    """Return the worst that *item* says of itself: it is deleted even if its state still reads Protected."""
    return protection_told(item.text(STATE), item.text(CURRENT_STATE), item.find(DEFERRED_DELETE))


def protection_told(state: Json, current_state: Json, deleted: Json) -> Protection:
    """Return the same by what an item has in its two states, and whether it is deleted."""
    if not isinstance(deleted, bool | None):
        return Protection.UNKNOWN
    states = (told if isinstance(told, str) else None for told in (state, current_state))
    return _worst(*states, deleted is True)


@lru_cache(maxsize=1024)  # a tenant's items are in a handful of states
def _worst(state: str | None, current_state: str | None, deleted: bool) -> Protection:  # noqa: FBT001 - cached: keywords cost more than the answer
    if deleted:
        return Protection.SOFT_DELETED
    told = (_STATES.get(told.lower(), Protection.UNKNOWN) for told in (state, current_state) if told)
    return max(told, default=Protection.UNKNOWN)


def protecting(items: Iterable[Resource]) -> list[Resource]:
    """Return those of a VM's protected *items* by which it is backed up now, or should be."""
    return [item for item in items if protection_by(item) in _PROTECTING]


def in_use(items: Iterable[Resource]) -> list[Resource]:
    """Return those of a VM's protected *items* that were not stopped and not deleted, or may not have been.

    Unlike those that are *protecting*, their state need not be known.
    """
    return [item for item in items if protection_by(item) not in _LEFT_BEHIND]


def evidence_of(item: Resource) -> dict[str, Json]:
    """Return what decides how well *item* protects its VM."""
    paths = ("id", STATE, CURRENT_STATE, DEFERRED_DELETE)
    return {f"protected_items.{path}": value for path in paths if (value := item.find(path)) is not None}
