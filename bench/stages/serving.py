"""Stage: serve a narrow tenant as Azure Resource Graph. `python -m bench.stages.serving ROWS SIZE SEED QUOTA`.

It speaks TLS, as the service does, and answers up to QUOTA queries in 5 seconds. Once it is ready, it prints its
address and the file of its CA; when standard input ends, it tells for how long it served, and the milliseconds of CPU
that this took.
"""

import ssl
import sys
import time
import urllib.request
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import orjson

from bench.stages.figures import tell
from bench.synthetic.narrow import TABLES, NarrowTenant, narrow_rows, plan_narrow_tenant
from tenantlint.graph.copies import read_copy
from tenantlint.graph.server.quota import Quota
from tenantlint.graph.server.serving import Options, serving

CAPTURED_AT = "2026-11-20T02:00:00Z"
PATH = "/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01"


def main(tenant: NarrowTenant, quota: int) -> None:
    """Write the tenant, serve it, and tell what that took."""
    with TemporaryDirectory(prefix="tenantlint-") as folder:
        copy = Path(folder)
        _write(tenant, copy)
        with serving(read_copy(copy), Options(tls=True, quota=Quota(quota))) as running:
            _wake(running.url, ssl.create_default_context(cafile=running.ca))
            print(running.url, running.ca, flush=True)
            started, spent = perf_counter(), time.process_time()
            sys.stdin.read()
            spent, seconds = time.process_time() - spent, perf_counter() - started
    tell(seconds, cpu_ms=round(1000 * spent))


def _write(tenant: NarrowTenant, copy: Path) -> None:
    for table in TABLES:
        with (copy / f"{table}.jsonl").open("wb") as file:
            file.writelines(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in narrow_rows(tenant, table))
    said = {"captured_at": CAPTURED_AT, "cloud": "AzureCloud", "tenant_id": tenant.id, "tables": TABLES}
    (copy / "copy.json").write_bytes(orjson.dumps({**said, "subscriptions": tenant.subscriptions}))


def _wake(url: str, context: ssl.SSLContext) -> None:
    """Ask for every table once, so that all are laid out; a caller of its own, it uses up nobody's quota."""
    for table in TABLES:
        body = orjson.dumps({"query": f"{table} | count"})
        headers = {"Authorization": "Bearer wake", "Content-Type": "application/json"}
        request = urllib.request.Request(url + PATH, body, headers)  # noqa: S310 - the server's own address
        with urllib.request.urlopen(request, context=context) as reply:  # noqa: S310 - likewise
            reply.read()


if __name__ == "__main__":
    rows, size, seed, most = map(int, sys.argv[1:])
    main(plan_narrow_tenant(rows, size, seed), most)
