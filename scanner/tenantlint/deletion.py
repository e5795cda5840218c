"""Which subscriptions of an earlier night are proven to be gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tenantlint.manifest import Manifest


def deleted(
    manifest: Manifest, listed: Iterable[str], before: Mapping[str, Sequence[str]], subscriptions: Iterable[str]
) -> set[str]:
    """Return those of *subscriptions* that are proven to be there no more; *listed* are those that *manifest*'s has.

    The proof is a list of all subscriptions that was read without a gap, for a scope that is what it was *before* and
    that does not name them one by one.
    """
    scope = manifest.scope
    if not _lists_subscriptions(manifest) or _plain(scope) != _plain(before) or scope.get("subscriptions"):
        return set()
    known = manifest.coverage.requested | set(listed) | {each.lower() for each in scope.get("excluded", ())}
    return {each for each in subscriptions if each} - known


def _lists_subscriptions(manifest: Manifest) -> bool:
    table = manifest.tables.get("subscriptions")
    gaps = any(not entry.subscription for entry in manifest.coverage.unread)
    return table is not None and not table.missing and not gaps


def _plain(scope: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    return {name: sorted(each.lower() for each in named) for name, named in scope.items() if named}
