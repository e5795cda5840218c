"""What a night looked at, counted."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tenantlint.nights.night import Told


class Seen:
    """Verdicts counted by rule and subscription: what a night looked at.

    ``decided`` counts those that are a violation or compliant.
    """

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        self.decided: Counter[tuple[str, str]] = Counter()

    def add(self, told: Told) -> None:
        """Count *told*."""
        where = told.rule, told.subscription
        self.counts[where] += 1
        if told.outcome in ("violation", "compliant"):
            self.decided[where] += 1

    def as_tree(self) -> dict[str, dict[str, list[int]]]:
        """Return the two counts by subscription and rule, sorted, as :meth:`from_tree` takes them."""
        tree: dict[str, dict[str, list[int]]] = {}
        for rule, subscription in sorted(self.counts):
            where = rule, subscription
            tree.setdefault(subscription, {})[rule] = [self.counts[where], self.decided[where]]
        return tree

    @classmethod
    def from_tree(cls, tree: Mapping[str, Mapping[str, Iterable[int]]]) -> Seen:
        """Read what :meth:`as_tree` gives. Raises ``ValueError``, ``TypeError`` or ``AttributeError`` for another."""
        seen = cls()
        for subscription, rules in tree.items():
            for rule, (count, decided) in rules.items():
                seen.counts[rule, subscription], seen.decided[rule, subscription] = int(count), int(decided)
        return seen

    def remember(self, other: Seen) -> None:
        """Take the counts of another night where they are higher."""
        self.counts |= other.counts
        self.decided |= other.decided

    @property
    def rules(self) -> frozenset[str]:
        """The rules of which there was a verdict."""
        return frozenset(rule for rule, _ in self.counts)

    @property
    def subscriptions(self) -> frozenset[str]:
        """The subscriptions in which there was a verdict."""
        return frozenset(subscription for _, subscription in self.counts if subscription)
