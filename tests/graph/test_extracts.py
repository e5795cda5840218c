"""One parse a step: the same answers as with one a property, in less memory."""

import re
from pathlib import Path

import pytest

from tenantlint.demo import __file__ as demo_file
from tenantlint.graph import engine
from tenantlint.graph.copies import read_copy
from tenantlint.graph.extracts import gather_extracts
from tenantlint.graph.local import LocalGraph
from tests.conftest import Ask
from tests.tenant_copies import catalog

DEMO = Path(demo_file).parent
QUERIES = [
    "Resources | project id, a = properties.count, b = properties.kind, c = properties.count",
    "Resources | extend a = properties.count, b = properties['kind'] | where a == 3 or b == 'inner' | project id, a, b",
    "Resources | summarize n = sum(toint(properties.count)), k = max(tostring(properties.kind)) by tostring(tags.env)",
    "Resources | project id, a = properties.list[0], b = properties.list[-1], c = properties.set.of, t = tags['a.b']",
    "Resources | project id, s = ' FROM _s0 (', a = tostring(properties.word), b = isnull(properties.nothing)",
    "Resources | where isnotempty(properties.word) and properties.count > 2 | project id, properties.set, properties.x",
    "Resources | project id, n = strcat(tostring(properties.kind), tostring(properties.word), '\"$.it''s'), properties",
]


def select(columns: str, source: str = "_s0", rest: str = "") -> str:
    steps = ["_s0 AS (SELECT * FROM T)", f"_s1 AS (SELECT {columns} FROM {source}{rest})"]  # noqa: S608 - never run
    return "WITH " + ",\n     ".join(steps) + "\nSELECT * FROM _s1"


def test_calls_on_one_column_become_one() -> None:
    given = select(
        """json_extract("p", '$.a') AS "a", lower(json_extract("p", '$.b') ->> '$'), json_extract("p", '$.a')"""
    )

    assert gather_extracts(given) == select(
        """"_extracts_p"[1] AS "a", lower("_extracts_p"[2] ->> '$'), "_extracts_p"[1]""",
        """(SELECT *, json_extract("p", ['$.a', '$.b']) AS "_extracts_p" FROM _s0)""",
    )


@pytest.mark.parametrize(
    "columns",
    [
        """json_extract("p", '$.a')""",
        """json_extract("p", '$.a'), json_extract("q", '$.a')""",
        """json_extract("p", '$.a[*]'), json_extract("p", '$.b[*]')""",
        """*, json_extract("p", '$.a'), json_extract("p", '$.b')""",
        """json_extract(f("p"), '$.a'), json_extract(f("p"), '$.b')""",
    ],
)
def test_what_gains_nothing_or_is_something_else_stays_as_it_is(columns: str) -> None:
    assert gather_extracts(select(columns)) == select(columns)


def test_a_step_that_reads_a_table_stays_as_it_is() -> None:
    given = """WITH _s0 AS (SELECT json_extract("p", '$.a'), json_extract("p", '$.b') FROM "T")\nSELECT * FROM _s0"""

    assert gather_extracts(given) == given


@pytest.mark.parametrize("kql", QUERIES)
def test_the_answers_are_the_same(kql: str, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    gathered = ask(f"{kql} | order by tostring(id) asc" if "project id" in kql else kql)
    monkeypatch.setattr(engine, "gather_extracts", str)

    assert ask(f"{kql} | order by tostring(id) asc" if "project id" in kql else kql) == gathered


def test_every_table_of_the_demo_tenant_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fetched() -> dict[str, list[bytes]]:
        work = tmp_path / str(len(list(tmp_path.iterdir())))
        work.mkdir()
        with LocalGraph(read_copy(DEMO), work) as graph:
            for name, table in catalog().tables.items():
                graph.fetch(table.kql, work / f"{name}.jsonl")
        return {name: sorted((work / f"{name}.jsonl").read_bytes().splitlines()) for name in catalog().tables}

    gathered = fetched()
    monkeypatch.setattr(engine, "gather_extracts", str)

    assert fetched() == gathered
    assert sum(map(len, gathered.values())) > 1000


def test_no_table_calls_for_more_than_a_few_parses_a_step(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen: list[str] = []

    def noted(sql: str) -> str:
        seen.append(gather_extracts(sql))
        return seen[-1]

    monkeypatch.setattr(engine, "gather_extracts", noted)
    with LocalGraph(read_copy(DEMO), tmp_path) as graph:
        for table in catalog().tables.values():
            graph.fetch(table.kql, tmp_path / "rows.jsonl")

    assert max(len(re.findall("json_extract", sql)) for sql in seen) <= 16
