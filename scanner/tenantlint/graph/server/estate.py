"""The subscriptions and management groups of a tenant, and which of them can be read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import orjson

from tenantlint.graph.copies import check_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from tenantlint.coverage import Coverage
    from tenantlint.graph.server.tables import Revision
    from tenantlint.model import Json

_SUBSCRIPTION: Final = "microsoft.resources/subscriptions"
_GROUP: Final = "microsoft.management/managementgroups"
_RESOURCE_GROUP: Final = re.compile(rb'"type"\s*:\s*"microsoft.resources/subscriptions/resourcegroups"', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription by its id in lower case, and the management groups above it by their names, nearest first.

    ``row`` is what ``ResourceContainers`` says of it, empty where it says nothing.
    """

    id: str
    above: tuple[str, ...]
    row: Mapping[str, Json]


@dataclass(frozen=True)
class Estate:
    """All that is known of a tenant's hierarchy; ids and names in lower case.

    ``groups`` maps each management group to those above it. ``readable`` are the subscriptions whose rows are given;
    ``hidden`` names, for a table, those whose rows of this one table are not.
    """

    subscriptions: Mapping[str, Subscription]
    groups: Mapping[str, tuple[str, ...]]
    readable: frozenset[str]
    hidden: Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Moment:
    """A tenant as one request finds it: the revision of each captured table, and the estate that they make."""

    revisions: Mapping[str, Revision]
    estate: Estate


def read_estate(containers: Path | None, coverage: Coverage, deny: Iterable[str]) -> Estate:
    """Read the estate from the file of ``ResourceContainers`` (None where it was not captured).

    What *coverage* calls unread cannot be read here either, nor what *deny* names: it simply is not there. Raises
    ``CopyError`` for a malformed row.
    """
    if containers:
        check_rows(containers)
    rows = list(_containers(containers)) if containers else []
    found = {subscription.id: subscription for subscription in map(_subscription, _of_type(rows, _SUBSCRIPTION))}
    unread = {entry.subscription for entry in coverage.unread if entry.subscription and not entry.table}
    for known in sorted(coverage.subscriptions | unread):
        found.setdefault(known, Subscription(known, (), {}))
    return Estate(
        found,
        dict(_groups(found.values(), _of_type(rows, _GROUP))),
        coverage.subscriptions - unread - {name.lower() for name in deny},
        _hidden(coverage),
    )


def _hidden(coverage: Coverage) -> dict[str, frozenset[str]]:
    hidden: dict[str, frozenset[str]] = {}
    for entry in coverage.unread:
        if entry.table and entry.subscription:
            table = entry.table.lower()
            hidden[table] = hidden.get(table, frozenset()) | {entry.subscription}
    return hidden


def _containers(file: Path) -> Iterator[dict[str, Json]]:
    with file.open("rb") as lines:
        for line in lines:
            if line.strip() and not _RESOURCE_GROUP.search(line):  # most rows: not worth decoding
                yield orjson.loads(line)


def _of_type(rows: Iterable[dict[str, Json]], name: str) -> Iterator[dict[str, Json]]:
    return (row for row in rows if str(row.get("type")).lower() == name)


def _subscription(row: dict[str, Json]) -> Subscription:
    properties = row.get("properties")
    chain = properties.get("managementGroupAncestorsChain") if isinstance(properties, dict) else None
    return Subscription(str(row.get("subscriptionId")).lower(), _names(chain), row)


def _groups(
    subscriptions: Iterable[Subscription], rows: Iterable[dict[str, Json]]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for chain in [*(subscription.above for subscription in subscriptions), *map(_group, rows)]:
        yield from ((name, chain[at + 1 :]) for at, name in enumerate(chain))


def _group(row: dict[str, Json]) -> tuple[str, ...]:
    properties = row.get("properties")
    details = properties.get("details") if isinstance(properties, dict) else None
    chain = details.get("managementGroupAncestorsChain") if isinstance(details, dict) else None
    return (str(row.get("name")).lower(), *_names(chain))


def _names(chain: Json) -> tuple[str, ...]:
    links = chain if isinstance(chain, list) else []
    return tuple(str(link.get("name")).lower() for link in links if isinstance(link, dict))
