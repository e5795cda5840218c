"""``sarif-full``: the archive. Every verdict; not for uploading.

It is one run, or several in one or more files where readers of SARIF would not take as many results in one: see
:mod:`tenantlint.reports.sarif_parts`. What reads it back is :mod:`tenantlint.nights.sarif_report`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tenantlint.evaluate import garbage_collection_paused
from tenantlint.names import is_guid
from tenantlint.reports.sarif_archive import absent_result, archived, carried_result
from tenantlint.reports.sarif_categories import category
from tenantlint.reports.sarif_files import SarifFiles
from tenantlint.reports.sarif_names import part_category
from tenantlint.reports.sarif_objects import dump, fingerprint, result
from tenantlint.reports.sarif_parts import Parts
from tenantlint.reports.sarif_runs import details, invocation, run_head

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import sarif_om as om

    from tenantlint.findings import Baseline
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
        return SarifFullWriter(path, scan)


class SarifFullWriter:
    """Shares results among parts on disk as they come; writes them at the end."""

    def __init__(self, path: Path | None, scan: Scan) -> None:
        self._scan = scan
        self._files = SarifFiles(path, dump(run_head(scan, archive=True))[1:-1], "archive")
        self._index = {rule.id: index for index, rule in enumerate(scan.rules)}
        self._parts = Parts()

    def add(self, judgements: Sequence[Judgement]) -> None:
        """Take the results of *judgements*."""
        for judgement in judgements:
            for violation in judgement.verdict.violations or (None,):
                index, place = self._index[judgement.rule.id], self._scan.locate(judgement.subject, violation)
                found = result(judgement, index, self._scan.subscriptions, violation, place)
                self._take(judgement, archived(found, violation, judgement.mark(violation.part) if violation else None))

    def _take(self, judgement: Judgement, found: om.Result) -> None:
        """Share by what all results of a judgement have in common: they stay together."""
        identity = found.partial_fingerprints["tenantlintResourceRule/v1"]
        shared_by = fingerprint(judgement, "") if judgement.verdict.violations else identity
        self._parts.add(shared_by, identity, found.kind, dump(found))

    def finish(self, summary: Summary) -> list[str]:
        """Write what only the baseline knows, and the files. Raises ``SarifError``."""
        with garbage_collection_paused():
            self._add_of_baseline(summary.baseline)
            self._write(summary)
        self._parts.close()
        self._files.commit()
        return []

    def _write(self, summary: Summary) -> None:
        whole, count = category("", self._scan.manifest.tenant_id), self._parts.count()
        guid = summary.baseline.guid if summary.baseline else ""
        more = b',"baselineGuid":' + dump(guid) if is_guid(guid) else b""
        for number, lines in enumerate(self._parts.shared(count), 1):
            own = dump(details(self._scan, part_category(whole, number, count)))
            self._files.add_run(own, lines, self._invocation(summary, is_first=number == 1), more)

    def _invocation(self, summary: Summary, *, is_first: bool) -> Callable[[int], bytes]:
        """Tell how it went; and once for all runs what only the baseline counted. No result is left out."""
        made = invocation(self._scan, summary.problems)
        made.properties = {"tenantlint/incomplete": summary.incomplete}
        if is_first and summary.baseline and (counts := summary.baseline.remembered.as_tree()):
            made.properties["tenantlint/remembered"] = counts
        return lambda _: dump(made)

    def _add_of_baseline(self, baseline: Baseline | None) -> None:
        for judgement, found in self._of_baseline(baseline):
            self._take(judgement, found)

    def _of_baseline(self, baseline: Baseline | None) -> Iterator[tuple[Judgement, om.Result]]:
        if baseline is None:
            return
        for judgements, make in ((baseline.carried(), carried_result), (baseline.absent(), absent_result)):
            for judgement in judgements:
                index = self._index.get(judgement.rule.id, -1)
                for violation in judgement.verdict.violations if index >= 0 else ():
                    place = self._scan.place_of(judgement, violation)
                    yield judgement, make(judgement, index, self._scan.subscriptions, violation, place)

    def discard(self) -> None:
        """Leave nothing behind."""
        self._parts.close()
        self._files.discard()
