"""Stage: collect a snapshot from a tenant copy, for all rules. `python -m bench.stages.collecting COPY SNAPSHOT`."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from bench.stages.figures import tell
from bench.stages.pack import load_pack
from tenantlint.collect import collect
from tenantlint.graph.copies import read_copy
from tenantlint.graph.local import LocalGraph
from tenantlint.manifest import Manifest
from tenantlint.tables import Table


def main(copy: Path, snapshot: Path) -> None:
    """Collect, and tell how many rows and bytes the snapshot has."""
    pack = load_pack()
    tables = pack.catalog.needed_tables(pack.rules)
    start = perf_counter()
    manifest = _collect(copy, tables, snapshot)
    seconds = perf_counter() - start
    rows = sum(table.rows for table in manifest.tables.values())
    tell(seconds, rows=rows, bytes=sum(file.stat().st_size for file in snapshot.rglob("*.parquet")))


def _collect(copy: Path, tables: list[Table], snapshot: Path) -> Manifest:
    with (
        TemporaryDirectory(prefix="staging-", dir=snapshot.parent) as staging,
        LocalGraph(read_copy(copy), Path(staging)) as graph,
    ):
        return collect(graph, tables, snapshot)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
