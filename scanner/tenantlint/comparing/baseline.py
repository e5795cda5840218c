"""Marks violations by how they stood in an earlier night, and keeps what that knew and this one cannot say."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final

from tenantlint.comparing.changes import doubted
from tenantlint.comparing.comparison import Comparison, Earlier
from tenantlint.drift import drift
from tenantlint.nights.files import check_same_tenant, check_subscriptions, not_judged, other_settings
from tenantlint.nights.kept import Kept
from tenantlint.nights.night import Told, told_of
from tenantlint.nights.reach import deleted
from tenantlint.nights.sarif_report import SarifNight
from tenantlint.nights.seen import Seen
from tenantlint.nights.snapshots import SnapshotNight, gap
from tenantlint.reports.sarif_categories import categories_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from tenantlint.comparing.changes import Change, State
    from tenantlint.findings import BaselineState
    from tenantlint.model import Level
    from tenantlint.nights.night import Night
    from tenantlint.nights.snapshots import Judging
    from tenantlint.results import Judgement, Summary
    from tenantlint.snapshot import Snapshot
    from tenantlint.waivers.stage import WaiverStage

MARKS: Final[dict[State, BaselineState]] = {
    "new": "new",
    "reopened": "new",
    "changed": "updated",
    "unchanged": "unchanged",
    "not-compared": "new",  # the baseline knows nothing of it, and unknown is not accepted
}


class BaselineStage:
    """Compares the judgements of *snapshot* with the night *before*, and is what reports ask about that.

    ``fresh`` counts by level the violations that nobody waived and that are new, or worse than they were. See
    :class:`tenantlint.findings.Stage` and :class:`tenantlint.findings.Baseline`. It wants all verdicts, and asks the
    stage *accepting* about what is only known from then, too: that one's turn is within its own.
    """

    def __init__(
        self, before: Night, snapshot: Snapshot, judging: Judging, accepting: WaiverStage | None = None
    ) -> None:
        self._now = SnapshotNight(snapshot, judging)
        check_same_tenant(before, self._now)
        self._notes = other_settings(before, self._now)
        if isinstance(before, SnapshotNight):
            self._now.doubts = drift(before.snapshot, snapshot)
        self._before, self._snapshot = before, snapshot
        self._rules = {rule.id: rule for rule in judging.rules}
        self._earlier = Earlier.read(before)
        self._comparison = Comparison(self._earlier, self._now.doubt)
        self._accepting, self._kept = accepting, Kept(self._rules, accepting)
        self._states: Counter[State] = Counter()
        self._doubts: Counter[str] = Counter()
        self._partless = 0
        self.remembered = Seen()
        self.fresh: Counter[Level] = Counter()

    def mark(self, judgements: Sequence[Judgement], summary: Summary) -> Sequence[Judgement]:
        """See :class:`tenantlint.findings.Stage`."""
        if self._accepting:
            judgements = self._accepting.mark(judgements, summary)
        return [self._look_at(judgement) for judgement in judgements]

    def finish(self, summary: Summary) -> list[str]:
        """Find out what became of resources without a verdict, and say what there is to know."""
        check_subscriptions(self._before, self._now, self._earlier, self._comparison.seen)
        rules = list(self._rules.values())
        judged = frozenset(self._rules)
        manifest = self._snapshot.manifest
        why = partial(gap, manifest, summary, rules)
        for change in self._comparison.rest(judged, why, self.deleted):
            self._note(change, has_row=False)
        self._remember(why)
        summary.baseline, summary.doubted = self, self._doubts.total()
        return [
            *self._counts(),
            *doubted(self._doubts),
            *self._forgotten(),
            *self._left_out(),
            *self._notes,
            *not_judged(self._earlier.rules, judged),
            *(self._accepting.finish(summary) if self._accepting else ()),
        ]

    @property
    def unjudged(self) -> Mapping[str, int]:
        """The rules that do not judge now and had alerts, or may have had, each with its open violations of then.

        A snapshot is judged by the rules of now: it knows by which it was judged then, but not what these found.
        """
        found: Counter[str] = Counter()
        for (_, rule), count in self._earlier.open.items():
            found[rule] += count
        if isinstance(self._before, SnapshotNight):
            found.update(dict.fromkeys(self._before.snapshot.manifest.settings.get("rules", {}), 0))
            return {rule: found[rule] for rule in found if rule not in self._rules}
        return {rule: count for rule, count in found.items() if count and rule not in self._rules}

    @property
    def guid(self) -> str:
        """See :class:`tenantlint.findings.Baseline`."""
        return self._before.guid if isinstance(self._before, SarifNight) else ""

    @cached_property
    def deleted(self) -> Collection[str]:
        """See :class:`tenantlint.findings.Baseline`: they may have alerts of which that night does not know."""
        then = self._before.reach
        seen = self._comparison.seen.subscriptions
        return deleted(then, self._now.reach, self._comparison.unseen.union((then and then.listed) or ()) - seen)

    @cached_property
    def categories(self) -> Mapping[str, str]:
        """See :class:`tenantlint.findings.Baseline`."""
        counts: dict[str, dict[str, int]] = {}
        for (subscription, rule), count in sorted(self._earlier.open.items()):
            if rule in self._rules and count:
                counts.setdefault(subscription, {})[rule] = count
        return categories_of(counts, list(self._rules.values()), self._snapshot.manifest.tenant_id)

    def carried(self) -> Iterator[Judgement]:
        """See :class:`tenantlint.findings.Baseline`."""
        return self._kept.carried()

    def absent(self) -> Iterator[Judgement]:
        """See :class:`tenantlint.findings.Baseline`."""
        return self._kept.absent()

    def _look_at(self, judgement: Judgement) -> Judgement:
        marks = dict(judgement.marks)
        for change in self._comparison.look_at(told_of(judgement)):
            self._note(change, has_row=True)
            if change.now is not None and change.now.part is not None:
                part = change.now.part
                marks[part] = replace(judgement.mark(part), state=MARKS[change.state])
        return judgement._replace(marks=marks) if marks else judgement

    def _note(self, change: Change, *, has_row: bool) -> None:
        self._states[change.state] += 1
        if change.worse:
            self.fresh[change.found.level] += 1
        if change.doubted:
            self._doubts[change.why] += 1
        self._partless += change.now is None and change.found.part is None
        self._kept.note(change, has_row=has_row)

    def _remember(self, gap: Callable[[Told], str | None]) -> None:
        """Keep what was counted then of what was not read now."""
        then = self._earlier.seen
        for (rule, subscription), count in then.counts.items():
            if rule in self._rules and gap(Told(rule, "", "", subscription, "compliant")):
                self.remembered.counts[rule, subscription] = count
                self.remembered.decided[rule, subscription] = then.decided[rule, subscription]

    def _forgotten(self) -> list[str]:
        """Warn of a chain that breaks: a snapshot holds rows of its own night only, an archive what was carried."""
        count = self._states["no-longer-known"]
        if not count or isinstance(self._before, SarifNight):
            return []
        said = f"{count} violations that are no longer known are remembered by the sarif-full report only"
        return [f"{said}: keep it as the next baseline"]

    def _left_out(self) -> list[str]:
        if not self._partless:
            return []
        return [f"{self._before.name} does not tell the parts of {self._partless} violations: reports leave them out"]

    def _counts(self) -> list[str]:
        told = ", ".join(f"{self._states[state]} {state.replace('-', ' ')}" for state in _TOLD if self._states[state])
        return [f"compared with {self._before.name}: {told or 'no violations then and now'}"]


_TOLD: Final[tuple[State, ...]] = (
    "new",
    "reopened",
    "changed",
    "unchanged",
    "fixed",
    "gone",
    "no-longer-known",
    "not-compared",
)
