"""`tenantlint query`: KQL over a tenant copy or a snapshot, one JSON object a row."""

import io
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from tests.cli.conftest import Call
from tests.commands import run

NAMES = "Resources | project name | order by name desc"


def test_rows_of_a_tenant_copy_are_printed_in_the_order_that_is_asked_for(tenant: Path) -> None:
    ended = run("query", tenant, NAMES)

    assert (ended.code, ended.err) == (0, "")
    assert ended.out == '{"name":"mid"}\n{"name":"big"}\n{"name":"Göteborg"}\n'


def test_rows_of_a_snapshot_come_from_its_tables(snapshot: Path) -> None:
    ended = run("query", snapshot, "virtual_machines | where name == 'big' | project id, disks = 33")

    assert (ended.code, ended.err) == (0, "")
    (row,) = [orjson.loads(line) for line in ended.out.splitlines()]
    assert (row["id"].rpartition("/")[2], row["disks"]) == ("big", 33)


def test_a_query_without_rows_prints_nothing(tenant: Path, call: Call) -> None:
    ended = call("query", tenant, "Resources | where name == 'none'")

    assert (ended.code, ended.out, ended.err) == (0, "", "")


def test_a_query_can_come_from_standard_input_in_utf_8_whatever_the_encoding_of_the_terminal(tenant: Path) -> None:
    kql = "\ufeffResources // Göteborg\n| where name == 'Göteborg'\n| project name\n".encode()

    ended = run("query", tenant, "-", stdin=kql, env={"PYTHONIOENCODING": "ascii"})

    assert (ended.code, ended.out, ended.err) == (0, '{"name":"Göteborg"}\n', "")


def test_a_query_on_standard_input_need_not_be_marked(
    tenant: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"Resources | where name == 'big' | project name")))

    assert call("query", tenant, "-").out == '{"name":"big"}\n'


def test_standard_input_that_is_no_text_ends_with_2(tenant: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"Resources | where name == '\xff'")))
    ended = call("query", tenant, "-")

    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("error: standard input is not UTF-8: ")


def test_a_query_that_resource_graph_would_refuse_is_shown_with_the_place(tenant: Path, call: Call) -> None:
    ended = call("query", tenant, "Resources\n| where colour == 'red'")

    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("error: ")
    assert "\n2 | | where colour == 'red'\n            ^\n" in ended.err


def test_an_empty_query_is_refused(tenant: Path, call: Call) -> None:
    ended = call("query", tenant, "")

    assert (ended.code, ended.out) == (2, "")
    assert "Traceback" not in ended.err


def test_a_table_that_was_not_captured_is_told(tenant: Path, call: Call) -> None:
    ended = call("query", tenant, "AdvisorResources | project id")

    assert (ended.code, ended.out) == (2, "")
    assert ended.err == "error: table 'advisorresources' was not captured in this tenant copy\n"


def test_a_table_that_a_snapshot_does_not_hold_is_told(snapshot: Path, call: Call) -> None:
    ended = call("query", snapshot, "Resources | project id")

    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("error: ")


@pytest.mark.parametrize("make", [lambda _: None, Path.touch, Path.mkdir], ids=["nothing", "a file", "an empty folder"])
def test_what_is_neither_snapshot_nor_copy_ends_with_2(
    make: Callable[[Path], None], call: Call, tmp_path: Path
) -> None:
    make(tmp_path / "source")
    ended = call("query", tmp_path / "source", NAMES)

    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("error: ")
    assert "Traceback" not in ended.err


def test_control_characters_in_names_stay_escaped(tenant: Path, call: Call) -> None:
    ended = call("query", tenant, "Resources | extend odd = strcat(name, '\\x1b[2J') | project odd")

    assert "\x1b" not in ended.out + ended.err
