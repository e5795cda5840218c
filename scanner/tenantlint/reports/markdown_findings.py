"""What the Markdown report keeps of the violations that go by: the worst of each rule, the new ones, the waivers."""

from __future__ import annotations

import bisect
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias

from tenantlint.model import LEVELS
from tenantlint.reports.markdown_text import code, prose

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tenantlint.findings import BaselineState, Mark, Waiving
    from tenantlint.model import Violation
    from tenantlint.results import Judgement

Key: TypeAlias = tuple[int, bool, str, str, str]

MOST_OF_A_RULE: Final = 5
MOST_NEW: Final = 20
MOST_WAIVERS: Final = 1_000
"""Waivers that are told apart; people write them by hand."""


@dataclass
class Worst:
    """The worst of many violations as lines of Markdown, and how many there were."""

    most: int
    count: int = 0
    _kept: list[tuple[Key, str]] = field(default_factory=list)

    def offer(self, key: Key, line: Callable[[], str]) -> None:
        """Count a violation; keep its line where its key is among the smallest."""
        self.count += 1
        if len(self._kept) < self.most or key < self._kept[-1][0]:
            bisect.insort(self._kept, (key, line()))
            del self._kept[self.most :]

    @property
    def lines(self) -> list[str]:
        """The lines, the worst first, and a last one that counts those that are not among them."""
        more = self.count - len(self._kept)
        return [line for _, line in self._kept] + ([f"- … and {more} more"] if more else [])


@dataclass
class Findings:
    """Violations, counted; those that nobody waived by rule id and by how they stood in the baseline."""

    subscriptions: Mapping[str, str]
    rules: defaultdict[str, Worst] = field(default_factory=lambda: defaultdict(lambda: Worst(MOST_OF_A_RULE)))
    states: Counter[BaselineState | None] = field(default_factory=Counter)
    new: Worst = field(default_factory=lambda: Worst(MOST_NEW))
    new_by_rule: Counter[str] = field(default_factory=Counter)
    waivers: Counter[Waiving] = field(default_factory=Counter)
    other_waived: int = 0

    def add(self, judgements: Sequence[Judgement]) -> None:
        """Take the violations among *judgements*."""
        for judgement in judgements:
            for violation in judgement.verdict.violations:
                mark = judgement.mark(violation.part)
                if mark.waiver:
                    self._add_waiver(mark.waiver)
                else:
                    self._add(judgement, violation, mark)

    def _add_waiver(self, waiver: Waiving) -> None:
        if waiver in self.waivers or len(self.waivers) < MOST_WAIVERS:
            self.waivers[waiver] += 1
        else:
            self.other_waived += 1

    def _add(self, judgement: Judgement, violation: Violation, mark: Mark) -> None:
        rule, new = judgement.rule.id, mark.state == "new"
        key = (LEVELS.index(violation.level), not new, rule, judgement.subject.id.lower(), violation.part)
        say = partial(_line, judgement, violation, self.subscriptions)
        self.states[mark.state] += 1
        self.rules[rule].offer(key, partial(say, ", new" if new else ""))
        if new:
            self.new_by_rule[rule] += 1
            self.new.offer(key, partial(say, f", `{rule}`"))

    @property
    def compared(self) -> bool:
        """Whether there is a baseline, as far as violations tell."""
        return bool(self.states.keys() - {None})


def _line(judgement: Judgement, violation: Violation, subscriptions: Mapping[str, str], more: str) -> str:
    return f"- **{violation.level}**{more}: {_about(judgement, subscriptions)} {prose(violation.message)}."


def _about(judgement: Judgement, subscriptions: Mapping[str, str]) -> str:
    """Name the resource and its subscription, as :func:`~tenantlint.sentences.name_of` does."""
    subject, subscription = judgement.subject, judgement.subject.subscription_id
    named = f"{prose(judgement.rule.noun)} {code(subject.name)}"
    if not subscription or subject.id.lower() == f"/subscriptions/{subscription}":
        return named
    return f"{named} in subscription {code(subscriptions.get(subscription, subscription))}"
