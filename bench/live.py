"""Measure how the collector reads a live tenant: at the pace of the quota, and by itself.

`python -m bench.live --rows 200000`; bench/README.md says what the figures mean.
"""

import subprocess
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryDirectory

from bench.fresh import ROOT, run_stage
from bench.run import conditions
from bench.stages.figures import Figures, hear
from bench.tables import Row, markdown, plain, verdicts
from bench.targets import MB, Target

NARROW, WIDE = 600, 3000
"""Bytes of a row: few enough for the server to keep pace with the quota, and as many as a VM's row has."""
WIDE_SHARE = 5
"""One in so many rows is read for the second figure: its server takes five times as long for a row."""

AT_ONCE, PER_SECOND, WINDOW = 15, 3, 5
"""The quota of Resource Graph: 15 queries at once, then 3 a second. It is counted in windows of 5 seconds."""
UNCOUNTED = 5000
PACKAGES = ("azure-core", "azure-mgmt-resourcegraph", "msgspec", "requests", "duckdb", "uvicorn")


@dataclass(frozen=True)
class Reading:
    """A tenant that was read: what the collector took, and what the server did."""

    collector: Figures
    server: Figures

    @property
    def requests(self) -> int:
        """How many queries were sent."""
        return self.collector.counts["requests"]

    @property
    def excess(self) -> float:
        """Queries that were sent ÷ those that would do if each gave a full page."""
        return self.requests / self.collector.counts["pages"]

    @property
    def bound(self) -> float:
        """The seconds that so many queries take at the average pace of the quota."""
        return (self.requests - AT_ONCE) / PER_SECOND

    @property
    def windows(self) -> int:
        """The seconds before which the last query cannot be sent, since 15 fill a window of 5 seconds."""
        return (self.requests - 1) // AT_ONCE * WINDOW

    @property
    def cpu(self) -> float:
        """The seconds of CPU that the collector took."""
        return self.collector.counts["cpu_ms"] / 1000

    @property
    def cpu_per_page(self) -> float:
        """The seconds of CPU that it took for 1,000 rows."""
        return self.cpu / self.collector.counts["rows"] * 1000


FIGURES: dict[str, Callable[[Reading], str]] = {
    "rows": lambda reading: f"{reading.collector.counts['rows']:,}",
    "requests": lambda reading: f"{reading.requests:,}",
    "requests ÷ full pages": lambda reading: f"{reading.excess:.3f}",
    "wall": lambda reading: f"{reading.collector.seconds:.1f} s",
    "rows per second": lambda reading: f"{reading.collector.counts['rows'] / reading.collector.seconds:,.0f}",
    "CPU of the collector": lambda reading: f"{reading.cpu:.2f} s",
    "… per 1,000 rows": lambda reading: f"{1000 * reading.cpu_per_page:.1f} ms",
    "… of one core, over the wall": lambda reading: f"{100 * reading.cpu / reading.collector.seconds:.1f} %",
    "… of one core, at 3,000 rows a second": lambda reading: f"{100 * reading.cpu_per_page * PER_SECOND:.1f} %",
    "peak RSS of the collector": lambda reading: f"{reading.collector.peak_rss / MB:,.0f} MB",
    "CPU of the server": lambda reading: f"{reading.server.counts['cpu_ms'] / 1000:.1f} s",
}
COUNTED: dict[str, Callable[[Reading], str]] = {
    "bound by pace: (requests - 15) ÷ 3 s": lambda reading: f"{reading.bound:.1f} s",
    "wall ÷ bound by pace": lambda reading: _ratio(reading, reading.bound),
    "bound by windows: 5 s for each that is full": lambda reading: f"{reading.windows} s",
    "wall ÷ bound by windows": lambda reading: _ratio(reading, reading.windows),
}


def main() -> None:
    """Measure both, and print what came out."""
    options = _options()
    counted = read(options.rows, NARROW, options.seed, AT_ONCE)
    alone = read(options.rows // WIDE_SHARE, WIDE, options.seed, UNCOUNTED)
    write = markdown if options.markdown else plain
    print(f"{conditions(PACKAGES)}; seed {options.seed}.", end="\n\n")
    print(write(list(figures(counted, alone))), end="\n\n")
    print(write(verdicts(targets(counted, alone))))


def read(rows: int, size: int, seed: int, quota: int) -> Reading:
    """Have a tenant served in one process and read in another."""
    with TemporaryDirectory(prefix="tenantlint-") as folder, _serving(rows, size, seed, quota) as server:
        assert server.stdout is not None
        url, ca = server.stdout.readline().split()
        collector = run_stage("live_collecting", url, ca, folder)
        said, _ = server.communicate()
    return Reading(collector, hear(said))


@contextmanager
def _serving(*arguments: int) -> Iterator[subprocess.Popen[str]]:
    """Start a server, and end it in any case: it stops when its standard input ends."""
    command = [sys.executable, "-m", "bench.stages.serving", *map(str, arguments)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        yield server


def figures(counted: Reading, alone: Reading) -> Iterator[Row]:
    """Lay out what was measured."""
    yield "", "at the pace of the quota", "without quota"
    yield "bytes of a row", f"{NARROW:,}", f"{WIDE:,}"
    for name, show in FIGURES.items():
        yield name, show(counted), show(alone)
    for name, show in COUNTED.items():
        yield name, show(counted), ""


def targets(counted: Reading, alone: Reading) -> Iterator[Target]:
    """Yield what was promised. In small tenants, waiting for the first and the last answer outweighs the quota."""
    yield Target("requests ÷ full pages", counted.excess, 1.25)
    if counted.bound > 0:
        yield Target("wall ÷ bound by pace", counted.collector.seconds / counted.bound, 1.05)
    yield Target("% of one core for 3,000 rows of 3 KB a second", 100 * alone.cpu_per_page * PER_SECOND, 15)


def _ratio(reading: Reading, bound: float) -> str:
    return f"{reading.collector.seconds / bound:.3f}" if bound > 0 else "too few requests"


def _options() -> Namespace:
    parser = ArgumentParser(prog="python -m bench.live", description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000, help="of the tenant (200000)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the tenant (1)")
    parser.add_argument("--markdown", action="store_true", help="print tables for bench/README.md")
    return parser.parse_args()


if __name__ == "__main__":
    main()
