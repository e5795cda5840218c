"""Of which subscriptions an upload may speak: those that were fully read, and those that are proven to be gone.

A subscription of which something was not read or broke is left out, so that its alerts stay as they are. So it is,
where nobody knows what was violated before, if a rule cannot judge a resource there that it could judge on another
day: what it found last night may be there still, and GitHub would take it for fixed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

from tenantlint.model import INCOMPLETE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tenantlint.reports import Scan
    from tenantlint.results import Judgement, Summary

_DECIDED: Final = ("violation", "compliant")


class Scopes:
    """Notes for each subscription what could be judged; "" stands for what is in none."""

    def __init__(self, scan: Scan) -> None:
        self._scan = scan
        self._incomplete: set[str] = set()
        self._unknown: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._above = False
        self._clear = {rule.id for rule in scan.rules if rule.visibility == "full"}

    def add(self, judgements: Sequence[Judgement]) -> None:
        """Take some judgements."""
        for judgement in judgements:
            scope, verdict = judgement.subject.subscription_id, judgement.verdict
            if verdict.cause in INCOMPLETE:
                self._incomplete.add(scope)
            elif verdict.cause and judgement.rule.id in self._clear:
                self._unknown[scope][judgement.rule.id] += 1
            elif not scope and verdict.outcome in _DECIDED:
                self._above = True

    def known(self, summary: Summary) -> set[str]:
        """Return the subscriptions that anything tells of but a violation."""
        told = {problem.subscription for problem in summary.problems if problem.subscription}
        return {*self._scan.manifest.coverage.subscriptions, *self._scan.subscriptions, *self._incomplete, *told}

    def complete(self, summary: Summary, *, above: bool) -> set[str]:
        """Return the subscriptions in which everything was read and judged; *above* says that "" has any."""
        problems = {problem.subscription for problem in summary.problems}
        if "" in problems:
            return set()
        tops = {""} if (above or self._above) and "" not in self._incomplete else set()
        return (set(self._scan.manifest.coverage.subscriptions) - self._incomplete - problems) | tops

    def doubted(self, summary: Summary) -> Mapping[str, Counter[str]]:
        """Return the subscriptions in which a violation of before may be unseen: what could not be judged, by rule.

        With a baseline it is known what was a violation; and who starts over has no alert that could close. A rule of
        which Resource Graph does not show all that decides leaves some resources unjudged on every day, and does not
        count.
        """
        return {} if summary.baseline or self._scan.starts_over else self._unknown
