"""Judges a snapshot, partition by partition: a pure function of files, settings and a clock."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Final, TypeAlias

from tenantlint.context import Context
from tenantlint.exclusions import Exclusion, left_out
from tenantlint.facts import Facts
from tenantlint.judge import judge
from tenantlint.lookups import whole_owners
from tenantlint.manifest import TENANT
from tenantlint.model import COMPLIANT, INCOMPLETE, Verdict
from tenantlint.problems import failures, not_read
from tenantlint.reads import DeclaredReads
from tenantlint.resource import Resource
from tenantlint.results import Judgement, Subject, Summary, Tally
from tenantlint.schema import Schema
from tenantlint.standing import changed, changes_of, instead_of_judging
from tenantlint.tenant import WholeTables, open_tenant

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from tenantlint.manifest import Manifest
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
    """What to judge, by which rules, how, and as of when; ``facts`` are by name."""

    manifest: Manifest
    rules: Sequence[Rule]
    facts: Mapping[str, Fact]
    settings: Settings
    now: datetime


@dataclass(frozen=True)
class Bench:
    """A rule ready to judge: its context, or the verdict on everything where there is nothing to judge by.

    ``changes`` are made to every violation.
    """

    rule: Rule
    context: Context
    instead: Verdict | None
    changes: list[Change]
    tally: Tally

    def judge(self, resources: Sequence[Resource]) -> list[Verdict]:
        """Return a verdict on each of *resources*."""
        if self.instead:
            return [self.instead] * len(resources)
        verdicts = judge(self.rule, resources, self.context)
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
            self._facts.compute(WholeTables(reader), {name for rule in self.job.rules for name in rule.reads})
            whole = WholeTables(reader)
            for partition in (*self.job.manifest.partitions, TENANT):
                for table, rules in self._judged_in(partition).items():
                    reads = {name for rule in rules for name in rule.reads} | self.job.settings.tables
                    yield from self._judge_table(open_tenant(reader, table, partition, whole, reads), rules)
                gc.collect(0)  # what plugins left behind, while little else is young
        self.summary.problems += failures(self.summary)
        self.summary.check_sums({rule.id: _rows(self.job.manifest, rule.on) for rule in self.job.rules})

    def _judged_in(self, partition: str) -> dict[str, list[Rule]]:
        judged: dict[str, list[Rule]] = {}
        tables = self.job.manifest.tables
        for rule in sorted(self.job.rules, key=lambda rule: (rule.on, rule.id)):
            if rule.on in tables and (tables[rule.on].owner is None) == (partition == TENANT):
                judged.setdefault(rule.on, []).append(rule)
        return judged

    def _judge_table(self, tenant: Tenant, rules: list[Rule]) -> Iterator[list[Judgement]]:
        benches = self._benches(tenant, rules)
        schema = Schema(tenant.table, self.job.manifest.tables[tenant.table].columns)
        batches = tenant.reader.keyed_rows(tenant.table, tenant.partition)
        for batch in whole_owners(batches) if tenant.has_owners else batches:
            resources = [Resource(schema, cells) for cells in batch]
            tenant.turn_to([(cells[-1], resource) for cells, resource in zip(batch, resources, strict=True)])
            yield self._judge(resources, benches, self._left_out(resources, tenant))
        tenant.finish()

    def _left_out(self, resources: list[Resource], tenant: Tenant) -> LeftOut:
        exclusions = self.job.settings.exclusions
        return list(left_out(exclusions, resources, tenant, self.job.now)) if exclusions else []

    def _judge(self, resources: list[Resource], benches: list[Bench], excused: LeftOut) -> list[Judgement]:
        """Return the judgements to be given, sorted by resource and then by rule."""
        kept: list[tuple[int, int, Verdict]] = []
        everything = self.everything
        for place, bench in enumerate(benches):
            verdicts = bench.judge(resources)
            if excused:
                self._leave_out(bench.rule.id, excused, verdicts)
            bench.tally.add(verdicts)
            kept += [
                (at, place, verdict)
                for at, verdict in enumerate(verdicts)
                if everything or (verdict is not COMPLIANT and _is_told(verdict))
            ]
        kept.sort(key=_FIRST_TWO)
        subjects = {at: _subject(resources[at]) for at, _, _ in kept}
        return [Judgement(benches[place].rule, subjects[at], verdict) for at, place, verdict in kept]

    def _leave_out(self, rule: str, excused: LeftOut, verdicts: list[Verdict]) -> None:
        by = {at: exclusion for exclusion, places in excused if exclusion.speaks_of(rule) for at in places}
        for at, exclusion in by.items():
            verdicts[at] = exclusion.verdict
        self.summary.left_out.update(exclusion.reason for exclusion in by.values())

    def _benches(self, tenant: Tenant, rules: list[Rule]) -> list[Bench]:
        return [self._bench(tenant, rule) for rule in rules]

    def _bench(self, tenant: Tenant, rule: Rule) -> Bench:
        settings = self.job.settings
        changes = changes_of(rule, settings.edition, settings.levels.get(rule.id))
        return Bench(rule, self._context(rule, tenant), self._instead(rule), changes, self.summary.tallies[rule.id])

    def _context(self, rule: Rule, tenant: Tenant) -> Context:
        manifest = self.job.manifest
        reads = DeclaredReads(rule.id, rule.reads, tenant)
        settings = self.job.settings
        parameters = settings.parameters.get(rule.id, {})
        facts, now = self._facts.values, self.job.now
        return Context(rule, reads, parameters, now, manifest.cloud, manifest.tenant_id, settings.edition, facts)

    def _instead(self, rule: Rule) -> Verdict | None:
        if settled := instead_of_judging(rule, self.job.settings.edition):
            return settled
        problem = self._facts.problem_with(rule.reads)
        return Verdict("not-evaluable", problem.message, problem.cause) if problem else None


def _is_told(verdict: Verdict) -> bool:
    return bool(verdict.violations) or verdict.cause in INCOMPLETE


def _subject(resource: Resource) -> Subject:
    return Subject(resource.id, resource.name, resource.subscription_id)


def _rows(manifest: Manifest, table: str) -> int:
    stored = manifest.tables.get(table)
    return stored.rows if stored else 0
