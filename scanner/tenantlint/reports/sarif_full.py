"""``sarif-full``: the archive. Every verdict, in one run; not for uploading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tenantlint.reports.output import Output
from tenantlint.reports.sarif_objects import HEAD, TAIL, dump, result
from tenantlint.reports.sarif_runs import invocation, run_head

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tenantlint.reports import Scan
    from tenantlint.results import Judgement, Summary


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
        self._index = {rule.id: index for index, rule in enumerate(scan.rules)}
        self._comma = b""
        head = dump(run_head(scan, f"tenant-{scan.manifest.tenant_id}"))
        output.write(HEAD + head[:-1] + b',"results":[')

    def add(self, judgements: Sequence[Judgement]) -> None:
        """Write the results of *judgements*."""
        results = b",".join(self._results(judgements))
        if results:
            self._output.write(self._comma + results)
            self._comma = b","

    def _results(self, judgements: Sequence[Judgement]) -> Iterator[bytes]:
        for judgement in judgements:
            for violation in judgement.verdict.violations or (None,):
                index = self._index[judgement.rule.id]
                yield dump(result(judgement, index, self._scan.subscriptions, violation))

    def finish(self, summary: Summary) -> list[str]:
        """Write the invocation and close the file."""
        self._output.write(b'],"invocations":[' + dump(invocation(self._scan, summary.problems)) + b"]}" + TAIL)
        self._output.commit()
        return []

    def discard(self) -> None:
        """Leave nothing behind."""
        self._output.discard()
