"""Which resources are not judged because the user said so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from tenantlint.errors import MissingColumnError, UndeclaredReadError
from tenantlint.model import plain
from tenantlint.times import parse_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from tenantlint.model import Json, Verdict
    from tenantlint.resource import Resource
    from tenantlint.tenant import Tenant

CREATED = "properties.timeCreated"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A kind of resources that some *rules*, or all, leave out, and why: those of which all that is given holds.

    ``subscriptions`` are ids in lower case; ``resource_groups`` and ``resources`` (ids) are patterns in lower case with
    ``*`` and ``?``. ``tags`` and ``where`` (property paths) are pairs of a name and such a pattern for its value; names
    of tags are in lower case. ``has`` names tables in which the resource has rows: ``session_hosts``. What cannot be
    checked leaves nothing out.
    """

    reason: str
    rules: tuple[str, ...] = ()
    subscriptions: tuple[str, ...] = ()
    resource_groups: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    where: tuple[tuple[str, str], ...] = ()
    younger_than_days: float | None = None
    has: tuple[str, ...] = ()

    def speaks_of(self, rule: str) -> bool:
        """Tell whether it is for this rule."""
        return not self.rules or rule in self.rules

    @property
    def verdict(self) -> Verdict:
        """The verdict on what it leaves out."""
        return plain("not-applicable", f"is left out by the settings: {self.reason}")

    def holds(self, resource: Resource, tenant: Tenant, now: datetime) -> bool:
        """Tell whether *resource* is left out, as of *now*."""
        try:
            return all(test(self, resource, tenant, now) for test in _TESTS)
        except (MissingColumnError, UndeclaredReadError, ValueError):
            return False  # this table does not tell, or a JMESPath function cannot take the value


def left_out(
    exclusions: Sequence[Exclusion], resources: Sequence[Resource], tenant: Tenant, now: datetime
) -> Iterator[tuple[Exclusion, list[int]]]:
    """Yield each exclusion with the places of those of *resources* that it leaves out, the first in the list last."""
    for exclusion in reversed(exclusions):
        found = [at for at, resource in enumerate(resources) if exclusion.holds(resource, tenant, now)]
        if found:
            yield exclusion, found


def _in_subscription(exclusion: Exclusion, resource: Resource, _tenant: Tenant, _now: datetime) -> bool:
    return not exclusion.subscriptions or resource.subscription_id in exclusion.subscriptions


def _in_group(exclusion: Exclusion, resource: Resource, _tenant: Tenant, _now: datetime) -> bool:
    if not exclusion.resource_groups:
        return True
    group = resource.key.partition("/resourcegroups/")[2].partition("/")[0]
    return any(_fits(group, pattern) for pattern in exclusion.resource_groups)


def _has_id(exclusion: Exclusion, resource: Resource, _tenant: Tenant, _now: datetime) -> bool:
    return not exclusion.resources or any(_fits(resource.key, pattern) for pattern in exclusion.resources)


def _has_tags(exclusion: Exclusion, resource: Resource, _tenant: Tenant, _now: datetime) -> bool:
    if not exclusion.tags:
        return True
    tags = resource.find("tags")
    known = {name.lower(): value for name, value in tags.items()} if isinstance(tags, dict) else {}
    return all(_matches(known.get(name), pattern) for name, pattern in exclusion.tags)


def _has_values(exclusion: Exclusion, resource: Resource, _tenant: Tenant, _now: datetime) -> bool:
    return all(_matches(resource.find(path), pattern) for path, pattern in exclusion.where)


def _is_young(exclusion: Exclusion, resource: Resource, _tenant: Tenant, now: datetime) -> bool:
    if exclusion.younger_than_days is None:
        return True
    created = parse_time(resource.find(CREATED))
    return created is not None and 0 <= (now - created) / _DAY < exclusion.younger_than_days


def _has_rows(exclusion: Exclusion, resource: Resource, tenant: Tenant, _now: datetime) -> bool:
    return all(tenant.owned_by(table, resource) for table in exclusion.has)


_TESTS: tuple[Callable[[Exclusion, Resource, Tenant, datetime], bool], ...] = (
    _in_subscription,
    _in_group,
    _has_id,
    _has_tags,
    _has_values,
    _is_young,
    _has_rows,
)


def _matches(value: Json, pattern: str) -> bool:
    """Tell whether *value* is text, a number or a truth value that *pattern* fits, in any case."""
    if value is None or isinstance(value, (list, dict)):
        return False
    return _fits(str(value).lower(), pattern)


def _fits(text: str, pattern: str) -> bool:
    """Tell whether *text* fits *pattern*, of which only ``*`` and ``?`` mean something: names may hold brackets."""
    return fnmatchcase(text, pattern.replace("[", "[[]"))
