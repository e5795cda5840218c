"""Judges by one rule as the host would, with rows, look-ups and facts that nobody else has."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, Self

from tenantlint.benches import batches_of, open_bench
from tenantlint.config import read_settings
from tenantlint.evaluate import garbage_collection_paused
from tenantlint.facts import Facts
from tenantlint.isolation.answers import AnswerBuilder, OverBudgetError, digest_of
from tenantlint.isolation.lifeline import InOneProcess
from tenantlint.plugins import load_plugins
from tenantlint.snapshot import SnapshotReader, open_snapshot
from tenantlint.tenant import WholeTables, open_tenant

if TYPE_CHECKING:
    from tenantlint.isolation.plan import Plan
    from tenantlint.model import Verdict


class Judging:
    """Loads what the host loaded and judges what *plan* says, in a ``with`` block."""

    def __init__(self, plan: Plan) -> None:
        isolation = plan.isolation
        catalog = load_plugins(isolation.wanted)
        rule = catalog.rules[plan.rule]
        self._rule = replace(rule, judge=InOneProcess(rule.judge))
        self._settings = read_settings(isolation.config, catalog, isolation.edition)
        self._now = plan.now
        self._most = isolation.budget.failures
        snapshot = open_snapshot(plan.snapshot, verify=False)  # the host did, if anybody did
        self._facts = Facts(snapshot.manifest, catalog.facts)
        self._reader = SnapshotReader(snapshot, Path(gettempdir()) / "spilled")
        self._whole = WholeTables(self._reader)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._reader.__exit__()

    def compute_facts(self) -> None:
        """Compute the facts that the rule reads."""
        with garbage_collection_paused():
            self._facts.compute(WholeTables(self._reader), self._rule.reads)

    def answer(self, partition: str) -> bytes:
        """Return the verdicts on one partition. Raises ``OverBudgetError``."""
        tenant = open_tenant(self._reader, self._rule.on, partition, self._whole, self._rule.reads)
        bench = open_bench(self._rule, tenant, self._facts, self._settings, self._now)
        builder, failures = AnswerBuilder(), Failures(sys.maxsize if bench.instead else self._most)
        with garbage_collection_paused():
            for resources in batches_of(tenant):
                digest = digest_of(resources)  # before the rule sees them
                builder.add(digest, failures.counted(bench.judge(resources)))
        return builder.dump()


class Failures:
    """Counts the resources of a partition that a rule breaks on. Raises ``OverBudgetError`` for more than *most*."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._count = 0
        self._first = ""

    def counted(self, verdicts: list[Verdict]) -> list[Verdict]:
        """Return *verdicts* when they were counted."""
        failed = [verdict for verdict in verdicts if verdict.cause == "failed"]
        if failed:
            self._first = self._first or failed[0].message.removeprefix("the rule ")
            self._count += len(failed)
        if self._count > self._most:
            raise OverBudgetError(f"it failed on more than {self._most} resources of one partition: it {self._first}")
        return verdicts
