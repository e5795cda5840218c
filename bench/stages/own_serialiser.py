"""Stage: write results with sarif-om's own serialiser, as a yardstick.

`python -m bench.stages.own_serialiser SNAPSHOT FORMAT FILE RESULTS` writes the RESULTS of the report FORMAT as one log
with one run, which is kind to the serialiser. Of many it writes a sample: all of them would take minutes.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import orjson
import sarif_om as om
from jschema_to_python.to_json import to_json

from bench.stages.clocked import ClockedReport
from bench.stages.figures import tell
from bench.stages.pack import judge, load_pack
from tenantlint.checking import Target
from tenantlint.reports import Scan
from tenantlint.reports.sarif_objects import SCHEMA, result
from tenantlint.reports.sarif_runs import invocation, run_head
from tenantlint.results import Judgement, Summary
from tenantlint.snapshot import open_snapshot

SAMPLE = 10_000


@dataclass(frozen=True)
class OwnSerialiserReport:
    """SARIF by way of `to_json`: a share, between 0 and 1, of all verdicts or of the violations."""

    everything: bool
    share: float
    name: str = "own-serialiser"
    description: str = "SARIF 2.1.0, written by sarif-om's own serialiser."
    module: str = __name__

    def open(self, path: Path | None, scan: Scan) -> "OwnSerialiserWriter":
        """Start the report, which needs a file."""
        assert path is not None
        return OwnSerialiserWriter(path, scan, self.share)


class OwnSerialiserWriter:
    """Keeps sarif-om's objects and serialises them at the end."""

    def __init__(self, path: Path, scan: Scan, share: float) -> None:
        self._path = path
        self._scan = scan
        self._share = share
        self._random = Random(1)  # noqa: S311 - it draws a sample, not a secret
        self._index = {rule.id: index for index, rule in enumerate(scan.rules)}
        self._results: list[om.Result] = []

    def add(self, judgements: Sequence[Judgement]) -> None:
        """Make the results of a sample of *judgements*."""
        for judgement in judgements:
            for violation in judgement.verdict.violations or (None,):
                if self._random.random() < self._share:
                    index = self._index[judgement.rule.id]
                    self._results.append(result(judgement, index, self._scan.subscriptions, violation))

    def finish(self, summary: Summary) -> list[str]:
        """Write the log."""
        run = run_head(self._scan)
        run.results = self._results
        run.invocations = [invocation(self._scan, summary.problems)]
        log = om.SarifLog(version="2.1.0", schema_uri=SCHEMA, runs=[run])
        self._path.write_text(to_json(log), "utf-8")
        return []

    def discard(self) -> None:
        """Leave nothing behind."""
        self._path.unlink(missing_ok=True)


def main(folder: str, name: str, file: str, results: str) -> None:
    """Write the log, and tell how many results and bytes it has."""
    pack = load_pack()
    share = min(1.0, SAMPLE / max(1, int(results)))
    report = ClockedReport(OwnSerialiserReport(pack.catalog.reports[name].everything, share))
    judge(open_snapshot(Path(folder)), pack, [Target(report, Path(file))])
    written = Path(file).read_bytes()
    Path(file).unlink()
    tell(report.clock.seconds, results=len(orjson.loads(written)["runs"][0]["results"]), bytes=len(written))


if __name__ == "__main__":
    main(*sys.argv[1:])
