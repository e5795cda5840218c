"""Nights that were kept as snapshots: judged by the rules and settings of today, each as of its own time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tenantlint.checking import subscription_names
from tenantlint.evaluate import Evaluation, Job
from tenantlint.isolation.plan import NO_ISOLATION
from tenantlint.isolation.running import judged_apart
from tenantlint.nights.night import told_of
from tenantlint.nights.reach import reach_of
from tenantlint.nights.seen import Seen
from tenantlint.selection import effective
from tenantlint.snapshot import SnapshotReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from tenantlint.coverage import Unread
    from tenantlint.findings import Stage
    from tenantlint.isolation.plan import Isolation
    from tenantlint.manifest import Manifest
    from tenantlint.nights.night import Told
    from tenantlint.nights.reach import Reach
    from tenantlint.results import Judgement, Summary
    from tenantlint.rules import Fact, Rule
    from tenantlint.settings import Settings
    from tenantlint.snapshot import Snapshot


@dataclass(frozen=True)
class Judging:
    """By what snapshots are judged; ``stages`` makes those that mark violations of a snapshot as of a time.

    ``only`` are the rules of which reports are read; all where there are none. ``isolation`` names those that judge in
    processes of their own.
    """

    rules: Sequence[Rule]
    facts: Mapping[str, Fact]
    settings: Settings
    stages: Callable[[Snapshot, datetime], Sequence[Stage]] = lambda *_: ()
    only: frozenset[str] = frozenset()
    isolation: Isolation = NO_ISOLATION


class SnapshotNight:
    """A snapshot, judged when its verdicts are asked for. *doubts* are what may be missing from it."""

    def __init__(self, snapshot: Snapshot, judging: Judging, doubts: Sequence[Unread] = ()) -> None:
        manifest = snapshot.manifest
        self.snapshot = snapshot
        self.doubts = doubts
        self.name = str(snapshot.folder)
        self.at: datetime | None = manifest.ended_at
        self.tenant = (manifest.cloud, manifest.tenant_id)
        self.settings: Mapping[str, Any] | None = effective(judging.rules, judging.settings)
        self.rules = frozenset(rule.id for rule in judging.rules)
        self.incomplete = False
        self.unread: int | None = len(manifest.coverage.requested - manifest.coverage.read)
        self.ended: frozenset[bytes] = frozenset()
        self.remembered = Seen()
        self._judging = judging
        self._needs = {rule.id: tables_behind(rule, judging.facts) for rule in judging.rules}
        self._summary: Summary | None = None

    @cached_property
    def reach(self) -> Reach:
        """See :class:`tenantlint.nights.night.Night`."""
        with SnapshotReader(self.snapshot) as reader:
            return reach_of(self.snapshot.manifest, subscription_names(reader))

    def verdicts(self) -> Iterator[Told]:
        """Judge, and yield the verdicts."""
        judging, snapshot = self._judging, self.snapshot
        manifest, now = snapshot.manifest, snapshot.manifest.ended_at
        stages = judging.stages(snapshot, now)
        with judged_apart(judging.isolation, judging.rules, snapshot, now) as apart, SnapshotReader(snapshot) as reader:
            evaluation = Evaluation(Job(manifest, judging.rules, judging.facts, judging.settings, now, apart))
            for batch in evaluation.judgements(reader):
                judgements: Sequence[Judgement] = batch
                for stage in stages:
                    judgements = stage.mark(judgements, evaluation.summary)
                yield from map(told_of, judgements)
        self._summary = evaluation.summary
        self.incomplete = evaluation.summary.incomplete

    def gap(self, told: Told) -> str | None:
        """See :class:`tenantlint.nights.night.Night`."""
        assert self._summary is not None
        return gap(self.snapshot.manifest, self._summary, self._judging.rules, told)

    def doubt(self, told: Told) -> str | None:
        """See :class:`tenantlint.nights.night.Night`: of a table that is kept whole, rows of any subscription count."""
        for entry in self.doubts:
            if entry.table in self._needs[told.rule]:
                is_owned = self.snapshot.manifest.tables[entry.table].owner is not None
                if not is_owned or entry.subscription in ("", told.subscription):
                    return str(entry)
        return None


def tables_behind(rule: Rule, facts: Mapping[str, Fact]) -> frozenset[str]:
    """Return the names of the tables that *rule* judges and reads, directly or through *facts*."""
    found: set[str] = set()
    ahead = {rule.on, *rule.reads}
    while ahead:
        found |= ahead
        ahead = {read for name in ahead & facts.keys() for read in facts[name].reads} - found
    return frozenset(found)


def gap(manifest: Manifest, summary: Summary, rules: Sequence[Rule], told: Told) -> str | None:
    """Say why the resource that *told* is about may still be there though it was not seen; None where it is gone.

    *manifest* tells what was not read, *summary* whatever broke.
    """
    on = next(rule.on for rule in rules if rule.id == told.rule)
    table = manifest.tables.get(on)
    if table is None or table.missing:
        return table.missing if table else f"this snapshot does not hold table {on!r}"
    tables, where = [on, *table.reads], told.subscription or None
    if why := manifest.coverage.gap(tables, where):
        return why
    for problem in summary.problems:
        if problem.rule == told.rule and problem.subscription in ("", told.subscription):
            return problem.message
    return None
