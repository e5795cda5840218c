"""Marks the violations that are accepted on their way to the reports."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tenantlint.model import INCOMPLETE, LEVELS
from tenantlint.waivers.tags import TableTags
from tenantlint.waivers.waiver import WaiverIndex, id_keys, tag_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from tenantlint.findings import Mark, Waiving
    from tenantlint.model import Level, Violation
    from tenantlint.results import Judgement, Summary, Tally
    from tenantlint.snapshot import Snapshot
    from tenantlint.waivers.waiver import Waiver

MOST: Final = 20
"""Waivers without a use that are told of one by one."""


class WaiverStage:
    """Marks what *waivers* accept on *today*, the day (UTC) as of which *snapshot* is judged.

    Of several that hold, the one with the narrowest scope is told. A violation whose waivers have all expired stays
    open, and its message says so.
    """

    def __init__(self, waivers: Iterable[Waiver], snapshot: Snapshot, today: date) -> None:
        self._waivers = tuple(waivers)
        self._index = WaiverIndex(self._waivers)
        self._snapshot = snapshot
        self._today = today
        self._tags: dict[str, TableTags] = {}
        self._without_tags: set[str] = set()
        self._used: set[Waiver] = set()

    def mark(self, judgements: Sequence[Judgement], summary: Summary) -> Sequence[Judgement]:
        """See :class:`tenantlint.findings.Stage`."""
        index = self._index
        return [
            self._look_at(judgement, summary.tallies[judgement.rule.id])
            if judgement.verdict.violations and judgement.rule.id in index
            else judgement
            for judgement in judgements
        ]

    def finish(self, summary: Summary) -> list[str]:
        """Tell of waivers that accepted nothing, unless what they are for may just not have been seen."""
        unused = [waiver for waiver in self._waivers if waiver not in self._used and self._is_judged(waiver, summary)]
        gone = [waiver for waiver in unused if not (self._lacks_tags(waiver) or _may_be_unseen(waiver, summary))]
        notes = [_not_needed(waiver, self._today) for waiver in gone[:MOST]]
        if len(gone) > MOST:
            notes.append(f"{len(gone) - MOST} more waivers accept nothing")
        if len(gone) < len(unused):
            count = len(unused) - len(gone)
            notes.append(f"whether {count} more waivers are still needed is not known: not everything could be read")
        return notes

    def accepts(self, judgement: Judgement, *, has_tags: bool) -> Waiving | None:
        """Return what accepts the one violation of a *judgement* of then; without a row, it has no tags to go by."""
        (violation,) = judgement.verdict.violations
        under = self._index.under(judgement.rule.id, self._keys(judgement, has_tags=has_tags))
        found = [waiver for waiver in under if waiver.accepts(violation.part, (violation.part,))]
        self._used.update(found)
        return next((waiver.waiving for waiver in found if waiver.holds(self._today)), None)

    def goes_by_tags(self, rule: str) -> bool:
        """Tell whether a waiver of *rule* goes by tags."""
        return self._index.asks_for_tags(rule)

    def _look_at(self, judgement: Judgement, tally: Tally) -> Judgement:
        under = self._index.under(judgement.rule.id, self._keys(judgement))
        if not under:
            return judgement
        marks, violations = dict(judgement.marks), list(judgement.verdict.violations)
        parts = [violation.part for violation in violations]
        for at, violation in enumerate(violations):
            found = [waiver for waiver in under if waiver.accepts(violation.part, parts)]
            self._used.update(found)
            if valid := next((waiver for waiver in found if waiver.holds(self._today)), None):
                marks[violation.part] = replace(judgement.mark(violation.part), waiver=valid.waiving)
            elif found:
                violations[at] = _open_again(violation, found)
        looked_at = _changed(judgement, tuple(violations), marks)
        _recount(tally, judgement.open, looked_at.open)
        return looked_at

    def _keys(self, judgement: Judgement, *, has_tags: bool = True) -> Iterator[str]:
        subject, key = judgement.subject, judgement.subject.id.lower()
        yield from (keys := id_keys(key))
        if subject.subscription_id and (own := f"/subscriptions/{subject.subscription_id}") not in keys:
            yield own
        if has_tags and self._index.asks_for_tags(judgement.rule.id):
            tags = self._tags_of(judgement.rule.on)
            if not tags.known:
                self._without_tags.add(judgement.rule.id)
            yield from tag_keys(tags.of(key))

    def _tags_of(self, table: str) -> TableTags:
        if table not in self._tags:
            self._tags[table] = TableTags(self._snapshot, table)
        return self._tags[table]

    def _lacks_tags(self, waiver: Waiver) -> bool:
        """Tell whether *waiver* goes by tags that the snapshot, perhaps an old one, does not hold."""
        return waiver.scope.kind == "tag" and waiver.rule in self._without_tags

    def _is_judged(self, waiver: Waiver, summary: Summary) -> bool:
        """Tell whether its rule judges this time, and its subscription was looked at."""
        read = self._snapshot.manifest.coverage.requested
        return waiver.rule in summary.tallies and (not waiver.subscription or waiver.subscription in read)


def _changed(judgement: Judgement, violations: tuple[Violation, ...], marks: dict[str, Mark]) -> Judgement:
    verdict = judgement.verdict
    if violations != verdict.violations:
        verdict = replace(verdict, message=violations[0].message, violations=violations)
    return judgement._replace(verdict=verdict, marks=marks)


def _open_again(violation: Violation, expired: list[Waiver]) -> Violation:
    last = max(expired, key=lambda waiver: waiver.expires)
    return replace(violation, message=f"{violation.message} (the waiver of {last.owner} expired on {last.expires})")


def _recount(tally: Tally, before: Sequence[Violation], after: Sequence[Violation]) -> None:
    """Count a resource by the worst of its violations that are open, instead of the worst of those *before*."""
    was, now = _worst(before), _worst(after)
    if was == now:
        return
    if was:
        tally.levels[was] -= 1
    if now:
        tally.levels[now] += 1
    else:
        tally.waived += 1


def _worst(violations: Sequence[Violation]) -> Level | None:
    return min((violation.level for violation in violations), key=LEVELS.index, default=None)


def _may_be_unseen(waiver: Waiver, summary: Summary) -> bool:
    """Tell whether there may be a violation that it accepts among what was not read or broke."""
    if any(cause in INCOMPLETE for cause in summary.tallies[waiver.rule].causes):
        return True
    return any(
        problem.rule in ("", waiver.rule)
        and problem.subscription is not None
        and (not problem.subscription or waiver.subscription in ("", problem.subscription))
        for problem in summary.problems
    )


def _not_needed(waiver: Waiver, today: date) -> str:
    expired = "" if waiver.holds(today) else f"it expired on {waiver.expires}, and "
    return f"{waiver.place}: {expired}there is no such violation of {waiver.rule} any more; take the waiver out"
