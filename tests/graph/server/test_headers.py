"""Headers, as they were recorded."""

import re

import pytest

from tenantlint.graph.server.headers import graph_headers
from tenantlint.graph.server.quota import Spent
from tests.graph.server.clients import Client

GUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
RECORDED = {
    "cache-control": "no-cache",
    "pragma": "no-cache",
    "expires": "-1",
    "server": "Kestrel",
    "vary": "Accept-Encoding",
    "content-type": "application/json; charset=utf-8",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "x-ms-ratelimit-remaining-tenant-resource-requests": "14",
    "x-ms-user-quota-remaining": "14",
    "x-ms-user-quota-resets-after": "00:00:05",
}


@pytest.mark.parametrize("query", ["count", "where where"], ids=["rows", "error"])
def test_an_answer_has_the_recorded_headers(demo: Client, query: str) -> None:
    headers = demo.ask(query).headers

    assert {name: headers.get(name) for name in RECORDED} == RECORDED


SHAPES = {
    "x-ms-ratelimit-remaining-tenant-reads": r"\d+",
    "x-ms-resource-graph-request-duration": r"0:00:00:\d\d\.\d{7}",
    "x-ms-request-id": GUID,
    "x-ms-correlation-request-id": GUID,
    "x-ms-routing-request-id": rf"[A-Z]+:\d{{8}}T\d{{6}}Z:{GUID}",
    "date": r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT",
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_header_has_the_recorded_shape(demo: Client, name: str) -> None:
    assert re.fullmatch(SHAPES[name], demo.ask("count").headers[name])


def test_the_ids_of_a_request_are_one_and_are_in_the_error(demo: Client) -> None:
    answer = demo.ask("where where")

    id_ = answer.headers["x-ms-request-id"]
    assert answer.headers["x-ms-correlation-request-id"] == id_
    assert answer.headers["x-ms-routing-request-id"].endswith(f":{id_}")
    assert answer.json["error"]["message"].endswith(f", correlationId = {id_}.")


def test_every_request_has_an_id_of_its_own(demo: Client) -> None:
    assert len({demo.ask("count").headers["x-ms-request-id"] for _ in range(3)}) == 3


def test_a_client_may_choose_the_id(demo: Client) -> None:
    id_ = "12345678-9abc-4def-8123-456789abcdef"

    answer = demo.send("POST", "/nowhere", headers={"x-ms-correlation-request-id": id_})

    assert answer.headers["x-ms-correlation-request-id"] == id_


def test_an_id_that_is_none_is_not_taken_over(demo: Client) -> None:
    answer = demo.send("POST", "/nowhere", headers={"x-ms-correlation-request-id": "mine"})

    assert re.fullmatch(GUID, answer.headers["x-ms-correlation-request-id"])


def test_what_resource_graph_did_not_answer_has_no_quota(demo: Client) -> None:
    headers = demo.get("/nowhere?api-version=2024-04-01").headers

    assert not [name for name in headers if "quota" in name]


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.0138132, "0:00:00:00.0138132"), (61.5, "0:00:01:01.5000000"), (3725.25, "0:01:02:05.2500000")],
)
def test_a_duration_has_days_and_seven_decimals(seconds: float, shown: str) -> None:
    headers = graph_headers(Spent(allowed=True, remaining=3, resets_after=1), seconds)

    assert headers["x-ms-resource-graph-request-duration"] == shown
