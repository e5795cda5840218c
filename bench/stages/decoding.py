"""Stage: only read a snapshot and decode its JSON, as a yardstick. `python -m bench.stages.decoding SNAPSHOT`.

No scanner that looks at what was collected can do less: every file of every table, every column, every cell.
"""

import sys
from pathlib import Path
from time import perf_counter

from bench.stages.figures import tell
from tenantlint.schema import Schema
from tenantlint.snapshot import Snapshot, SnapshotReader, open_snapshot


def main(folder: Path) -> None:
    """Read and decode, and tell how many rows there were."""
    snapshot = open_snapshot(folder)
    start = perf_counter()
    rows = _decode(snapshot)
    tell(perf_counter() - start, rows=rows)


def _decode(snapshot: Snapshot) -> int:
    with SnapshotReader(snapshot) as reader:
        return sum(
            _decode_file(reader, name, partition, table.columns)
            for name, table in snapshot.manifest.tables.items()
            for partition in table.files
        )


def _decode_file(reader: SnapshotReader, table: str, partition: str, columns: tuple[str, ...]) -> int:
    schema, rows = Schema(table, columns), 0
    for batch in reader.rows(table, partition, columns):
        decoded = [schema.decode(cells) for cells in batch]
        rows += len(decoded)
    return rows


if __name__ == "__main__":
    main(Path(sys.argv[1]))
