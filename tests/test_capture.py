"""Tables are captured as they are, and what could not be read is in the copy."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from tenantlint.capture import capture, choose_tables, tables_read_by
from tenantlint.coverage import Coverage, Unread
from tenantlint.errors import KqlError, UsageError
from tenantlint.graph import GraphInfo
from tenantlint.graph.copies import read_copy
from tenantlint.graph.local import LocalGraph
from tests.makers import make_table
from tests.tenant_copies import catalog, subscription, subscription_row, vm_row, write_copy

USUAL = ["ResourceContainers", "Resources"]
ENDED_AT = datetime(2026, 11, 20, 2, 30, 15, 250_000, tzinfo=UTC)


class Graph(LocalGraph):
    """A tenant copy that took half an hour to read, and of which something is *unread*."""

    unread: tuple[Unread, ...] = ()

    def info(self) -> GraphInfo:
        said = super().info()
        coverage = Coverage(said.coverage.subscriptions, (*said.coverage.unread, *self.unread))
        return replace(said, ended_at=ENDED_AT, coverage=coverage)


@pytest.fixture
def graph(tmp_path: Path) -> Iterator[Graph]:
    rows = {"Resources": [vm_row(1, "b"), vm_row(1, "a")], "ResourceContainers": [subscription_row(1)]}
    copy = write_copy(tmp_path / "copy", rows, subscriptions=[1], tables=USUAL)
    work = tmp_path / "work"
    work.mkdir()
    with Graph(read_copy(copy), work) as opened:
        yield opened


def test_a_copy_has_the_rows_and_says_what_it_holds(graph: Graph, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    captured = capture(graph, USUAL, tmp_path / "out")
    copy = read_copy(tmp_path / "out")

    assert captured.tables == tuple(USUAL)
    assert captured.unread == ()
    assert (copy.cloud, copy.captured_at) == ("AzureCloud", ENDED_AT)
    assert copy.coverage == Coverage(frozenset({subscription(1)}))
    assert {name: len(file.read_bytes().splitlines()) for name, file in copy.files.items()} == {
        "resourcecontainers": 1,
        "resources": 2,
    }


def test_a_table_that_cannot_be_read_is_not_captured_and_the_copy_says_so(graph: Graph, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    captured = capture(graph, ["Resources", "SecurityResources"], tmp_path / "out")
    copy = read_copy(tmp_path / "out")

    assert captured.tables == ("Resources",)
    assert copy.files.keys() == {"resources"}
    assert [entry.table for entry in copy.coverage.unread] == ["SecurityResources"]
    assert {file.name for file in (tmp_path / "out").iterdir()} == {"copy.json", "Resources.jsonl"}


def test_what_is_unread_of_the_whole_tenant_is_unread_of_every_table(graph: Graph, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    graph.unread = (Unread("too many"), Unread("no right", subscription=subscription(2)))
    captured = capture(graph, USUAL, tmp_path / "out")
    unread = read_copy(tmp_path / "out").coverage.unread

    assert unread == captured.unread
    assert unread == (
        *(Unread("too many", table=table) for table in USUAL),
        Unread("no right", subscription=subscription(2)),
    )


def test_the_head_is_what_the_format_has_and_nothing_else(graph: Graph, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    capture(graph, USUAL, tmp_path / "out")
    head = orjson.loads((tmp_path / "out" / "copy.json").read_bytes())

    assert list(head) == ["captured_at", "cloud", "tenant_id", "subscriptions", "tables", "unread"]
    assert head["captured_at"] == "2026-11-20T02:30:15.250000Z"


def test_the_usual_tables_are_those_that_queries_read() -> None:
    assert tables_read_by(catalog().tables.values()) == [
        "AuthorizationResources",
        "DesktopVirtualizationResources",
        "GuestConfigurationResources",
        "NetworkResources",
        "RecoveryServicesResources",
        "ResourceContainers",
        "Resources",
    ]


def test_a_query_that_is_none_is_an_error() -> None:
    query = replace(make_table("things", "acme/things"), kql="Resources | where\n")

    with pytest.raises(KqlError):
        tables_read_by([query])


@pytest.mark.parametrize(
    ("named", "chosen"),
    [
        ([], USUAL),
        (["RESOURCES"], ["Resources"]),
        (["resources", "Resources"], ["Resources"]),
        (["SecurityResources", "resourcecontainers"], ["ResourceContainers", "SecurityResources"]),
        (["SecurityResources", "securityresources"], ["SecurityResources"]),
    ],
    ids=str,
)
def test_tables_are_chosen_by_name_in_any_case(named: list[str], chosen: list[str]) -> None:
    assert choose_tables(named, USUAL) == chosen


def test_an_unknown_table_is_an_error_with_a_guess() -> None:
    with pytest.raises(UsageError) as caught:
        choose_tables(["Resource"], USUAL)

    assert str(caught.value) == "there is no table 'Resource'"
    assert caught.value.hint == "did you mean 'Resources'?"
