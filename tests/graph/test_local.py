"""The local resource graph: KQL over the files of a tenant copy."""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from tenantlint.coverage import Coverage, Unread
from tenantlint.errors import CopyError, KqlError
from tenantlint.graph import RESOURCE_GRAPH_TABLES, Answer, NotReadError, ResourceGraph
from tenantlint.graph.copies import read_copy
from tenantlint.graph.local import LocalGraph
from tests.conftest import Row
from tests.makers import row, write_copy


@contextmanager
def opened(copy: Path) -> Iterator[ResourceGraph]:
    with tempfile.TemporaryDirectory() as work, LocalGraph(read_copy(copy), Path(work)) as graph:
        yield graph


def fetch(graph: ResourceGraph, kql: str, into: Path) -> list[Row]:
    graph.fetch(kql, into)
    return [orjson.loads(line) for line in into.read_bytes().splitlines()]


def ask(copy: Path, kql: str) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder, opened(copy) as graph:
        return fetch(graph, kql, Path(folder) / "rows.jsonl")


def copy_of(folder: Path, lines: Iterable[bytes], table: str = "Resources") -> Path:
    copy = write_copy(folder, {table: []}, subscriptions=["s1"])
    (copy / f"{table}.jsonl").write_bytes(b"\n".join(lines))
    return copy


def test_an_answer_tells_its_columns_and_in_lower_case_once_each_the_tables_it_read(tmp_path: Path) -> None:
    copy = write_copy(tmp_path / "copy", {"Resources": [row("things", "a")], "ResourceContainers": []})
    kql = (
        "RESOURCES | join kind=leftouter (resourcecontainers | project id, a = name) on id | union (Resources | take 0)"
    )
    with opened(copy) as graph:
        answer = graph.fetch(f"{kql} | project id, a", tmp_path / "rows.jsonl")

    assert answer == Answer(("id", "a"), ("resourcecontainers", "resources"))
    assert orjson.loads((tmp_path / "rows.jsonl").read_bytes()) == {"id": row("things", "a")["id"], "a": ""}


def test_a_copy_stands_still_at_the_moment_of_its_capture(tmp_path: Path) -> None:
    unread = [{"subscription": "S2", "reason": "no access"}]
    copy = write_copy(
        tmp_path / "copy",
        {},
        captured_at="2026-11-20T04:00:00+02:00",
        tenant_id="T1",
        unread=unread,
        subscriptions=["S1"],
    )
    with opened(copy) as graph:
        info = graph.info()

    assert (info.name, info.cloud, info.tenant_id) == ("tenant copy copy", "AzureCloud", "t1")
    assert info.started_at == info.ended_at == datetime(2026, 11, 20, 2, tzinfo=UTC)
    assert info.coverage == Coverage(frozenset({"s1"}), (Unread("no access", "s2"),))


@pytest.mark.parametrize(
    "kql",
    [
        "SecurityResources",
        "securityresources | project id",
        "Resources | join kind=inner (SecurityResources) on id",
        "Resources | union SecurityResources",
        "Resources | where id in (SecurityResources | project id)",
        "Resources | where name == toscalar(SecurityResources | project name)",
    ],
)
def test_a_table_that_was_not_captured_is_not_read_and_not_empty(tmp_path: Path, kql: str) -> None:
    copy = write_copy(tmp_path / "copy", {"Resources": []})
    (copy / "SecurityResources.jsonl").write_text('{"id": "/x"}')

    with opened(copy) as graph, pytest.raises(NotReadError, match="'securityresources' was not captured"):
        graph.fetch(kql, tmp_path / "rows.jsonl")
    assert not (tmp_path / "rows.jsonl").exists()


def test_a_table_that_the_service_lacks_is_an_error_unless_the_copy_has_it(tmp_path: Path) -> None:
    with pytest.raises(KqlError, match="no table 'MyResources'"):
        ask(write_copy(tmp_path / "without", {"Resources": []}), "MyResources")

    assert ask(
        copy_of(tmp_path / "with", [b'{"id": "/x", "type": "acme/things"}'], "MyResources"), "MyResources | project id"
    ) == [{"id": "/x"}]


