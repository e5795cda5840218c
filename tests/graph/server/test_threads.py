"""Many clients at once."""

import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from tenantlint.graph.engine import open_duckdb
from tenantlint.graph.server import queries
from tenantlint.graph.server.faults import Fault
from tenantlint.graph.server.mutations import Mutation
from tests.graph.server.clients import READ, Client, ids, resource, write_numbers
from tests.graph.server.conftest import Serve

THREADS = 16


def test_sixteen_walks_at_once_each_get_the_whole_answer(numbers: Client) -> None:
    def walk(number: int) -> list[str]:
        query = f"project id, name | where name != 'x{number % 4}' | order by id asc"
        return [id_ for page in numbers.walk(query, 400) for id_ in ids(page)]

    with ThreadPoolExecutor(THREADS) as pool:
        walks = list(pool.map(walk, range(THREADS)))

    assert all(walk == walks[0] for walk in walks)
    assert len(set(walks[0])) == 2345


def test_errors_and_rows_do_not_get_mixed_up(demo: Client) -> None:
    queries = {"count": 200, "where where": 400, "Nonsense": 400, "Resources | distinct type": 200}

    with ThreadPoolExecutor(THREADS) as pool:
        asked = list(queries) * 8
        found = list(pool.map(lambda query: demo.ask(query).status, asked))

    assert found == [queries[query] for query in asked]


def test_changes_while_others_read_are_seen_whole(serve: Serve, tmp_path: Path) -> None:
    add = tuple(resource(f"new{number}", READ) for number in range(5))
    client = serve(write_numbers(tmp_path, 20), faults=[Fault(Mutation("Resources", add=add), request=10)])

    with ThreadPoolExecutor(THREADS) as pool:
        counts = list(pool.map(lambda _: client.ask("count").data[0]["Count"], range(30)))

    assert set(counts) == {20, 25}


def test_no_more_than_two_databases_are_open_at_once(numbers: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[int] = [0]
    most: list[int] = []

    @contextmanager
    def counted(*folders: Path) -> Iterator[duckdb.DuckDBPyConnection]:
        with lock:
            opened[0] += 1
            most.append(opened[0])
        try:
            with open_duckdb(*folders) as connection:
                yield connection
        finally:
            with lock:
                opened[0] -= 1

    lock = threading.Lock()
    monkeypatch.setattr(queries, "open_duckdb", counted)

    with ThreadPoolExecutor(THREADS) as pool:
        asked = [f"where name != 'z{number}' | count" for number in range(THREADS)]
        found = {pool.submit(numbers.ask, query) for query in asked}
        assert {answer.result().status for answer in found} == {200}

    assert len(most) == THREADS
    assert max(most) == 2


STATUS = Path("/proc/self/statm")


def memory() -> int:
    """Return how much memory this process holds, in MiB."""
    pages = int(STATUS.read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20


@pytest.mark.skipif(not STATUS.exists(), reason="only Linux tells how much memory a process holds")
def test_memory_stays_flat(numbers: Client) -> None:
    text = ", ".join(["id"] * 20)

    def ask(number: int) -> None:
        query = f"where name != 'y{number}' | project id, text = strcat({text})"  # an answer has 5 MB
        assert numbers.ask(query, options={"$top": 100}).json["count"] == 100

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(ask, range(4)))
        before = memory()
        list(pool.map(ask, range(4, 20)))

    assert memory() - before < 40
    assert threading.active_count() < 120
