"""Queries of the kind that people publish, with the whole answer that the demo tenant must give.

The answers in fixtures/kql are not what the engine said: they were worked out by hand-written loops over the rows of
the copy, by what Kusto's documentation says of each operator and function.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from tenantlint import demo
from tenantlint.graph.copies import read_copy
from tenantlint.graph.local import LocalGraph
from tests.conftest import Ask, Row

QUERIES = sorted((Path(__file__).parents[2] / "fixtures" / "kql").glob("*.kql"))


@pytest.fixture(scope="module")
def ask_demo() -> Iterator[Ask]:
    """Return a function that runs KQL over the demo tenant."""
    copy = read_copy(Path(*demo.__path__))
    with tempfile.TemporaryDirectory() as work, LocalGraph(copy, Path(work)) as graph:
        into = Path(work) / "rows.jsonl"

        def run(kql: str) -> list[Row]:
            graph.fetch(kql, into, in_order=True)
            return [orjson.loads(line) for line in into.read_bytes().splitlines()]

        yield run


def without_order(rows: list[Row], sets: list[str]) -> list[Row]:
    """Sort the elements of the columns *sets*: KQL does not say in which order it collects them."""
    return [row | {name: sorted(row[name], key=orjson.dumps) for name in sets} for row in rows]


def written(rows: list[Row]) -> list[bytes]:
    """Write *rows* out: 12 and 12.0 are equal in Python, but not in an answer, and neither are 1 and true."""
    return [orjson.dumps(row, option=orjson.OPT_SORT_KEYS) for row in rows]


def test_there_are_queries_enough() -> None:
    assert len(QUERIES) >= 40


@pytest.mark.parametrize("file", QUERIES, ids=lambda file: file.stem)
def test_a_query_of_the_public_kind_answers_as_resource_graph_would(file: Path, ask_demo: Ask) -> None:
    expected = orjson.loads(file.with_suffix(".json").read_bytes())
    rows = without_order(ask_demo(file.read_text("utf-8")), expected["sets"])
    wanted = without_order(expected["rows"], expected["sets"])
    if not expected["ordered"]:
        rows, wanted = sorted(rows, key=orjson.dumps), sorted(wanted, key=orjson.dumps)

    assert [list(row) for row in rows] == [list(row) for row in wanted]  # the columns, in their order
    assert written(rows) == written(wanted)
    assert wanted


def test_each_answer_has_its_query() -> None:
    assert sorted(file.with_suffix(".kql") for file in QUERIES[0].parent.glob("*.json")) == QUERIES
