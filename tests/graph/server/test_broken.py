"""Bodies and tenant copies that are not what they should be."""

from pathlib import Path

import pytest

from tests.graph.server.clients import GRAPH, LATEST, Client, write_estate
from tests.graph.server.conftest import Serve

BODIES = {
    "nothing": b"",
    "no JSON": b"{",
    "a list": b"[]",
    "null": b"null",
    "no query": b"{}",
    "a query of another type": b'{"query":3}',
    "options of another type": b'{"query":"","options":[]}',
    "subscriptions of another type": b'{"query":"","subscriptions":"a"}',
    "a subscription of another type": b'{"query":"","subscriptions":[3]}',
    "no page": b'{"query":"","options":{"$top":0}}',
    "a page in words": b'{"query":"","options":{"$top":"3"}}',
    "a page that is true": b'{"query":"","options":{"$top":true}}',
    "a negative skip": b'{"query":"","options":{"$skip":-1}}',
    "a format that is none": b'{"query":"","options":{"resultFormat":"csv"}}',
    "a format of another type": b'{"query":"","options":{"resultFormat":1}}',
    "facets of another type": b'{"query":"","facets":{}}',
    "a facet of another type": b'{"query":"","facets":["location"]}',
    "a facet without an expression": b'{"query":"","facets":[{}]}',
    "a token of another type": b'{"query":"","options":{"$skipToken":7}}',
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_body_of_another_shape_is_refused(demo: Client, body: bytes) -> None:
    answer = demo.send("POST", f"{GRAPH}?api-version={LATEST}", body)

    assert (answer.status, answer.codes) == (400, ["InvalidRequestContent"])


def test_a_broken_copy_is_the_copys_fault(serve: Serve, tmp_path: Path) -> None:
    write_estate(tmp_path)
    (tmp_path / "Resources.jsonl").write_text('{"id": "/a", "type": "t"}\n{"id": \n', "utf-8")

    answer = serve(tmp_path).ask("Resources")

    assert (answer.status, answer.codes) == (500, ["InternalServerError", "LocalResourceGraph"])
    assert "Resources.jsonl, line 2" in answer.json["error"]["details"][0]["message"]


def test_a_row_that_names_a_column_twice_is_the_copys_fault(serve: Serve, tmp_path: Path) -> None:
    write_estate(tmp_path)
    (tmp_path / "Resources.jsonl").write_text('{"id": "/a", "type": "t", "id": "/b"}\n', "utf-8")

    assert serve(tmp_path).ask("Resources").codes == ["InternalServerError", "LocalResourceGraph"]


def test_a_copy_whose_containers_are_broken_says_so(serve: Serve, tmp_path: Path) -> None:
    write_estate(tmp_path)
    (tmp_path / "ResourceContainers.jsonl").write_text("{}\n", "utf-8")
    client = serve(tmp_path)

    answers = [client.ask("Resources"), client.get("/subscriptions?api-version=2022-12-01")]

    assert [(answer.status, answer.codes[1]) for answer in answers] == [(500, "LocalResourceGraph")] * 2


def test_a_table_that_is_gone_from_the_disk_says_so(serve: Serve, tmp_path: Path) -> None:
    client = serve(write_estate(tmp_path))
    (tmp_path / "Resources.jsonl").unlink()

    assert client.ask("ResourceContainers").status == 500
