"""Stage: read all tables of a served tenant. `python -m bench.stages.live_collecting URL CA FOLDER`.

It reads as `tenantlint capture` does, and leaves the files where they are: what is done with rows that have been read
waits for no quota.
"""

import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from bench.stages.figures import tell
from bench.synthetic.narrow import TABLES
from tenantlint.graph.azure.access import Access, reach
from tenantlint.graph.azure.live import AzureGraph, Tenant
from tenantlint.graph.azure.scope import Choice, find_scope
from tenantlint.graph.azure.units import ROWS_PER_PAGE


def main(url: str, ca: Path, folder: Path) -> None:
    """Read, and tell how many rows, requests and milliseconds of CPU that was.

    `pages` are the requests that would do if every one gave 1,000 rows of one table.
    """
    sent = Counter[str]()
    access = Access(url=url, ca=ca, verbose=lambda line: sent.update([line.partition(" ")[0]]))
    start, spent = perf_counter(), time.process_time()
    rows = _read(access, folder, {table: f"{table}\n| order by id asc\n" for table in TABLES})
    seconds, spent = perf_counter() - start, time.process_time() - spent
    pages = sum(-(-count // ROWS_PER_PAGE) for count in rows)
    tell(seconds, rows=sum(rows), pages=pages, requests=sent["POST"], cpu_ms=round(1000 * spent))


def _read(access: Access, folder: Path, queries: dict[str, str]) -> list[int]:
    """Return how many rows each table has. Raises ``RuntimeError`` where something was not read."""
    with reach(access, _say) as session:
        scope = find_scope(session.sender, Choice())
        tenant = Tenant(access.cloud.name, session.tenant_id, _now())
        with AzureGraph(session.sender, tenant, scope, folder / "parts", session.stop, _now) as graph:
            graph.prepare(queries.values())
            for table, kql in queries.items():
                graph.fetch(kql, folder / f"{table}.jsonl")
            if unread := graph.info().coverage.unread:
                raise RuntimeError(f"the figures mean nothing: {unread[0]}")
    return [_lines(folder / f"{table}.jsonl") for table in queries]


def _lines(file: Path) -> int:
    with file.open("rb") as lines:
        return sum(1 for _ in lines)


def _now() -> datetime:
    return datetime.now(UTC)


def _say(line: str) -> None:
    print(line, file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1], *map(Path, sys.argv[2:]))
