"""The JavaScript SDK's own client: it shows its token over TLS only, and so asks a server with a throw-away CA."""

import json
import os
import subprocess
from collections.abc import Iterator

import pytest

from tenantlint.graph.copies import read_copy
from tenantlint.graph.server.effects import Fail, Throttle
from tenantlint.graph.server.faults import Fault
from tenantlint.graph.server.serving import Options, Running, serving
from tests.graph.server.clients import DEMO, Json, demo_rows
from tests.validators import node

PACKAGE = node.MODULES / "@azure" / "arm-resourcegraph" / "package.json"
FAULTS = [Fault(Throttle(0), request=2), Fault(Fail(503), request=4)]


@pytest.fixture(scope="module", autouse=True)
def _client() -> None:
    node.demand()
    if not PACKAGE.is_file():
        reason = "Microsoft's client is not installed: npm ci --prefix tests/validators"
        (pytest.fail if node.required() else pytest.skip)(reason)


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with serving(read_copy(DEMO), Options(tls=True, faults=FAULTS)) as running:
        yield running


def ask(server: Running, *arguments: str) -> tuple[int, list[Json]]:
    """Return the exit code of the client, and what it printed."""
    done = subprocess.run(
        ["node", node.HERE / "arg-client.mjs", server.url, *arguments],
        env=os.environ | {"NODE_EXTRA_CA_CERTS": str(server.ca)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode in {0, 1}, done.stderr
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def test_it_walks_through_all_pages_and_over_faults(server: Running) -> None:
    code, pages = ask(server, "Resources | project id, location | order by id asc", "200")

    rows = demo_rows()
    assert code == 0
    assert [row["id"] for page in pages for row in page["data"]] == sorted(row["id"] for row in rows)
    assert {page["totalRecords"] for page in pages} == {len(rows)}
    assert {page["resultTruncated"] for page in pages} == {"false"}
    assert [("skipToken" in page and page["skipToken"] is not None) for page in pages] == [True] * (len(pages) - 1) + [
        False
    ]
    assert {facet["resultType"] for page in pages for facet in page["facets"]} == {"FacetResult"}


def test_it_reads_errors(server: Running) -> None:
    code, (error,) = ask(server, "where where")

    assert (code, error["status"], error["code"]) == (1, 400, "BadRequest")
    assert [detail["code"] for detail in error["details"]] == ["InvalidQuery", "ParserFailure"]
