"""``junit``: JUnit XML, which every CI system shows.

A suite is a rule. A test case is a resource that breaks it, whose violations are all waived, or that could not be
judged because something was not read or broke; all others are numbers among the suite's properties, or the file of a
large tenant would be of no use to anyone. The first suite has one case at least: that the scan is complete. So a scan
that finds nothing is a test that passed, not a file without any, and one that saw nothing has not passed.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from tenantlint.model import INCOMPLETE, LEVELS
from tenantlint.reports.junit_cases import SCAN, Kind, case, kind_of, properties, scan_cases, tag
from tenantlint.reports.output import Output
from tenantlint.reports.spill import SpillSort

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tenantlint.reports import Scan
    from tenantlint.results import Judgement, Summary
    from tenantlint.rules import Rule

_KINDS: Final[tuple[Kind, ...]] = ("failures", "errors", "skipped", "passed")


@dataclass(frozen=True)
class JUnitReport:
    """JUnit XML: a suite per rule, a case per resource that somebody should look at."""

    name: str = "junit"
    description: str = "JUnit XML for CI systems: a suite per rule; violations fail, waived ones are skipped."
    everything: bool = False
    module: str = __name__

    def open(self, path: Path | None, scan: Scan) -> JUnitWriter:
        """Start the report."""
        return JUnitWriter(Output(path), scan)


class JUnitWriter:
    """Sorts cases by rule on disk, since a suite begins with their number, and writes them at the end."""

    def __init__(self, output: Output, scan: Scan) -> None:
        self._output = output
        self._scan = scan
        self._sorted = SpillSort()
        self._counts: dict[str, Counter[Kind]] = {rule.id: Counter() for rule in scan.rules}

    def add(self, judgements: Sequence[Judgement]) -> None:
        """Take what is to be a case among *judgements*."""
        for judgement in judgements:
            if judgement.verdict.violations or judgement.verdict.cause in INCOMPLETE:
                self._add(judgement)

    def _add(self, judgement: Judgement) -> None:
        kind, rule, subject = kind_of(judgement), judgement.rule.id, judgement.subject
        worst = min((LEVELS.index(violation.level) for violation in judgement.open), default=0)
        order = json.dumps([rule, _KINDS.index(kind), worst, subject.id.lower(), subject.id])
        self._sorted.add(order.encode(), case(judgement, self._scan.subscriptions).encode())
        self._counts[rule][kind] += 1

    def finish(self, summary: Summary) -> list[str]:
        """Write the suites."""
        first = scan_cases(summary)
        counted = Counter(kind for kind, _ in first)
        total = sum(self._counts.values(), counted)
        self._line('<?xml version="1.0" encoding="UTF-8"?>')
        self._line(tag("testsuites", name="tenantlint", **_numbers(total)))
        self._line(tag("testsuite", name=SCAN, **_numbers(counted), timestamp=self._when))
        for _, line in first:
            self._line(line)
        self._line("</testsuite>")
        self._write_rules(summary)
        self._line("</testsuites>")
        self._sorted.close()
        self._output.commit()
        return []

    def _write_rules(self, summary: Summary) -> None:
        cases = groupby(self._sorted, key=_rule)
        found = next(cases, None)
        for rule in sorted(self._scan.rules, key=_sorted_as_cases):
            numbers = _numbers(self._counts[rule.id])
            self._line(tag("testsuite", name=rule.id, **numbers, timestamp=self._when))
            self._line(properties(rule, summary.tallies[rule.id], self._scan.only_violations))
            if found and found[0] == rule.id:
                for _, line in found[1]:
                    self._output.write(line + b"\n")
                found = next(cases, None)
            self._line("</testsuite>")

    @property
    def _when(self) -> str:
        """The moment as of which is judged, in UTC, as the schema wants it: without a zone."""
        return f"{self._scan.now:%Y-%m-%dT%H:%M:%S}"

    def _line(self, line: str) -> None:
        self._output.write(line.encode() + b"\n")

    def discard(self) -> None:
        """Leave nothing behind."""
        self._sorted.close()
        self._output.discard()


def _rule(line: tuple[bytes, bytes]) -> str:
    rule: str = json.loads(line[0])[0]
    return rule


def _sorted_as_cases(rule: Rule) -> bytes:
    return json.dumps([rule.id, 0]).encode()


def _numbers(counted: Counter[Kind]) -> dict[str, str]:
    """Return the attributes that count cases; none of them took any time."""
    numbers: dict[str, int] = {kind: counted[kind] for kind in _KINDS if kind != "passed"}
    return {"tests": str(counted.total()), **{name: str(number) for name, number in numbers.items()}, "time": "0"}
