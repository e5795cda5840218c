"""Write a synthetic tenant copy to measure with: `python -m bench.generate --vms 10000 --seed 1 FOLDER`.

The same arguments give the same bytes on every machine and with every version of Python. Nothing is kept in memory but
one block of rows, whatever the number of VMs.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import BinaryIO

import click
import orjson

from bench.synthetic.draws import scattered
from bench.synthetic.rows import TABLES, tenant_rows
from bench.synthetic.tenant import Tenant, plan_tenant

CAPTURED_AT = "2026-11-20T02:00:00Z"
ROWS_PER_BLOCK = 1_000
WRITE_BUFFER = 1 << 20

Line = tuple[str, bytes]


def generate(vms: int, seed: int, folder: Path) -> tuple[int, int]:
    """Write a tenant copy and return how many rows and bytes it has. `copy.json` comes last: it makes it whole."""
    tenant = plan_tenant(vms, seed)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "copy.json").unlink(missing_ok=True)
    written = _write_tables(_lines(tenant), folder)
    (folder / "copy.json").write_bytes(orjson.dumps(_description(tenant), option=orjson.OPT_INDENT_2))
    return written


def _description(tenant: Tenant) -> dict[str, object]:
    return {
        "captured_at": CAPTURED_AT,
        "cloud": "AzureCloud",
        "tenant_id": tenant.id,
        "subscriptions": [subscription.id for subscription in tenant.subscriptions],
        "tables": TABLES,
        "unread": [],
    }


def _lines(tenant: Tenant) -> Iterator[Line]:
    """Every row as a line of JSON, with its table."""
    for table, rows in tenant_rows(tenant):
        for row in rows:
            yield table, orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)


def _write_tables(lines: Iterator[Line], folder: Path) -> tuple[int, int]:
    rows = size = 0
    with ExitStack() as stack:
        files = {table: stack.enter_context((folder / f"{table}.jsonl").open("wb", WRITE_BUFFER)) for table in TABLES}
        while block := list(islice(lines, ROWS_PER_BLOCK)):
            rows += len(block)
            size += _write_block(block, files)
    return rows, size


def _write_block(block: list[Line], files: dict[str, BinaryIO]) -> int:
    """Scatter the lines, so that what belongs together does not stand together; return the bytes written."""
    for position in scattered(len(block)):
        table, line = block[position]
        files[table].write(line)
    return sum(len(line) for _, line in block)


@click.command(help=__doc__)
@click.option("--vms", type=click.IntRange(min=1), required=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def main(vms: int, seed: int, folder: Path) -> None:
    """Generate, and say how much and how fast."""
    start = perf_counter()
    rows, size = generate(vms, seed, folder)
    seconds = perf_counter() - start
    print(f"{vms:,} VMs, {rows:,} rows, {size / 1e6:,.1f} MB in {seconds:.1f} s ({vms / seconds:,.0f} VMs/s): {folder}")


if __name__ == "__main__":
    main()
