"""What ``--previous`` stands for: a comparison with an older snapshot, told to people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint.cli.azure import say
from tenantlint.drift import drift, gone
from tenantlint.sentences import visible_prose
from tenantlint.snapshot import open_snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tenantlint.collect import Doubts
    from tenantlint.coverage import Unread
    from tenantlint.snapshot import Snapshot

_MOST: Final = 5
"""Subscriptions that are named."""


def doubts(folder: Path | None) -> Doubts:
    """Return what compares a snapshot with the one in *folder*, if there is one. Raises ``SnapshotError``."""
    before = open_snapshot(folder) if folder else None
    return lambda now: compare(before, now) if before else ()


def compare(before: Snapshot, now: Snapshot) -> Sequence[Unread]:
    """Say on standard error what has become suspiciously little since *before*, and return it."""
    found, away = drift(before, now), gone(before, now)
    for entry in found:
        say(visible_prose(f"warning: {entry}"))
    if away:
        named = ", ".join(away[:_MOST]) + (f" and {len(away) - _MOST} more" if len(away) > _MOST else "")
        say(visible_prose(f"note: nothing was seen of {named}, which {before.folder.name} has"))
    return found
