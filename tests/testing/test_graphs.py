"""A resource graph over a copy that a test has, in this process or over HTTP."""

from pathlib import Path

import pytest

from tenantlint.errors import KqlError
from tenantlint.graph import NotReadError
from tenantlint.testing import a_vm, open_graph, tenant_copy
from tests.graph.server.clients import Client


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return tenant_copy(
        tmp_path / "copy", a_vm("b"), a_vm("a"), a_vm("c", location="northeurope"), missing=["NetworkResources"]
    )


def test_it_answers_kql_in_the_order_that_is_asked_for(copy: Path) -> None:
    with open_graph(copy) as graph:
        assert graph.ask("Resources | project name | order by name asc") == [
            {"name": "a"},
            {"name": "b"},
            {"name": "c"},
        ]
        assert graph.ask("Resources | summarize count() by location | order by location asc") == [
            {"location": "northeurope", "count_": 1},
            {"location": "westeurope", "count_": 2},
        ]
        assert graph.ask("Resources | where name == 'z'") == []
        assert graph.copy == copy


def test_it_refuses_what_the_service_would_refuse(copy: Path) -> None:
    with open_graph(copy) as graph:
        with pytest.raises(KqlError, match="line 1, column"):
            graph.ask("Resources | render table")
        with pytest.raises(NotReadError, match="'networkresources' was not captured"):
            graph.ask("NetworkResources")
        assert len(graph.ask("Resources")) == 3


def test_it_answers_over_http_and_nobody_counts(copy: Path) -> None:
    with open_graph(copy) as graph, graph.served() as url:
        client = Client(url)

        for _ in range(20):
            assert [row["name"] for row in client.ask("Resources | order by name asc").data] == ["a", "b", "c"]


def test_nothing_is_left_behind(copy: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(work))
    with open_graph(copy) as graph:
        graph.ask("Resources")
        assert list(work.iterdir())

    assert list(work.iterdir()) == []
