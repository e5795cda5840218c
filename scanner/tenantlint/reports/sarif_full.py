"""``sarif-full``: the archive. Every verdict, in one run; not for uploading."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from tenantlint.names import is_guid
from tenantlint.reports.output import Output
from tenantlint.reports.sarif_archive import absent_result, archived, carried_result
from tenantlint.reports.sarif_categories import category
from tenantlint.reports.sarif_check import Check
from tenantlint.reports.sarif_objects import HEAD, TAIL, dump, result
from tenantlint.reports.sarif_runs import details, invocation, run_head

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import sarif_om as om

    from tenantlint.findings import Baseline
    from tenantlint.reports import Scan
    from tenantlint.results import Judgement, Summary

_AT_ONCE: Final = 500


@dataclass(frozen=True)
class SarifFullReport:
    """SARIF with all verdicts: kinds fail, pass, notApplicable and open."""

    name: str = "sarif-full"
    description: str = "SARIF 2.1.0 with every verdict (fail, pass, notApplicable, open): to keep, not to upload."
    everything: bool = True
    module: str = __name__

    def open(self, path: Path | None, scan: Scan) -> SarifFullWriter:
        """Start the report."""
        return SarifFullWriter(Output(path), scan)


class SarifFullWriter:
    """Writes results as they come."""

    def __init__(self, output: Output, scan: Scan) -> None:
        self._output = output
        self._scan = scan
        self._check = Check("archive")
        self._index = {rule.id: index for index, rule in enumerate(scan.rules)}
        self._separator = b""
        self._common = dump(run_head(scan, scan.manifest.plugins))[1:-1]
        self._details = dump(details(scan, category("", scan.manifest.tenant_id)))
        self._check.run(self._common, b'"automationDetails":' + self._details)
        output.write(HEAD + b"{" + self._common + b',"automationDetails":' + self._details + b',"results":[')

    def add(self, judgements: Sequence[Judgement]) -> None:
        """Write the results of *judgements*. Raises ``SarifError``."""
        self._write([dump(each) for each in self._results(judgements)])

    def _results(self, judgements: Sequence[Judgement]) -> Iterator[om.Result]:
        for judgement in judgements:
            for violation in judgement.verdict.violations or (None,):
                index, place = self._index[judgement.rule.id], self._scan.locate(judgement.subject, violation)
                found = result(judgement, index, self._scan.subscriptions, violation, place)
                yield archived(found, judgement.mark(violation.part) if violation else None)

    def _write(self, lines: Sequence[bytes]) -> None:
        if lines:
            self._check.results(lines)
            self._output.write(self._separator + b",".join(lines))
            self._separator = b","

    def finish(self, summary: Summary) -> list[str]:
        """Write what only the baseline knows, and the invocation; close the file. Raises ``SarifError``."""
        rest = map(dump, self._of_baseline(summary.baseline))
        while lines := list(islice(rest, _AT_ONCE)):
            self._write(lines)
        tail = b'"invocations":[' + dump(invocation(self._scan, summary.problems, successful=not summary.incomplete))
        tail += b"]"
        if summary.baseline and is_guid(summary.baseline.guid):
            tail += b',"baselineGuid":' + dump(summary.baseline.guid)
        self._check.rest_of_run(b'"automationDetails":' + self._details + b"," + tail)
        self._output.write(b"]," + tail + b"}" + TAIL)
        self._output.commit()
        return []

    def _of_baseline(self, baseline: Baseline | None) -> Iterator[om.Result]:
        if baseline is None:
            return
        for judgements, make in ((baseline.carried(), carried_result), (baseline.absent(), absent_result)):
            for judgement in judgements:
                index = self._index.get(judgement.rule.id, -1)
                for violation in judgement.open if index >= 0 else ():
                    yield make(judgement, index, self._scan.subscriptions, violation)

    def discard(self) -> None:
        """Leave nothing behind."""
        self._output.discard()
