"""What a request is about: the subscriptions and management groups whose rows it may see."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tenantlint.graph.server.errors import (
    access_denied,
    invalid_guids,
    invalid_management_groups,
    no_valid_subscriptions,
    too_many_subscriptions,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tenantlint.graph.server.estate import Estate
    from tenantlint.graph.server.request import QueryRequest

_GUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_GROUP_ID: Final = re.compile(r"[\w().~-]{1,90}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Scope:
    """What may be seen; ids and names in lower case.

    ``at``, ``below`` and ``above`` are management groups: those that were asked for, those under them, those over
    what was asked for. ``whole`` is the tenant: rows of no subscription belong to it. ``by_group`` tells that
    management groups were asked for, so that a subscription is below the scope rather than at it. ``cut`` tells that
    there are more subscriptions than are seen.
    """

    subscriptions: tuple[str, ...]
    at: frozenset[str] = frozenset()
    below: frozenset[str] = frozenset()
    above: frozenset[str] = frozenset()
    whole: bool = False
    by_group: bool = False
    cut: bool = False
    authorization: str = ""


def resolve(request: QueryRequest, estate: Estate, limit: int) -> Scope:
    """Find what *request* is about; the tenant or a management group may have *limit* subscriptions.

    What cannot be read is left out without a word, as the service does. Raises ``ServiceError`` where nothing is left.
    """
    if request.subscriptions:
        return _of_subscriptions(request, estate)
    if request.groups:
        return _of_groups(request, estate, limit)
    seen, cut = _within(estate.readable, request, limit)
    above = frozenset(estate.groups)
    return Scope(seen, above=above, whole=True, cut=cut, authorization=request.authorization)


def _of_subscriptions(request: QueryRequest, estate: Estate) -> Scope:
    given = request.subscriptions
    if not all(_GUID.fullmatch(name) for name in given):
        raise invalid_guids(given)
    wanted = {name.lower() for name in given}
    readable = wanted & estate.readable
    if not readable:
        raise access_denied() if wanted & estate.subscriptions.keys() else no_valid_subscriptions(given)
    above = frozenset(group for name in readable for group in estate.subscriptions[name].above)
    return Scope(tuple(sorted(readable)), above=above, authorization=request.authorization)


def _of_groups(request: QueryRequest, estate: Estate, limit: int) -> Scope:
    if not all(_GROUP_ID.fullmatch(name) for name in request.groups):
        raise invalid_management_groups(request.groups)
    at = frozenset(name.lower() for name in request.groups)
    under = [name for name in estate.readable if not at.isdisjoint(estate.subscriptions[name].above)]
    seen, cut = _within(under, request, limit)
    below = frozenset(name for name, above in estate.groups.items() if not at.isdisjoint(above)) - at
    above = frozenset(group for name in at for group in estate.groups.get(name, ())) - at
    return Scope(seen, at, below, above, by_group=True, cut=cut, authorization=request.authorization)


def _within(found: Iterable[str], request: QueryRequest, limit: int) -> tuple[tuple[str, ...], bool]:
    names = tuple(sorted(found))
    if not names:
        raise access_denied()
    if len(names) > limit and not request.partial:
        raise too_many_subscriptions(limit)
    return names[:limit], len(names) > limit
