"""``sarif``: what may be uploaded to GitHub code scanning as it is.

GitHub closes every alert of a category that the next upload lacks, and shows whatever it gets as open. So there is one
run per subscription, its category; a subscription that is clean has a run without results; one in which something was
not read or broke has none, so that its alerts stay; and only violations are written.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby, islice
from typing import TYPE_CHECKING, Final

import orjson

from tenantlint.model import INCOMPLETE, LEVELS
from tenantlint.reports.sarif_files import SarifFiles
from tenantlint.reports.sarif_objects import dump, result
from tenantlint.reports.sarif_runs import invocation, run_head
from tenantlint.reports.spill import SpillSort

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from tenantlint.reports import Scan
    from tenantlint.results import Judgement, Problem, Summary

RESULTS_PER_RUN: Final = 5_000
"""GitHub keeps no more of a run."""


@dataclass(frozen=True)
class SarifReport:
    """SARIF for GitHub: open violations, one run per subscription."""

    name: str = "sarif"
    description: str = "SARIF 2.1.0 that GitHub code scanning takes: open violations, one run per subscription."
    everything: bool = False
    module: str = __name__

    def open(self, path: Path | None, scan: Scan) -> SarifWriter:
        """Start the report."""
        return SarifWriter(path, scan)


class SarifWriter:
    """Sorts violations by subscription and level on disk, and writes them at the end."""

    def __init__(self, path: Path | None, scan: Scan) -> None:
        self._scan = scan
        self._files = SarifFiles(path)
        self._index = {rule.id: index for index, rule in enumerate(scan.rules)}
        self._sorted = SpillSort()
        self._incomplete: set[str] = set()

    def add(self, judgements: Sequence[Judgement]) -> None:
        """Take the violations among *judgements*, and note where something was not read or broke."""
        for judgement in judgements:
            if judgement.verdict.cause in INCOMPLETE:
                self._incomplete.add(judgement.subject.subscription_id)
            elif judgement.verdict.violations:
                self._add(judgement)

    def _add(self, judgement: Judgement) -> None:
        subject, rule = judgement.subject, judgement.rule.id
        for violation in judgement.verdict.violations:
            order = [subject.subscription_id, LEVELS.index(violation.level), rule, subject.id.lower(), violation.part]
            line = dump(result(judgement, self._index[rule], self._scan.subscriptions, violation))
            self._sorted.add(orjson.dumps(order), line)

    def finish(self, summary: Summary) -> list[str]:
        """Write the files; return in words what they lack."""
        complete = self._complete(summary)
        notes: list[str] = []
        found: set[str] = set()
        for scope, lines in groupby(self._sorted, key=_scope):
            found.add(scope)
            if scope in complete:
                notes += self._write_run(scope, (line for _, line in lines), summary.problems)
        for scope in sorted(complete - found):
            notes += self._write_run(scope, (), summary.problems)
        self._sorted.close()
        notes += _left_out((self._known(summary) | found) - complete)
        if not self._files.commit():
            notes.append("no subscription was fully read: there is nothing to upload, and no file was written")
        return notes

    def discard(self) -> None:
        """Leave nothing behind."""
        self._sorted.close()
        self._files.discard()

    def _write_run(self, scope: str, results: Iterable[bytes], problems: Sequence[Problem]) -> list[str]:
        results = iter(results)
        head = dump(run_head(self._scan, scope or f"tenant-{self._scan.manifest.tenant_id}"))
        self._files.start_run(head[:-1] + b',"results":[')
        for count, line in enumerate(islice(results, RESULTS_PER_RUN)):
            self._files.write_result(line, first=count == 0)
        notes = _cut(scope, results)
        self._files.end_run(b'],"invocations":[' + dump(invocation(self._scan, problems, notes)) + b"]}")
        return notes

    def _known(self, summary: Summary) -> set[str]:
        """Return the subscriptions that anything but a violation tells of."""
        told = {problem.subscription for problem in summary.problems if problem.subscription}
        return {*self._scan.manifest.coverage.subscriptions, *self._scan.subscriptions, *self._incomplete, *told}

    def _complete(self, summary: Summary) -> set[str]:
        """Return the subscriptions in which everything was read and judged; "" stands for what is in none."""
        problems = {problem.subscription for problem in summary.problems}
        if "" in problems:
            return set()
        above = {""} if "" not in self._incomplete and self._has_results_above() else set()
        return (set(self._scan.manifest.coverage.subscriptions) - self._incomplete - problems) | above

    def _has_results_above(self) -> bool:
        return any(_scope(line) == "" for line in islice(self._sorted, 1))


def _scope(line: tuple[bytes, bytes]) -> str:
    scope: str = orjson.loads(line[0])[0]
    return scope


def _left_out(scopes: set[str]) -> list[str]:
    what = [_counted(len(scopes - {""}), "subscription")] if scopes - {""} else []
    what += ["what is in no subscription"] if "" in scopes else []
    return [f"not fully read and left out, so that alerts stay as they are: {' and '.join(what)}"] if what else []


def _cut(scope: str, rest: Iterator[bytes]) -> list[str]:
    cut = sum(1 for _ in rest)
    where = f"subscription {scope}" if scope else "what is in no subscription"
    return [f"{_counted(cut, 'violation')} of {where}, the least severe, left out of the upload"] if cut else []


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
