"""How far a night reached: which subscriptions it read, and which of an earlier night's are proven to be gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tenantlint.manifest import Manifest


class Reach(NamedTuple):
    """What was scanned. Ids of subscriptions are in lower case.

    ``scope`` is what was asked for, see ``Manifest.scope``; ``read`` are the subscriptions that were read fully.
    ``listed`` are all that there are in that scope and that it leaves out; None where their list was not read, or may
    have gaps.
    """

    scope: Mapping[str, Sequence[str]]
    read: frozenset[str]
    listed: frozenset[str] | None


def reach_of(manifest: Manifest, named: Iterable[str]) -> Reach:
    """Return how far a scan reached, whose table of subscriptions has those that are *named*."""
    scope, coverage = manifest.scope, manifest.coverage
    read = coverage.subscriptions - {entry.subscription for entry in coverage.unread}
    if not _lists_subscriptions(manifest):
        return Reach(scope, read, None)
    return Reach(scope, read, coverage.requested.union(named, (each.lower() for each in scope.get("excluded", ()))))


def deleted(before: Reach | None, now: Reach | None, subscriptions: Iterable[str]) -> frozenset[str]:
    """Return those of *subscriptions*, which an earlier night knew, that are proven to be there no more.

    The proof is a list of all subscriptions that was read without a gap, for a scope that is what it was, that does not
    name them one by one, and that they were in.
    """
    if before is None or now is None or now.listed is None:
        return frozenset()
    if _plain(now.scope) != _plain(before.scope) or now.scope.get("subscriptions"):
        return frozenset()
    were_there = frozenset(filter(None, subscriptions))
    return (were_there if before.listed is None else were_there & before.listed) - now.listed


def _lists_subscriptions(manifest: Manifest) -> bool:
    table = manifest.tables.get("subscriptions")
    gaps = any(not entry.subscription for entry in manifest.coverage.unread)
    return table is not None and not table.missing and not gaps


def _plain(scope: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    return {name: sorted(each.lower() for each in named) for name, named in scope.items() if named}
