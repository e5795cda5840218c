"""Stage: judge a snapshot and write a report. `python -m bench.stages.reporting SNAPSHOT FORMAT FILE`.

The seconds are those of the report alone, from judgements to closed files; the peak RSS is that of the whole scan. The
files are removed again: those of a large tenant are large.
"""

import sys
from pathlib import Path

from bench.stages.clocked import ClockedReport
from bench.stages.figures import tell
from bench.stages.pack import judge, load_pack
from tenantlint.checking import Target
from tenantlint.snapshot import open_snapshot


def main(folder: str, name: str, file: str) -> None:
    """Write the report, and tell how many results and bytes it has."""
    pack = load_pack()
    report = ClockedReport(pack.catalog.reports[name])
    judge(open_snapshot(Path(folder)), pack, [Target(report, Path(file))])
    tell(report.clock.seconds, results=report.clock.results, bytes=_remove(Path(file)))


def _remove(file: Path) -> int:
    """Remove a report, also what it continued in (`name-2.sarif` …); return how many bytes it had."""
    size = 0
    for part in file.parent.glob(f"{file.stem}*{file.suffix}"):
        size += part.stat().st_size
        part.unlink()
    return size


if __name__ == "__main__":
    main(*sys.argv[1:])
