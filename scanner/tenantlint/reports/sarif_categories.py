"""Which category a violation is uploaded in: that of its subscription, or one of its parts where GitHub takes no more.

GitHub closes what the next upload of a category lacks, so that a violation must not change its category for any reason
but one that the next scan can tell. A subscription is one category (``tenantlint/ID``); where it has more violations
than GitHub keeps of a run, each topic of rules is one of its own (``tenantlint/ID/topic/disks``); where a topic has,
each of its rules (``tenantlint/ID/rule/unprotected-vm``); where a rule has, its violations are shared by their
fingerprints (``tenantlint/ID/rule/unprotected-vm/3-of-4``). The category that was split gets a run without results.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from tenantlint.reports.sarif_demands import RESULTS_PER_RUN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tenantlint.rules import Rule

NEAR: Final = RESULTS_PER_RUN // 2
"""Without a baseline, the violations from which on a category may have been split in the last upload."""

MOST_PARTS: Final = 64
"""Into how many categories a rule is split; beyond, GitHub would have a quarter of a million alerts of it."""
_FILLED: Final = 0.8
"""Of what a part may hold, the share that it is meant to: hashes share out evenly, but not exactly."""
_BITS: Final = 16

_OTHER: Final = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Plan:
    """The categories of one subscription: those that violations go into, by rule; and those to be emptied.

    ``parts`` says of rules into how many parts their category is split; it is one where it does not say.
    """

    by_rule: Mapping[str, str]
    emptied: tuple[str, ...]
    parts: Mapping[str, int] = field(default_factory=dict)

    @property
    def used(self) -> set[str]:
        """The categories that violations go into."""
        return {each for rule, name in self.by_rule.items() for each in _names(name, self.parts.get(rule, 1))}

    def category(self, rule: str, digest: str) -> str:
        """Return the category of a violation of *rule* whose fingerprint is *digest*."""
        of = self.parts.get(rule, 1)
        number = (int(digest[: _BITS // 4], 16) * of >> _BITS) + 1
        return self.by_rule[rule] if of == 1 else _part(self.by_rule[rule], number, of)


def topic_key(rule: Rule) -> str:
    """Return what the categories of a rule's topic are called."""
    return _OTHER.sub("-", rule.topic.lower()).strip("-") or "other"


def category(scope: str, tenant: str) -> str:
    """Return the category of the subscription *scope*; "" stands for what is in none."""
    return f"tenantlint/{scope or f'tenant-{tenant}'}"


def plan(whole: str, counts: Mapping[str, int], rules: Sequence[Rule], earlier: Iterable[str] | None) -> Plan:
    """Share the violations of a subscription, whose category is *whole*, among categories.

    *counts* are its violations by rule. *earlier* are its categories in the last upload; None where nobody knows them:
    then those are emptied that may have been used while there were more violations.
    """
    topics = {rule.id: f"{whole}/topic/{topic_key(rule)}" for rule in rules}
    by_rule = _by_rule(whole, counts, topics)
    parts = {rule: of for rule in by_rule if (of := _parts(counts.get(rule, 0))) > 1}
    made = Plan(by_rule, (), parts)
    split = _split(whole, by_rule, topics) | {by_rule[rule] for rule in parts}
    before = _may_have_been(whole, counts, topics) if earlier is None else set(earlier)
    return replace(made, emptied=tuple(sorted((split | before) - made.used)))


def categories_of(counts: Mapping[str, Mapping[str, int]], rules: Sequence[Rule], tenant: str) -> dict[str, str]:
    """Return the categories that an upload of *counts*, violations by subscription and rule, has; see ``Baseline``."""
    found: dict[str, str] = {}
    for scope, of_rules in counts.items():
        whole = category(scope, tenant)
        shared = plan(whole, of_rules, rules, ())
        found |= dict.fromkeys((whole, *sorted(shared.used), *shared.emptied), scope)
    return found


def _by_rule(whole: str, counts: Mapping[str, int], topics: Mapping[str, str]) -> dict[str, str]:
    if sum(counts.values()) <= RESULTS_PER_RUN:
        return dict.fromkeys(topics, whole)
    of_topics = _of_topics(counts, topics)
    return {
        rule: topic if of_topics[topic] <= RESULTS_PER_RUN else f"{whole}/rule/{rule}"
        for rule, topic in topics.items()
        if counts.get(rule) or of_topics[topic] <= RESULTS_PER_RUN
    }


def _parts(count: int) -> int:
    """Return into how many parts the violations of a rule are split: a power of two, so that it seldom changes."""
    of = 1
    while count > (RESULTS_PER_RUN if of == 1 else of * RESULTS_PER_RUN * _FILLED) and of < MOST_PARTS:
        of *= 2
    return of


def _part(name: str, number: int, of: int) -> str:
    return f"{name}/{number}-of-{of}"


def _names(name: str, of: int) -> list[str]:
    return [name] if of == 1 else [_part(name, number, of) for number in range(1, of + 1)]


def _of_topics(counts: Mapping[str, int], topics: Mapping[str, str]) -> Counter[str]:
    of_topics: Counter[str] = Counter()
    for rule, count in counts.items():
        of_topics[topics[rule]] += count
    return of_topics


def _split(whole: str, by_rule: Mapping[str, str], topics: Mapping[str, str]) -> set[str]:
    """Return what violations are not put in since there are too many."""
    if whole in by_rule.values():
        return set()
    return {whole} | {topics[rule] for rule, name in by_rule.items() if name not in (whole, topics[rule])}


def _may_have_been(whole: str, counts: Mapping[str, int], topics: Mapping[str, str]) -> set[str]:
    """Return the parts that may have been in use while there were more violations."""
    if sum(counts.values()) < NEAR:
        return set()
    of_topics = _of_topics(counts, topics)
    rules = {rule: f"{whole}/rule/{rule}" for rule, topic in topics.items() if of_topics[topic] >= NEAR}
    parts = {
        each for rule, name in rules.items() for of in _parts_before(counts.get(rule, 0)) for each in _names(name, of)
    }
    return {*topics.values(), *rules.values()} | parts


def _parts_before(count: int) -> Iterator[int]:
    """Yield into how many parts a rule may have been split while there were up to twice as many violations of it."""
    of = 2
    while of <= _parts(2 * count):
        yield of
        of *= 2