@pytest.mark.parametrize("content", [b"", b"\n", b" \n\r\n\t"])
def test_an_empty_file_is_an_empty_table(tmp_path: Path, content: bytes) -> None:
    assert ask(copy_of(tmp_path / "copy", [content]), "Resources | count") == [{"Count": 0}]


def test_blank_lines_and_unknown_columns_are_nothing(tmp_path: Path) -> None:
    lines = [
        b"",
        b'{"id": "/a", "type": "acme/things", "new": {"x": 1}}\r',
        b" \t\r",
        b"\x0c",
        b'{"id": "/b", "type": "acme/things", "apiVersion": 5}',
        b"",
    ]

    assert ask(copy_of(tmp_path / "copy", lines), "Resources | project id | order by id asc") == [
        {"id": "/a"},
        {"id": "/b"},
    ]


@pytest.mark.parametrize(
    "line",
    [
        b'{"id": "/b", "type": "acme/things", "properties": NaN}',
        b'{"name": "b"}',
        b'{"id": "/b"',
        b'{"id": "/b", "type": "acme/things", "name": "x", "name": "y"}',
    ],
)
def test_a_malformed_line_stops_every_query_of_its_table(tmp_path: Path, line: bytes) -> None:
    copy = copy_of(tmp_path / "copy", [b'{"id": "/a", "type": "acme/things"}', b"", line])

    with opened(copy) as graph:
        for _ in range(2):
            with pytest.raises(CopyError, match=r"Resources\.jsonl, line 3: "):
                graph.fetch("Resources | count", tmp_path / "rows.jsonl")
    assert not (tmp_path / "rows.jsonl").exists()


def test_a_file_that_the_database_cannot_read_is_an_error_of_the_copy(tmp_path: Path) -> None:
    copy = read_copy(copy_of(tmp_path / "copy", [b'{"id": "/a", "type": "acme/things"}']))
    (tmp_path / "work").mkdir()
    with LocalGraph(copy, tmp_path / "work") as graph:
        (tmp_path / "work" / "resources.parquet").mkdir()
        with pytest.raises(CopyError, match=r"cannot read .*Resources\.jsonl"):
            graph.fetch("Resources | count", tmp_path / "rows.jsonl")


def test_values_come_out_as_they_are_in_the_copy(tmp_path: Path) -> None:
    line = (
        b'{"id":"/a","type":"t","name":"a\\u0000\\u001b\\"\\\\\\n\xc3\xa9\\ud83d\\ude00","kind":"","managedBy":null,"tags":"null",'
        b'"sku":false,"zones":[],"properties":{"big":123456789012345678901234567890,"f":1.5e300,"i":9007199254740993,'
        b'"m":18446744073709551615,"z":-0.0,"k\\"\\n":{"":[null,"",{}]}}}'
    )
    copy = copy_of(tmp_path / "copy", [line])
    (found,) = ask(copy, "Resources | project-away tenantId, location, resourceGroup, subscriptionId")
    (parts,) = ask(copy, "Resources | project f = properties.f, i = properties.i, m = properties.m, z = properties.z")
    with opened(copy) as graph:
        graph.fetch("Resources | project properties, b = properties.big", tmp_path / "raw.jsonl")

    lacking = {"plan": None, "identity": None, "extendedLocation": None}
    assert found == lacking | orjson.loads(line) | {"managedBy": ""}  # no string of Kusto is null
    assert parts == {"f": 1.5e300, "i": 9007199254740993, "m": 18446744073709551615, "z": 0}
    assert (tmp_path / "raw.jsonl").read_bytes().count(b":123456789012345678901234567890") == 2


def test_a_row_of_ten_megabytes_is_read_as_any_other(tmp_path: Path) -> None:
    big = orjson.dumps({"id": "/big", "type": "t", "properties": {"list": ["x" * 1_000] * 10_000, "last": 7}})
    lines = [b'{"id": "/a", "type": "acme/things"}', big, b'{"id": "/b", "type": "acme/things"}']

    assert len(big) > 10_000_000
    assert ask(
        copy_of(tmp_path / "copy", lines),
        "Resources | where id == '/big' | project n = properties.last, p = properties",
    ) == [{"n": 7, "p": orjson.loads(big)["properties"]}]


