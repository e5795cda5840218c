"""Which category a violation is uploaded in: that of its subscription, or one of its parts where GitHub takes no more.

GitHub closes what the next upload of a category lacks, so that a violation must not change its category for any reason
but one that the next scan can tell. A subscription is one category (``tenantlint/ID``); where it has more violations
than GitHub keeps of a run, each topic of rules is one of its own (``tenantlint/ID/topic/disks``); where a topic has,
each of its rules (``tenantlint/ID/rule/unprotected-vm``). The category that was split gets a run without results.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tenantlint.reports.sarif_demands import RESULTS_PER_RUN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tenantlint.rules import Rule

NEAR: Final = RESULTS_PER_RUN // 2
"""Without a baseline, the violations from which on a category may have been split in the last upload."""

_OTHER: Final = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Plan:
    """The categories of one subscription: those that violations go into, by rule; and those to be emptied."""

    by_rule: Mapping[str, str]
    emptied: tuple[str, ...]


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
    split = _split(whole, by_rule, topics)
    before = _may_have_been(whole, counts, topics) if earlier is None else set(earlier)
    return Plan(by_rule, tuple(sorted((split | before) - set(by_rule.values()))))


def categories_of(counts: Mapping[str, Mapping[str, int]], rules: Sequence[Rule], tenant: str) -> dict[str, str]:
    """Return the categories that an upload of *counts*, violations by subscription and rule, has; see ``Baseline``."""
    found: dict[str, str] = {}
    for scope, of_rules in counts.items():
        whole = category(scope, tenant)
        shared = plan(whole, of_rules, rules, ())
        found |= dict.fromkeys((whole, *shared.by_rule.values(), *shared.emptied), scope)
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
    rules = {f"{whole}/rule/{rule}" for rule, topic in topics.items() if of_topics[topic] >= NEAR}
    return set(topics.values()) | rules
