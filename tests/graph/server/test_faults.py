"""What goes wrong on demand."""

import http.client
import time

import pytest

from tenantlint.graph.server.effects import (
    Count,
    Effect,
    Expire,
    Fail,
    NotJson,
    RepeatToken,
    Reset,
    Slow,
    Throttle,
    Total,
    Truncate,
)
from tenantlint.graph.server.faults import GRAPH, Fault
from tenantlint.graph.server.quota import Quota
from tests.graph.server.clients import Client, ids
from tests.graph.server.conftest import Serve

QUERY = "project id | order by id asc"
SUBSCRIPTIONS = "/subscriptions?api-version=2022-12-01"


def faulty(serve: Serve, *effects: Effect, **when: object) -> Client:
    return serve(faults=[Fault(effect, **{"request": 1, **when}) for effect in effects])  # type: ignore[arg-type]  # any field


REFUSALS: dict[str, tuple[Effect, int, list[str]]] = {
    "throttled": (Throttle(), 429, ["RateLimiting", "RateLimiting"]),
    "throttled by the manager": (Throttle(manager=True), 429, ["ResourceRequestsThrottled"]),
    "broken": (Fail(), 500, ["InternalServerError", "UnexpectedQueryExecutionError"]),
    "a bad gateway": (Fail(502), 502, ["BadGateway"]),
    "unavailable": (Fail(503), 503, ["ServiceUnavailable"]),
    "timed out": (Fail(504), 504, ["GatewayTimeout"]),
    "expired": (Expire(), 401, ["ExpiredAuthenticationToken"]),
}


@pytest.mark.parametrize(("effect", "status", "codes"), REFUSALS.values(), ids=REFUSALS)
def test_one_request_is_refused_and_the_next_is_answered(
    serve: Serve, effect: Effect, status: int, codes: list[str]
) -> None:
    client = faulty(serve, effect)

    first, second = client.ask("count"), client.ask("count")

    assert (first.status, first.codes) == (status, codes)
    assert second.status == 200


@pytest.mark.parametrize(("effect", "status", "codes"), REFUSALS.values(), ids=REFUSALS)
def test_the_manager_may_refuse_as_well(serve: Serve, effect: Effect, status: int, codes: list[str]) -> None:
    client = faulty(serve, effect, path="/Subscriptions")

    assert client.ask("count").status == 200
    first, second = client.get(SUBSCRIPTIONS), client.get(SUBSCRIPTIONS)
    assert (first.status, first.codes, second.status) == (status, codes, 200)


@pytest.mark.parametrize(("seconds", "header"), [(2, "2"), (17, "17"), (None, None)])
def test_a_throttled_answer_says_when_to_come_back_or_does_not(
    serve: Serve, seconds: int | None, header: str | None
) -> None:
    answer = faulty(serve, Throttle(seconds)).ask("count")

    assert answer.headers.get("retry-after") == header
    assert answer.headers["x-ms-user-quota-remaining"] == "0"


def test_the_recorded_texts(serve: Serve) -> None:
    client = serve(faults=[Fault(Fail(500), request=1), Fault(Fail(504), request=2)])

    broken, late = client.ask("count"), client.ask("count")

    assert broken.json["error"]["details"][0]["message"] == (
        "An unexpected query execution error occurred. Please try again later."
    )
    assert late.json["error"]["message"] == (
        "The gateway did not receive a response from 'Microsoft.ResourceGraph' within the specified time period."
    )


@pytest.mark.parametrize("path", [GRAPH, "/subscriptions"])
def test_a_connection_may_be_reset(serve: Serve, path: str) -> None:
    client = faulty(serve, Reset(), path=path)

    with pytest.raises(ConnectionResetError):
        client.ask("count") if path == GRAPH else client.get(SUBSCRIPTIONS)
    assert client.ask("count").status == 200


def test_a_body_may_end_too_early(serve: Serve) -> None:
    client = faulty(serve, Truncate(0.25))

    with pytest.raises(http.client.IncompleteRead) as broken:
        client.ask("project id | top 50 by id")

    whole = client.ask("project id | top 50 by id")
    assert broken.value.partial == whole.body[: len(whole.body) // 4]


def test_a_body_may_be_slow(serve: Serve) -> None:
    client = faulty(serve, Slow(0.3))
    fast = client
    client.ask("count", version="none")  # refused by the manager: not a request to Resource Graph

    started = time.monotonic()
    slow = client.ask("count")
    took = time.monotonic() - started

    assert took >= 0.3
    assert slow.data == fast.ask("count").data


def test_an_answer_may_be_no_json(serve: Serve) -> None:
    client = serve(faults=[Fault(NotJson("<html>"), request=1), Fault(NotJson("oops"), path="/tenants")])

    answer, listed = client.ask("count"), client.get("/tenants?api-version=2022-12-01")

    assert (answer.status, answer.body) == (200, b"<html>")
    assert (listed.status, listed.body) == (200, b"oops")


def test_a_token_may_lead_to_the_same_page_again(serve: Serve) -> None:
    client = serve(faults=[Fault(RepeatToken(), page=2)])
    first = client.ask(QUERY, options={"$top": 10})

    second = client.ask(QUERY, options={"$skipToken": first.token})

    assert second.token == first.token
    assert ids(second) != ids(first)
    assert client.ask(QUERY, options={"$skipToken": second.token}).token != second.token


def test_the_first_page_may_lead_to_itself(serve: Serve) -> None:
    client = serve(faults=[Fault(RepeatToken(), request=1)])
    first = client.ask(QUERY, options={"$top": 10})

    assert ids(client.ask(QUERY, options={"$skipToken": first.token})) == ids(first)


def test_totals_may_be_wrong_from_one_page_to_the_next(serve: Serve) -> None:
    client = serve(faults=[Fault(Total(-7), page=2)])

    totals = [page.json["totalRecords"] for page in client.walk(QUERY, 200)]

    assert totals[1] == totals[0] - 7
    assert totals[0] == totals[2]


def test_a_page_may_count_wrong(serve: Serve) -> None:
    page = faulty(serve, Count(2)).ask(QUERY, options={"$top": 10})

    assert (page.json["count"], len(page.data)) == (12, 10)


def test_what_changes_rows_leaves_the_manager_alone(serve: Serve) -> None:
    client = faulty(serve, Total(3), path="/subscriptions")

    assert client.get(SUBSCRIPTIONS).status == 200


def test_a_refusal_may_be_slow_too(serve: Serve) -> None:
    client = faulty(serve, Slow(0.2), Fail(503))

    started = time.monotonic()

    assert client.ask("count").status == 503
    assert time.monotonic() - started >= 0.2


def test_a_faulty_request_counts(serve: Serve) -> None:
    client = serve(quota=Quota(now=lambda: 1.0), faults=[Fault(Fail(503), request=1)])

    assert client.ask("count").headers["x-ms-user-quota-remaining"] == "14"
    assert client.ask("count").headers["x-ms-user-quota-remaining"] == "13"
