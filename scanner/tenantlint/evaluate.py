"""Judges a snapshot, partition by partition: a pure function of files, settings and a clock."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Final, TypeAlias

from tenantlint.benches import batches_of, open_bench
from tenantlint.exclusions import Exclusion, left_out
from tenantlint.facts import Facts
from tenantlint.isolation.apart import NOBODY, Apart
from tenantlint.manifest import TENANT
from tenantlint.model import COMPLIANT, INCOMPLETE
from tenantlint.problems import failures, not_read
from tenantlint.results import Judgement, Subject, Summary, Tally
from tenantlint.standing import changed, changes_of, is_demanded
from tenantlint.tenant import WholeTables, open_tenant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from tenantlint.manifest import Manifest
    from tenantlint.model import Verdict
    from tenantlint.resource import Resource
    from tenantlint.rules import Fact, Rule
    from tenantlint.settings import Settings
    from tenantlint.snapshot import Reader
    from tenantlint.standing import Change
    from tenantlint.tenant import Tenant


LeftOut: TypeAlias = "list[tuple[Exclusion, list[int]]]"
_FIRST_TWO: Final = itemgetter(0, 1)


@contextmanager
def garbage_collection_paused() -> Iterator[None]:
    """Keep the collector from looking for circles: decoded rows have none, and it would walk all of them each time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@dataclass(frozen=True)
class Job:
    """What to judge, by which rules, how, and as of when; ``facts`` are by name.

    ``apart`` holds the verdicts of rules that judged elsewhere: here, neither they nor their facts are run.
    """

    manifest: Manifest
    rules: Sequence[Rule]
    facts: Mapping[str, Fact]
    settings: Settings
    now: datetime
    apart: Apart = NOBODY


@dataclass(frozen=True)
class Judge:
    """One rule in one place: whom to *ask*, which *changes* are made to every violation, where verdicts are counted."""

    rule: Rule
    ask: Callable[[Sequence[Resource]], list[Verdict]]
    changes: list[Change]
    tally: Tally

    def judge(self, resources: Sequence[Resource]) -> list[Verdict]:
        """Return a verdict on each of *resources*."""
        verdicts = self.ask(resources)
        if not self.changes:
            return verdicts
        return [changed(verdict, self.changes) if verdict.violations else verdict for verdict in verdicts]


@dataclass
class Evaluation:
    """Judges a job. Iterate over :meth:`judgements` to the end, then look at ``summary``.

    With *everything*, each verdict is given; otherwise only violations and whatever was not read or broke.
    """

    job: Job
    everything: bool = True
    summary: Summary = field(init=False)
    _facts: Facts = field(init=False)

    def __post_init__(self) -> None:
        self._facts = Facts(self.job.manifest, self.job.facts)
        self.summary = Summary({rule.id: Tally() for rule in self.job.rules})
        self.summary.left_out.update({exclusion.reason: 0 for exclusion in self.job.settings.exclusions})
        self.summary.problems += not_read(self.job.manifest, self.job.rules)

    def judgements(self, reader: Reader) -> Iterator[list[Judgement]]:
        """Yield judgements in batches: partition by partition, each sorted by resource and then by rule."""
        with garbage_collection_paused():
            self._facts.compute(WholeTables(reader), self._read_here(self.job.rules))
            whole = WholeTables(reader)
            for partition in (*self.job.manifest.partitions, TENANT):
                for table, rules in self._judged_in(partition).items():
                    reads = self._read_here(rules) | self.job.settings.tables
                    yield from self._judge_table(open_tenant(reader, table, partition, whole, reads), rules)
                gc.collect(0)  # what plugins left behind, while little else is young
        self.summary.problems += failures(self.summary, self.job.apart.stopped)
        self.summary.check_sums({rule.id: _rows(self.job.manifest, rule.on) for rule in self.job.rules})

    def _judged_in(self, partition: str) -> dict[str, list[Rule]]:
        judged: dict[str, list[Rule]] = {}
        tables = self.job.manifest.tables
        for rule in sorted(self.job.rules, key=lambda rule: (rule.on, rule.id)):
            if rule.on in tables and (tables[rule.on].owner is None) == (partition == TENANT):
                judged.setdefault(rule.on, []).append(rule)
        return judged

    def _read_here(self, rules: Sequence[Rule]) -> set[str]:
        return {name for rule in rules if rule.id not in self.job.apart.rules for name in rule.reads}

    def _judge_table(self, tenant: Tenant, rules: list[Rule]) -> Iterator[list[Judgement]]:
        judges = [self._judge_of(rule, tenant) for rule in rules]
        for resources in batches_of(tenant):
            yield self._judge(resources, judges, self._left_out(resources, tenant))

    def _left_out(self, resources: list[Resource], tenant: Tenant) -> LeftOut:
        exclusions = self.job.settings.exclusions
        return list(left_out(exclusions, resources, tenant, self.job.now)) if exclusions else []

    def _judge(self, resources: list[Resource], judges: list[Judge], excused: LeftOut) -> list[Judgement]:
        """Return the judgements to be given, sorted by resource and then by rule."""
        kept: list[tuple[int, int, Verdict]] = []
        everything = self.everything
        for place, each in enumerate(judges):
            verdicts = each.judge(resources)
            if excused:
                self._leave_out(each.rule.id, excused, verdicts)
            each.tally.add(verdicts)
            kept += [
                (at, place, verdict)
                for at, verdict in enumerate(verdicts)
                if everything or (verdict is not COMPLIANT and _is_told(verdict))
            ]
        kept.sort(key=_FIRST_TWO)
        subjects = {at: _subject(resources[at]) for at, _, _ in kept}
        return [Judgement(judges[place].rule, subjects[at], verdict) for at, place, verdict in kept]

    def _leave_out(self, rule: str, excused: LeftOut, verdicts: list[Verdict]) -> None:
        by = {at: exclusion for exclusion, places in excused if exclusion.speaks_of(rule) for at in places}
        for at, exclusion in by.items():
            verdicts[at] = exclusion.verdict
        self.summary.left_out.update(exclusion.reason for exclusion in by.values())

    def _judge_of(self, rule: Rule, tenant: Tenant) -> Judge:
        settings = self.job.settings
        changes = changes_of(rule, settings.edition, settings.levels.get(rule.id))
        return Judge(rule, self._whom_to_ask(rule, tenant), changes, self.summary.tallies[rule.id])

    def _whom_to_ask(self, rule: Rule, tenant: Tenant) -> Callable[[Sequence[Resource]], list[Verdict]]:
        job = self.job
        if rule.id in job.apart.rules and is_demanded(rule, job.settings.edition):
            return job.apart.reply(rule.id, tenant.partition).verdicts
        return open_bench(rule, tenant, self._facts, job.settings, job.now).judge


def _is_told(verdict: Verdict) -> bool:
    return bool(verdict.violations) or verdict.cause in INCOMPLETE


def _subject(resource: Resource) -> Subject:
    return Subject(resource.id, resource.name, resource.subscription_id)


def _rows(manifest: Manifest, table: str) -> int:
    stored = manifest.tables.get(table)
    return stored.rows if stored else 0
