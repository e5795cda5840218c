"""Run other people's Resource Graph queries on the demo tenant, and say which the local resource graph refuses.

`python -m bench.public_kql PATH…` takes checkouts of repositories such as the Azure Proactive Resiliency Library and
runs every .kql file in them. bench/README.md says what the figures mean.
"""

import re
import shutil
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson

import tenantlint.demo
from tenantlint.errors import KqlError
from tenantlint.graph import RESOURCE_GRAPH_TABLES, NotReadError
from tenantlint.graph.copies import read_copy
from tenantlint.graph.local import LocalGraph

WANTED = 98.0
"""The percentage of the queries that must run."""

PLACE = re.compile(r" \(line \d+, column \d+\)")
COMMENT = re.compile(r"(?m)^\s*//.*$")


@dataclass(frozen=True)
class Run:
    """One file: how many rows its query gave, or why it gave none."""

    file: Path
    rows: int = 0
    refusal: str = ""

    @property
    def construct(self) -> str:
        """What was refused, without its place."""
        return PLACE.sub("", self.refusal.partition("\n")[0])


def main() -> int:
    """Run all files of the command line; 1 where fewer ran than should."""
    parser = ArgumentParser(prog="python -m bench.public_kql", description=__doc__, allow_abbrev=False)
    parser.add_argument("path", nargs="+", type=Path, help="a .kql file, or a folder to look for them")
    parser.add_argument("--captured-only", action="store_true", help="refuse a table that the demo tenant lacks")
    chosen = parser.parse_args()
    queries = {file: text for file in files(chosen.path) if is_query(text := file.read_text("utf-8-sig"))}
    with TemporaryDirectory() as work:
        runs = list(run_all(queries, Path(work), captured_only=chosen.captured_only))
    for line in report(runs):
        print(line)
    return 0 if runs and share(runs) >= WANTED else 1


def files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the .kql files of *paths*, each folder's in the order of their names."""
    for path in paths:
        yield from sorted(path.rglob("*.kql")) if path.is_dir() else [path]


def is_query(text: str) -> bool:
    """Tell whether *text* is more than comments: some recommendations have a file that says why they have no query."""
    return bool(COMMENT.sub("", text).strip())


def run_all(queries: dict[Path, str], work: Path, *, captured_only: bool) -> Iterator[Run]:
    """Run *queries* on the demo tenant, in whose place tables that it lacks are empty unless *captured_only*."""
    copy = demo_tenant(work / "copy", captured_only=captured_only)
    (work / "graph").mkdir()
    with LocalGraph(read_copy(copy), work / "graph") as graph:
        for file, kql in queries.items():
            yield run(graph, file, kql, work / "rows.jsonl")


def run(graph: LocalGraph, file: Path, kql: str, into: Path) -> Run:
    """Run one query."""
    try:
        graph.fetch(kql, into, in_order=True)
    except (KqlError, NotReadError) as error:
        return Run(file, refusal=str(error))
    return Run(file, rows=len(into.read_bytes().splitlines()))


def demo_tenant(folder: Path, *, captured_only: bool) -> Path:
    """Copy the demo tenant to *folder*, and add what tables of the service it lacks as empty ones."""
    shutil.copytree(next(iter(tenantlint.demo.__path__)), folder)
    copy = folder / "copy.json"
    content = orjson.loads(copy.read_bytes())
    lacking = RESOURCE_GRAPH_TABLES - {name.lower() for name in content["tables"]}
    for name in [] if captured_only else sorted(lacking):
        (folder / f"{name}.jsonl").touch()
        content["tables"].append(name)
    copy.write_bytes(orjson.dumps(content))
    return folder


def share(runs: list[Run]) -> float:
    """Return what percentage of *runs* was answered."""
    return 100 * sum(not run.refusal for run in runs) / len(runs)


def report(runs: list[Run]) -> Iterator[str]:
    """Yield the lines to print: each refusal, each construct that is refused, and the sum."""
    refused = [run for run in runs if run.refusal]
    for run in refused:
        yield f"{run.file}: {run.refusal.partition(chr(10))[0]}"
    for construct, times in Counter(run.construct for run in refused).most_common():
        yield f"{times:5}  {construct}"
    if runs:
        found = sum(bool(run.rows) for run in runs)
        yield f"{len(runs)} queries, {len(runs) - len(refused)} ran ({share(runs):.1f} %), {found} of them found rows"
    else:
        yield "there is no .kql file with a query"


if __name__ == "__main__":
    sys.exit(main())
