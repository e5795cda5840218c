"""A rule's query that takes too long on the local graph."""

import _thread
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tenantlint.errors import KqlError
from tenantlint.graph.copies import read_copy
from tenantlint.graph.local import LocalGraph
from tests.makers import row, write_copy

JOIN = "| join kind=inner (Resources | project k = 1, {name} = name) on k"
ENDLESS = " ".join(
    [
        "Resources | project id, k = 1",
        *(JOIN.format(name=name) for name in "abc"),
        "| summarize n = dcount(strcat(a, b, c)) by id",
    ]
)


@pytest.fixture
def graph(tmp_path: Path) -> Iterator[LocalGraph]:
    copy = write_copy(tmp_path / "copy", {"Resources": [row("things", str(number)) for number in range(900)]})
    (tmp_path / "work").mkdir()
    with LocalGraph(read_copy(copy), tmp_path / "work", seconds=0.5) as graph:
        yield graph


def test_a_rules_query_that_takes_too_long_is_stopped_and_others_go_on(graph: LocalGraph, tmp_path: Path) -> None:
    with pytest.raises(KqlError, match=r"it took longer than 0\.5 s on the local resource graph"):
        graph.fetch(ENDLESS, tmp_path / "rows.jsonl", repeating=True)
    assert not (tmp_path / "rows.jsonl").exists()

    graph.fetch("Resources | project id", tmp_path / "rows.jsonl", repeating=True)
    assert len((tmp_path / "rows.jsonl").read_bytes().splitlines()) == 900


def test_a_query_of_a_rule_that_is_wrong_fails_for_that_reason(graph: LocalGraph, tmp_path: Path) -> None:
    with pytest.raises(KqlError, match="no column 'nothing'"):
        graph.fetch("Resources | project nothing", tmp_path / "rows.jsonl", repeating=True)


def test_whoever_stops_the_scan_stops_the_query(graph: LocalGraph, tmp_path: Path) -> None:
    stop = threading.Timer(0.2, _thread.interrupt_main)
    stop.start()

    with pytest.raises(
        RuntimeError, match="Query interrupted"
    ):  # so DuckDB says it; the command line takes it for Ctrl-C
        graph.fetch(ENDLESS, tmp_path / "rows.jsonl", repeating=True)
    stop.join()
    assert not [thread for thread in threading.enumerate() if thread.name == "patience"]
