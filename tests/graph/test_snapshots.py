"""KQL over the tables of a snapshot, for whoever wants to look into one."""

from collections.abc import Callable, Iterator

import orjson
import pytest

from tenantlint import Table
from tenantlint.errors import KqlError
from tenantlint.graph.snapshots import SnapshotGraph
from tests.conftest import Row
from tests.makers import MACHINES, PARTS, SHOPS, collect_copy, row, write_copy

Asked = Callable[[str], list[Row]]


@pytest.fixture(scope="module", params=["snapshot", "[1] id=5 * 'x'"])
def asked(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Asked]:
    """Return a function that runs KQL over a snapshot of three machines in two partitions, in a folder of any name."""
    tmp_path = tmp_path_factory.mktemp("graph")
    machines = [row("machines", str(number), f"s{number}", tags={"n": number}) for number in range(3)]
    parts = [row("parts", "p", "s9", properties={"owner": machines[0]["id"]})]
    copy = write_copy(tmp_path / "copy", {"Resources": [*machines, *parts]})
    unread = Table("unread", "", None, "PolicyResources | project id")
    snapshot = collect_copy(copy, [MACHINES, PARTS, SHOPS, unread], tmp_path / request.param, rows_per_partition=2)
    (tmp_path / "work").mkdir()
    with SnapshotGraph(snapshot, tmp_path / "work") as graph:

        def ask(kql: str) -> list[Row]:
            graph.fetch(kql, tmp_path / "work" / "rows.jsonl")
            return [orjson.loads(line) for line in (tmp_path / "work" / "rows.jsonl").read_bytes().splitlines()]

        yield ask


def test_a_table_is_there_whole_with_the_columns_that_its_query_gave(asked: Asked) -> None:
    assert asked("machines | project name, n = tags.n | order by name asc") == [
        {"name": "0", "n": 0},
        {"name": "1", "n": 1},
        {"name": "2", "n": 2},
    ]


def test_tables_can_be_joined(asked: Asked) -> None:
    kql = "parts | extend id = tolower(machineId) | join kind=inner (machines | extend id = tolower(id)) on id"

    assert asked(f"{kql} | project name, name1") == [{"name": "p", "name1": "0"}]


def test_an_empty_table_is_empty_and_a_missing_one_is_not_there(asked: Asked) -> None:
    assert asked("shops | count") == [{"Count": 0}]
    assert asked("shops | where tags.a == 'b' | project name, tags") == []
    with pytest.raises(KqlError, match="no table 'unread'") as caught:
        asked("unread | count")
    assert caught.value.hint == "the tables here are machines, parts, shops"


def test_the_clock_is_the_end_of_the_snapshot(asked: Asked) -> None:
    assert asked("machines | take 1 | project x = now()") == [{"x": "2026-11-20T02:00:00.0000000Z"}]
