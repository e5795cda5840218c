"""Accepted findings: who accepts which violations of one rule, why, and until when."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from tenantlint.findings import Waiving, Written, part_key
from tenantlint.resource import subscription_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import date

    from tenantlint.model import Json

ScopeKind: TypeAlias = Literal["resource", "resource_group", "subscription", "tag"]


@dataclass(frozen=True, slots=True)
class Scope:
    """Of which resources violations are accepted.

    ``key`` is the form in which scopes are compared: an id in lower case (of a subscription with ``/subscriptions/``
    before it), or what :func:`tag_key` makes of a tag.
    """

    kind: ScopeKind
    key: str


@dataclass(frozen=True, slots=True)
class Waiver:
    """Accepts violations of *rule* in *scope*, through the day *expires* (UTC).

    With a ``part`` only that part of them. ``place`` says where it is written, or what to call it.
    """

    rule: str
    scope: Scope
    reason: str
    owner: str
    expires: date
    part: str | None = None
    place: Written | str = field(default="", compare=False)

    @property
    def waiving(self) -> Waiving:
        """What reports tell of it."""
        written = self.place if isinstance(self.place, Written) else None
        return Waiving(self.reason, self.owner, self.expires, written)

    @property
    def subscription(self) -> str:
        """The id of the subscription that it is limited to, in lower case; empty for a tag."""
        return subscription_of(self.scope.key)

    def accepts(self, part: str, parts: Collection[str]) -> bool:
        """Tell whether it is for *part*, one of the *parts* of a verdict."""
        return self.part is None or part_key(self.part, parts) == part_key(part, parts)

    def holds(self, today: date) -> bool:
        """Tell whether it has not expired."""
        return today <= self.expires


def tag_key(name: str, value: str) -> str:
    """Return the key of a tag: Azure compares names of tags in any case, and their values exactly."""
    return f"{name.lower()}={value}"


def tag_keys(tags: Json) -> Iterator[str]:
    """Yield the keys of the *tags* of a resource, sorted."""
    if isinstance(tags, dict):
        yield from sorted(tag_key(name, value) for name, value in tags.items() if isinstance(value, str))


def id_keys(key: str) -> list[str]:
    """Return the id *key*, in lower case, then those of its resource group and its subscription, if it is in any."""
    parts = key.split("/", 5)
    if len(parts) < 3 or parts[1] != "subscriptions":  # noqa: PLR2004 - "", "subscriptions", its id
        return [key]
    above = ["/".join(parts[:3])]
    if len(parts) > 4 and parts[3] == "resourcegroups":  # noqa: PLR2004 - …, "resourcegroups", its name
        above.insert(0, "/".join(parts[:5]))
    return [key, *(each for each in above if each != key)]


class WaiverIndex:
    """Waivers by rule and then by scope: finding one costs the same however many there are."""

    def __init__(self, waivers: Iterable[Waiver]) -> None:
        self._by_rule: dict[str, dict[str, list[Waiver]]] = {}
        for waiver in waivers:
            self._by_rule.setdefault(waiver.rule, {}).setdefault(waiver.scope.key, []).append(waiver)
        self._with_tags = {
            rule
            for rule, by_key in self._by_rule.items()
            if any(waiver.scope.kind == "tag" for found in by_key.values() for waiver in found)
        }

    def __contains__(self, rule: object) -> bool:
        return rule in self._by_rule

    def asks_for_tags(self, rule: str) -> bool:
        """Tell whether a waiver of *rule* goes by tags."""
        return rule in self._with_tags

    def under(self, rule: str, keys: Iterable[str]) -> list[Waiver]:
        """Return the waivers of *rule* with one of these *keys* for a scope, in the order of the keys."""
        by_key: Mapping[str, list[Waiver]] = self._by_rule.get(rule, {})
        return [waiver for key in keys if key in by_key for waiver in by_key[key]]
