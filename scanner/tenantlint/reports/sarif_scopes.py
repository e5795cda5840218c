"""Of which subscriptions an upload may speak: those that were fully read, and those that are proven to be gone.

A subscription of which something was not read or broke is left out, so that its alerts stay as they are. So it is,
where nobody knows what was violated before, if many of its resources lack at once what a rule decides by, and others
do not: rows that came without half of their properties are no sign that anything was fixed.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from tenantlint.model import INCOMPLETE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tenantlint.manifest import Manifest
    from tenantlint.reports import Scan
    from tenantlint.results import Judgement, Summary

FEWEST_ABSENT: Final = 10
"""Resources that lack what a rule decides by: single ones do on any day."""
MOST_ABSENT: Final = 0.5
"""Of the resources that a rule could judge or ought to, the share from which on their rows are doubted."""

_DECIDED: Final = ("violation", "compliant")


class Scopes:
    """Notes for each subscription what could be judged; "" stands for what is in none."""

    def __init__(self, scan: Scan) -> None:
        self._scan = scan
        self._incomplete: set[str] = set()
        self._decided: Counter[tuple[str, str]] = Counter()
        self._absent: Counter[tuple[str, str]] = Counter()
        self._clear = {rule.id for rule in scan.rules if rule.visibility == "full"}

    def add(self, judgements: Sequence[Judgement]) -> None:
        """Take some judgements."""
        decided = [(j.subject.subscription_id, j.rule.id) for j in judgements if j.verdict.outcome in _DECIDED]
        self._decided.update(decided)
        for judgement in judgements:
            if judgement.verdict.cause in INCOMPLETE:
                self._incomplete.add(judgement.subject.subscription_id)
            elif judgement.verdict.cause == "absent" and judgement.rule.id in self._clear:
                self._absent[judgement.subject.subscription_id, judgement.rule.id] += 1

    def known(self, summary: Summary) -> set[str]:
        """Return the subscriptions that anything tells of but a violation."""
        told = {problem.subscription for problem in summary.problems if problem.subscription}
        return {*self._scan.manifest.coverage.subscriptions, *self._scan.subscriptions, *self._incomplete, *told}

    def complete(self, summary: Summary, *, above: bool) -> set[str]:
        """Return the subscriptions in which everything was read and judged; *above* says that "" has any."""
        problems = {problem.subscription for problem in summary.problems}
        if "" in problems:
            return set()
        seen = above or any(not scope for scope, _ in self._decided)
        tops = {""} if seen and "" not in self._incomplete else set()
        return (set(self._scan.manifest.coverage.subscriptions) - self._incomplete - problems) | tops

    def doubted(self) -> dict[str, str]:
        """Return the subscriptions whose rows lack what they ought to have, each with the first rule that misses it."""
        doubted: dict[str, str] = {}
        for (scope, rule), absent in sorted(self._absent.items()):
            enough = absent >= FEWEST_ABSENT and absent > MOST_ABSENT * (absent + self._decided[scope, rule])
            if enough and any(other != scope and each == rule for other, each in self._decided):
                doubted.setdefault(scope, rule)
        return doubted


def deleted(scan: Scan, summary: Summary, scopes: Iterable[str]) -> set[str]:
    """Return those of *scopes*, which the baseline knows, that are proven to be there no more.

    The proof is a list of all subscriptions that was read without a gap, for a scope that is what it was then and that
    does not name them one by one.
    """
    coverage, scope = scan.manifest.coverage, scan.manifest.scope
    baseline = summary.baseline
    if baseline is None or not _lists_subscriptions(scan.manifest):
        return set()
    if _plain(scope) != _plain(baseline.scope) or scope.get("subscriptions"):
        return set()
    known = coverage.requested | set(scan.subscriptions) | {each.lower() for each in scope.get("excluded", ())}
    return {each for each in scopes if each} - known


def _lists_subscriptions(manifest: Manifest) -> bool:
    table = manifest.tables.get("subscriptions")
    gaps = any(not entry.subscription for entry in manifest.coverage.unread)
    return table is not None and not table.missing and not gaps


def _plain(scope: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    return {name: sorted(each.lower() for each in named) for name, named in scope.items() if named}
