"""``sarif``: what may be uploaded to GitHub code scanning as it is.

GitHub closes every alert of a category that the next upload lacks, and shows whatever it gets as open. So there is one
run per subscription, its category; a subscription that is clean has a run without results; one in which something was
not read or broke has none, so that its alerts stay; and only violations that nobody waived are written. What was a
violation in the baseline and cannot be judged now is written again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Final

import orjson

from tenantlint.evaluate import garbage_collection_paused
from tenantlint.model import LEVELS
from tenantlint.reports.sarif_categories import Plan, category, plan, topic_key
from tenantlint.reports.sarif_files import SarifFiles
from tenantlint.reports.sarif_notes import cut, emptied, left_out
from tenantlint.reports.sarif_objects import dump, fingerprint, result
from tenantlint.reports.sarif_order import unique, worst_first
from tenantlint.reports.sarif_runs import details, invocation, run_head
from tenantlint.reports.sarif_scopes import Scopes
from tenantlint.reports.spill import SpillSort

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from tenantlint.model import Violation
    from tenantlint.reports import Scan
    from tenantlint.reports.spill import Line
    from tenantlint.results import Judgement, Problem, Summary

LONGEST_RESULT: Final = 16_384
"""Bytes of a result above which its evidence is left out: GitHub does not show it, and a file has to stay small."""
_NOT_NOW: Final = "(so it was when it could be judged last; now it cannot)"


@dataclass(frozen=True)
class SarifReport:
    """SARIF for GitHub: open violations, one run per subscription."""

    name: str = "sarif"
    description: str = "SARIF 2.1.0 that GitHub code scanning takes: open violations, one run per subscription."
    everything: bool = True
    module: str = __name__

    def open(self, path: Path | None, scan: Scan) -> SarifWriter:
        """Start the report."""
        return SarifWriter(path, scan)


class SarifWriter:
    """Sorts violations by subscription and rule on disk; writes them at the end, the worst of a category first."""

    def __init__(self, path: Path | None, scan: Scan) -> None:
        self._scan = scan
        self._files = SarifFiles(path, dump(run_head(scan))[1:-1])
        self._index = {rule.id: index for index, rule in enumerate(scan.rules)}
        self._topics = {rule.id: topic_key(rule) for rule in scan.rules}
        self._sorted = SpillSort()
        self._scopes = Scopes(scan)
        self._counts: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def add(self, judgements: Sequence[Judgement]) -> None:
        """Take the open violations among *judgements*, and note what could not be judged."""
        self._scopes.add(judgements)
        for judgement in judgements:
            if judgement.verdict.violations:
                self._add(judgement)

    def _add(self, judgement: Judgement) -> None:
        subject, rule = judgement.subject, judgement.rule.id
        self._counts[subject.subscription_id][rule] += len(judgement.open)
        for violation in judgement.open:
            place = (subject.id.lower(), violation.part) if subject.id.isascii() else _printable(judgement, violation)
            digest = fingerprint(judgement, violation.part)
            where = [subject.subscription_id, self._topics[rule], rule, digest[:4]]
            order = [*where, LEVELS.index(violation.level), *place, digest]
            self._sorted.add(orjson.dumps(order), self._line(judgement, violation))

    def _line(self, judgement: Judgement, violation: Violation) -> bytes:
        place = self._scan.place_of(judgement, violation)
        found = result(judgement, self._index[judgement.rule.id], self._scan.subscriptions, violation, place)
        line = dump(found)
        if len(line) > LONGEST_RESULT:
            found.properties = {"tenantlint/leftOut": f"evidence, which makes this a result of {len(line)} bytes"}
            line = dump(found)
        return line

    def finish(self, summary: Summary) -> list[str]:
        """Write the files; return in words what they lack. Raises ``SarifError`` where GitHub would refuse them."""
        with garbage_collection_paused():
            self._carry(summary)
            notes = self._write(summary)
        self._sorted.close()
        if not self._files.commit():
            notes.append("there is nothing to upload: no file was written")
        return notes

    def discard(self) -> None:
        """Leave nothing behind."""
        self._sorted.close()
        self._files.discard()

    def _carry(self, summary: Summary) -> None:
        """Take what was a violation in the baseline and cannot be judged now."""
        for judgement in summary.baseline.carried() if summary.baseline else ():
            if judgement.rule.id in self._index:
                self._add(_carried(judgement))

    def _write(self, summary: Summary) -> list[str]:
        complete = self._scopes.complete(summary, above=bool(self._counts.get("")) or "" in _earlier(summary))
        doubted = {scope: rules for scope, rules in self._scopes.doubted(summary).items() if scope in complete}
        complete -= doubted.keys()
        notes: list[str] = []
        found: set[str] = set()
        for scope, lines in groupby(self._sorted, key=lambda line: orjson.loads(line[0])[0]):
            found.add(scope)
            if scope in complete:
                notes += self._write_scope(scope, lines, summary)
        gone = set(summary.baseline.deleted) - found if summary.baseline else set()
        for scope in sorted((complete - found) | gone):
            notes += self._write_scope(scope, (), summary)
        lacking = (self._scopes.known(summary) | found) - complete
        return [*notes, *left_out(lacking, doubted), *emptied(gone)]

    def _write_scope(self, scope: str, lines: Iterable[Line], summary: Summary) -> list[str]:
        """Write the runs of a subscription: those with violations first, so that none is closed before it is moved."""
        whole = category(scope, self._scan.manifest.tenant_id)
        earlier = _earlier(summary).get(scope, ()) if summary.baseline else None
        shared = plan(whole, self._counts[scope], self._scan.rules, earlier)
        notes: list[str] = []
        written: set[str] = set()
        self._files.keep_together(len(shared.used) + len(shared.emptied), self._counts[scope].total())
        for name, some in groupby(lines, key=lambda line: _category(shared, line)):
            written.add(name)
            notes += self._write_run(name, worst_first(some), summary.problems)
        for name in sorted({*shared.used, *shared.emptied} - written):
            notes += self._write_run(name, (), summary.problems)
        return notes

    def _write_run(self, name: str, lines: Iterable[Line], problems: Sequence[Problem]) -> list[str]:
        """Write a run; return in words what was left out of it, which its invocation says, too."""
        dropped = self._files.add_run(
            dump(details(self._scan, name)),
            unique(lines),
            lambda count: dump(invocation(self._scan, problems, cut(name, count))),
        )
        return cut(name, dropped)


def _category(shared: Plan, line: Line) -> str:
    _, _, rule, *_, digest = orjson.loads(line[0])
    return shared.category(rule, digest)


def _earlier(summary: Summary) -> dict[str, list[str]]:
    """Return the categories that may have alerts, by subscription."""
    by_scope: dict[str, list[str]] = {}
    for name, scope in summary.baseline.categories.items() if summary.baseline else ():
        by_scope.setdefault(scope, []).append(name)
    return by_scope


def _printable(judgement: Judgement, violation: Violation) -> tuple[str, str]:
    """Return what to sort by as text that can be written: an id may hold halves of characters."""
    return judgement.subject.id.lower().encode("utf-8", "replace").decode(), violation.part


def _carried(judgement: Judgement) -> Judgement:
    """Say of violations of the baseline that they are; they may have been carried into that as well."""
    said = tuple(
        each if each.message.endswith(_NOT_NOW) else replace(each, message=f"{each.message} {_NOT_NOW}")
        for each in judgement.open
    )
    return judgement._replace(verdict=replace(judgement.verdict, violations=said))
