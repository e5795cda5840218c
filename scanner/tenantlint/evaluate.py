"""Judges a snapshot, partition by partition: a pure function of files, settings and a clock."""

from __future__ import annotations

import gc
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tenantlint.context import Context, FactTables
from tenantlint.errors import MissingColumnError
from tenantlint.judge import BROKEN, describe, judge
from tenantlint.manifest import TENANT
from tenantlint.model import INCOMPLETE, Cause, Verdict
from tenantlint.resource import Resource
from tenantlint.results import Judgement, Problem, Subject, Summary, Tally
from tenantlint.schema import Schema
from tenantlint.tenant import DeclaredReads, Tenant, load

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from tenantlint.coverage import Unread
    from tenantlint.lookups import TableRows
    from tenantlint.manifest import Manifest
    from tenantlint.rules import Fact, Rule
    from tenantlint.snapshot import Reader


@contextmanager
def rare_garbage_collection() -> Iterator[None]:
    """Let the collector look for circles rarely: decoded rows have none, and it would walk all of them every time."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


@dataclass(frozen=True)
class Job:
    """What to judge, by which rules, and as of when. ``settings`` are by rule id; ``facts`` by name."""

    manifest: Manifest
    rules: Sequence[Rule]
    facts: Mapping[str, Fact]
    settings: Mapping[str, Mapping[str, Any]]
    now: datetime
    edition: str | None = None


@dataclass(frozen=True)
class Bench:
    """A rule ready to judge: its context, or the verdict on everything where what it reads is missing."""

    rule: Rule
    context: Context
    instead: Verdict | None
    tally: Tally


@dataclass
class Evaluation:
    """Judges a job. Iterate over :meth:`judgements` to the end, then look at ``summary``.

    With *everything*, each verdict is given; otherwise only violations and whatever was not read or broke.
    """

    job: Job
    everything: bool = True
    summary: Summary = field(init=False)
    _facts: dict[str, object] = field(default_factory=dict)
    _broken: dict[str, Problem] = field(default_factory=dict)
    _shared: dict[str, TableRows] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.summary = Summary({rule.id: Tally() for rule in self.job.rules})
        self.summary.problems += _what_was_not_read(self.job)

    def judgements(self, reader: Reader) -> Iterator[list[Judgement]]:
        """Yield judgements in batches: partition by partition, each sorted by resource and then by rule."""
        with rare_garbage_collection():
            self._compute_facts(reader)
            for partition in (*self.job.manifest.partitions, TENANT):
                for table, rules in self._judged_in(partition).items():
                    yield from self._judge_table(reader, partition, table, rules)
        self.summary.problems += _failures(self.summary)
        self.summary.check_sums({rule.id: _rows(self.job.manifest, rule.on) for rule in self.job.rules})

    def _judged_in(self, partition: str) -> dict[str, list[Rule]]:
        judged: dict[str, list[Rule]] = {}
        tables = self.job.manifest.tables
        for rule in sorted(self.job.rules, key=lambda rule: (rule.on, rule.id)):
            if rule.on in tables and (tables[rule.on].owner is None) == (partition == TENANT):
                judged.setdefault(rule.on, []).append(rule)
        return judged

    def _judge_table(self, reader: Reader, partition: str, table: str, rules: list[Rule]) -> Iterator[list[Judgement]]:
        if partition not in self.job.manifest.tables[table].files:
            return
        benches = self._benches(self._tenant(reader, partition, rules), rules)
        schema = Schema(table, self.job.manifest.tables[table].columns)
        for batch in reader.rows(table, partition, schema.columns):
            judgements: list[Judgement] = []
            for cells in batch:
                self._judge(Resource(schema, cells), benches, judgements)
            yield judgements

    def _judge(self, resource: Resource, benches: list[Bench], judgements: list[Judgement]) -> None:
        """Add the verdicts of all *benches* on *resource* to *judgements*: the inner loop of a scan."""
        subject = None
        for bench in benches:
            verdict = bench.instead or judge(bench.rule, resource, bench.context)
            bench.tally.add(verdict)
            if self.everything or verdict.violations or verdict.cause in INCOMPLETE:
                subject = subject or Subject(resource.id, resource.name, resource.subscription_id)
                judgements.append(Judgement(bench.rule, subject, verdict))

    def _benches(self, tenant: Tenant, rules: list[Rule]) -> list[Bench]:
        return [
            Bench(rule, self._context(rule, tenant), self._instead(rule), self.summary.tallies[rule.id])
            for rule in rules
        ]

    def _context(self, rule: Rule, tenant: Tenant) -> Context:
        manifest = self.job.manifest
        reads = DeclaredReads(rule.id, rule.reads, tenant)
        settings = self.job.settings.get(rule.id, {})
        return Context(
            rule, reads, settings, self.job.now, manifest.cloud, manifest.tenant_id, self.job.edition, self._facts
        )

    def _instead(self, rule: Rule) -> Verdict | None:
        problem = self._problem_with(rule.reads)
        return Verdict("not-evaluable", problem.message, problem.cause) if problem else None

    def _tenant(self, reader: Reader, partition: str, rules: list[Rule]) -> Tenant:
        tables = self.job.manifest.tables
        names = {name for rule in rules for name in (rule.on, *rule.reads) if name in tables}
        whole = {name for name in names if tables[name].owner is None}
        for name in whole - self._shared.keys():
            self._shared[name] = load(reader, name, TENANT)
        parts = set() if partition == TENANT else names - whole - {rule.on for rule in rules}
        loaded = {name: load(reader, name, partition) for name in sorted(parts)}
        return Tenant(self.job.manifest, {**{name: self._shared[name] for name in whole}, **loaded})

    def _compute_facts(self, reader: Reader) -> None:
        for rule in self.job.rules:
            self._compute_all(reader, rule.reads)

    def _compute_all(self, reader: Reader, names: Iterable[str]) -> None:
        """Compute those of *names* that are facts, and before each the facts that it needs itself."""
        for name in sorted(self.job.facts.keys() & set(names) - self._facts.keys() - self._broken.keys()):
            fact = self.job.facts[name]
            self._compute_all(reader, fact.reads)
            problem = self._problem_with(fact.reads) or self._compute(reader, fact)
            if problem:
                self._broken[name] = problem

    def _compute(self, reader: Reader, fact: Fact) -> Problem | None:
        """Compute *fact*; return what kept it from being computed."""
        try:
            self._facts[fact.name] = fact.compute(FactTables(reader, fact.reads, fact.name, self._facts))
        except MissingColumnError as error:
            return Problem("unread", f"fact {fact.name!r} cannot be computed: {error}")
        except BROKEN as error:
            return Problem("failed", f"fact {fact.name!r} broke: {describe(error)}")
        return None

    def _problem_with(self, reads: Iterable[str]) -> Problem | None:
        """Say which of the tables and facts *reads* is not there; None where all are."""
        problems = (
            self._broken.get(name) or _missing(self.job.manifest, name, self.job.facts) for name in sorted(reads)
        )
        return next((problem for problem in problems if problem), None)


def _rows(manifest: Manifest, table: str) -> int:
    stored = manifest.tables.get(table)
    return stored.rows if stored else 0


def _missing(manifest: Manifest, name: str, facts: Mapping[str, Fact]) -> Problem | None:
    """Say why table *name* is not in the snapshot; None where it is, or where *name* is a fact."""
    table = manifest.tables.get(name)
    if name in facts or (table and not table.missing):
        return None
    cause: Cause = table.cause if table and table.cause else "unread"
    return Problem(cause, table.missing if table else f"this snapshot does not hold table {name!r}")


def _what_was_not_read(job: Job) -> list[Problem]:
    problems = [Problem("unread", str(entry), "", _where(job, entry)) for entry in job.manifest.coverage.unread]
    for rule in job.rules:
        found = _missing(job.manifest, rule.on, {})
        if found:
            problems.append(Problem(found.cause, f"nothing to judge: {found.message}", rule.id))
    return problems


def _where(job: Job, entry: Unread) -> str | None:
    """Say where resources that should have been judged may be missing because of *entry*; see ``Problem``."""
    tables = job.manifest.tables
    judged = {name for rule in job.rules if rule.on in tables for name in tables[rule.on].reads}
    return entry.subscription or ("" if entry.touches(judged, None) else None)


def _failures(summary: Summary) -> list[Problem]:
    failed: Counter[str] = Counter({rule: tally.causes["failed"] for rule, tally in summary.tallies.items()})
    return [
        Problem("failed", f"{count} resources could not be judged because something broke", rule, None)
        for rule, count in sorted((+failed).items())
    ]