FOLDERS = (
    *(
        "id=5",
        "name=x",
        "a[1]b",
        "star*",
        "q?",
        "{a,b}",
        "quo'te",
        'dou"ble',
        "é 😀",
        "a%20b",
        "~",
        "-",
        "new\nline",
        "[!a]",
    ),
)


@pytest.mark.parametrize("name", FOLDERS)
def test_folders_may_be_called_anything_and_nothing_else_is_read(tmp_path: Path, name: str) -> None:
    for decoy in ("a1b", "starry", "qq", "a", "b", "x"):
        copy_of(tmp_path / decoy, [b'{"id": "/decoy", "type": "acme/things"}'])
    copy = copy_of(tmp_path / name, [b'{"id": "/a", "type": "acme/things", "name": "n"}'])
    work = tmp_path / f"work {name}"
    work.mkdir()
    with LocalGraph(read_copy(copy), work) as graph:
        assert fetch(graph, "Resources | project id, name", tmp_path / "rows.jsonl") == [{"id": "/a", "name": "n"}]


def test_a_copy_may_be_named_by_a_relative_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy_of(tmp_path / "[1]" / "copy", [b'{"id": "/a", "type": "acme/things"}'])
    monkeypatch.chdir(tmp_path)

    assert ask(Path("[1]/copy"), "Resources | project id") == [{"id": "/a"}]


def test_folders_and_files_may_be_links(tmp_path: Path) -> None:
    real = copy_of(tmp_path / "real", [b'{"id": "/a", "type": "acme/things"}'])
    (tmp_path / "link").symlink_to(real)
    (tmp_path / "links").mkdir()
    for file in real.iterdir():
        (tmp_path / "links" / file.name).symlink_to(file)

    assert ask(tmp_path / "link", "Resources | project id") == [{"id": "/a"}]
    assert ask(tmp_path / "links", "Resources | project id") == [{"id": "/a"}]


def test_one_graph_answers_many_queries_and_leaves_the_copy_alone(tmp_path: Path) -> None:
    copy = write_copy(tmp_path / "copy", {"Resources": [row("things", str(number)) for number in range(5)]})
    before = {file.name: file.read_bytes() for file in copy.iterdir()}
    with opened(copy) as graph:
        for number in range(3):
            kql = f"Resources | where name == '{number}' | project name"
            assert fetch(graph, kql, tmp_path / "rows.jsonl") == [{"name": str(number)}]
            with pytest.raises(KqlError):
                graph.fetch("Resources | nonsense", tmp_path / "none.jsonl")

    assert not (tmp_path / "none.jsonl").exists()
    assert {file.name: file.read_bytes() for file in copy.iterdir()} == before


def test_the_last_sort_counts_only_where_it_is_asked_for(tmp_path: Path) -> None:
    copy = copy_of(tmp_path / "copy", [b'{"id": "/%d", "type": "acme/things"}' % number for number in (3, 1, 2)])
    with tempfile.TemporaryDirectory() as work, LocalGraph(read_copy(copy), Path(work)) as graph:
        graph.fetch("Resources | project id | order by id asc", tmp_path / "as-it-comes.jsonl")
        graph.fetch("Resources | project id | order by id asc", tmp_path / "in-order.jsonl", in_order=True)

    assert (tmp_path / "in-order.jsonl").read_text() == '{"id":"/1"}\n{"id":"/2"}\n{"id":"/3"}\n'
    assert (tmp_path / "as-it-comes.jsonl").read_text() == '{"id":"/3"}\n{"id":"/1"}\n{"id":"/2"}\n'


def test_the_tables_of_the_service_are_kept_in_lower_case() -> None:
    assert {name.lower() for name in RESOURCE_GRAPH_TABLES} == RESOURCE_GRAPH_TABLES
    assert {"resources", "resourcecontainers", "recoveryservicesresources"} < RESOURCE_GRAPH_TABLES
