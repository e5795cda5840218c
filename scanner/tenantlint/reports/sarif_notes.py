"""What the user is told of an upload: which violations and which subscriptions are not in it, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantlint.names import is_guid

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


def counted(count: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def cut(category: str, count: int) -> list[str]:
    """Say that *count* violations of a category are left out."""
    if count <= 0:
        return []
    return [f"{counted(count, 'violation')} of {_place(category)}, the least severe, left out of the upload"]


def left_out(scopes: Collection[str], doubted: Mapping[str, str]) -> list[str]:
    """Say which subscriptions are left out; of those that are *doubted*, by which rule."""
    unread = set(scopes) - doubted.keys()
    what = [counted(len(unread - {""}), "subscription")] if unread - {""} else []
    what += ["what is in no subscription"] if "" in unread else []
    notes = [f"not fully read and left out, so that alerts stay as they are: {' and '.join(what)}"] if what else []
    return notes + [
        f"left out, so that alerts stay as they are: subscription {scope}, where most resources lack what {rule} "
        "decides by; with --baseline it would be known which of them broke the rule"
        for scope, rule in doubted.items()
    ]


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
