"""Measure how fast and in how much memory tenants are collected, judged and reported.

`python -m bench.run --vms 10000 100000`; bench/README.md says what the figures mean.
"""

import os
import platform
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench.sizes import measure
from bench.tables import figures, markdown, plain, verdicts
from bench.targets import targets

WORK = Path("build/bench")
PACKAGES = ("duckdb", "orjson", "sarif-om", "jschema-to-python")


def main() -> None:
    """Measure every size, and print what came out."""
    options = _options()
    options.work.mkdir(parents=True, exist_ok=True)
    sizes = {vms: measure(vms, options.seed, options.work.resolve(), options.runs) for vms in options.vms}
    write = markdown if options.markdown else plain
    print(f"{conditions(PACKAGES)}; seed {options.seed}, runs: {options.runs}.", end="\n\n")
    print(write(figures(list(sizes.values()))), end="\n\n")
    print(write(verdicts(targets(sizes))))


def _options() -> Namespace:
    parser = ArgumentParser(prog="python -m bench.run", description=__doc__)
    parser.add_argument("--vms", type=int, nargs="+", required=True, metavar="N", help="sizes of tenants")
    parser.add_argument("--seed", type=int, default=1, help="seed of the tenants (1)")
    parser.add_argument("--runs", type=int, default=3, help="how often each stage runs (3)")
    parser.add_argument("--work", type=Path, default=WORK, metavar="DIR", help=f"where tenants are kept ({WORK})")
    parser.add_argument("--markdown", action="store_true", help="print tables for bench/README.md")
    return parser.parse_args()


def conditions(packages: Iterable[str]) -> str:
    """Say on what was measured, and when."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    machine = f"{os.cpu_count()} vCPU, {memory:.0f} GB RAM, {platform.system()} on {platform.machine()}"
    return f"{datetime.now(UTC):%Y-%m-%d}: {machine}, Python {platform.python_version()}, {versions}"


if __name__ == "__main__":
    main()
