"""What the user is told of an upload: which violations and which subscriptions are not in it, and why."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from tenantlint.names import is_guid

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_MOST: Final = 3
"""Rules that are named."""


def counted(count: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def cut(category: str, count: int) -> list[str]:
    """Say that *count* violations of a category are left out."""
    if count <= 0:
        return []
    return [f"{counted(count, 'violation')} of {_place(category)}, the least severe, left out of the upload"]


def left_out(scopes: Collection[str], doubted: Mapping[str, Counter[str]]) -> list[str]:
    """Say which subscriptions are left out; of those that are *doubted*, for the sake of which rules."""
    unread = set(scopes) - doubted.keys()
    notes = [f"not fully read and left out, so that alerts stay as they are: {_scopes(unread)}"] if unread else []
    return notes + ([_doubts(doubted)] if doubted else [])


def _scopes(scopes: Collection[str]) -> str:
    inside = len(set(scopes) - {""})
    what = [counted(inside, "subscription")] if inside else []
    return " and ".join([*what, *(["what is in no subscription"] if "" in scopes else [])])


def _doubts(doubted: Mapping[str, Counter[str]]) -> str:
    rules = sum(doubted.values(), Counter[str]())
    named = [rule for rule, _ in sorted(rules.items(), key=lambda each: (-each[1], each[0]))]
    more = f" and {counted(len(named) - _MOST, 'more rule')}" if len(named) > _MOST else ""
    return (
        f"left out, so that alerts stay as they are: {_scopes(doubted)}, where {counted(rules.total(), 'verdict')} of "
        f"{', '.join(named[:_MOST])}{more} could not be given, and without a baseline nobody knows which of these were "
        "violations: give --baseline FILE|DIR; or --baseline none where nothing was uploaded before"
    )


def emptied(scopes: Collection[str]) -> list[str]:
    """Say of how many subscriptions all alerts are closed since they are gone."""
    if not scopes:
        return []
    return [f"{counted(len(scopes), 'subscription')} of the baseline no longer listed: all alerts of it are closed"]


def _place(category: str) -> str:
    _, scope, *part = category.split("/")
    where = (
        "what is in no subscription" if scope.startswith("tenant-") and not is_guid(scope) else f"subscription {scope}"
    )
    return f"{where} ({' '.join(part)})" if part else where
