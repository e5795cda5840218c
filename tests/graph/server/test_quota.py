"""The quota, and the headers that tell of it."""

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenantlint.graph.server.quota import Quota, Spent
from tests.graph.server.clients import Client
from tests.graph.server.conftest import Serve


class Watch:
    """A clock that stands still unless it is told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def left(client: Client, query: str = "count") -> tuple[int, str]:
    answer = client.ask(query)
    return answer.status, answer.headers["x-ms-user-quota-remaining"]


def test_fifteen_queries_are_answered_and_the_sixteenth_is_not(serve: Serve) -> None:
    client = serve(quota=Quota(now=Watch()))

    answers = [left(client) for _ in range(17)]

    assert answers[:15] == [(200, str(remaining)) for remaining in range(14, -1, -1)]
    assert answers[15:] == [(429, "0"), (429, "0")]


def test_a_throttled_answer_is_the_recorded_one(serve: Serve) -> None:
    client = serve(quota=Quota(0))

    answer = client.ask("Resources")

    assert answer.codes == ["RateLimiting", "RateLimiting"]
    assert answer.json["error"]["details"][0]["message"] == (
        "Client application has been throttled and should not attempt to repeat the request until an amount of time "
        "has elapsed. Please see https://aka.ms/resourcegraph-throttling for help."
    )
    names = ("retry-after", "x-ms-user-quota-remaining", "x-ms-user-quota-resets-after")
    assert [answer.headers[name] for name in names] == ["2", "0", "00:00:05"]
    assert answer.headers["x-ms-ratelimit-remaining-tenant-resource-requests"] == "0"


def test_the_window_opens_again(serve: Serve) -> None:
    watch = Watch()
    client = serve(quota=Quota(2, now=watch))
    before = [left(client) for _ in range(3)]

    watch.now += 5

    assert [status for status, _ in before] == [200, 200, 429]
    assert left(client) == (200, "1")


def test_the_header_counts_down_to_the_end_of_the_window(serve: Serve) -> None:
    watch = Watch()
    client = serve(quota=Quota(now=watch))
    first = client.ask("count").headers["x-ms-user-quota-resets-after"]

    watch.now += 2.5

    assert (first, client.ask("count").headers["x-ms-user-quota-resets-after"]) == ("00:00:05", "00:00:03")


def test_failed_queries_count(serve: Serve) -> None:
    client = serve(quota=Quota(now=Watch()))

    assert [left(client, query) for query in ("where where", "nonsense | take 1", "count")] == [
        (400, "14"),
        (400, "13"),
        (200, "12"),
    ]


def test_a_body_that_is_no_request_counts(serve: Serve) -> None:
    client = serve(quota=Quota(now=Watch()))
    client.send("POST", "/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01", b"[]")

    assert left(client) == (200, "13")


def test_what_the_manager_refuses_costs_nothing(serve: Serve) -> None:
    client = serve(quota=Quota(now=Watch()))
    assert client.ask("count", "1999-01-01").status == 404
    assert Client(client.url, "").ask("count").status == 401

    assert left(client) == (200, "14")


def test_callers_are_told_apart_by_their_tokens(serve: Serve) -> None:
    client = serve(quota=Quota(1, now=Watch()))

    assert [left(Client(client.url, name))[0] for name in ("a", "b", "a")] == [200, 200, 429]


def test_nobody_counts_where_there_is_no_quota(demo: Client) -> None:
    assert {left(demo) for _ in range(20)} == {(200, "14")}


def test_asking_for_subscriptions_is_not_counted(serve: Serve) -> None:
    client = serve(quota=Quota(1, now=Watch()))

    assert [client.get("/subscriptions?api-version=2022-12-01").status for _ in range(3)] == [200, 200, 200]


@given(st.lists(st.tuples(st.floats(0, 10), st.sampled_from("ab")), max_size=60))
@settings(deadline=None, max_examples=60)
def test_no_window_ever_lets_more_through(steps: list[tuple[float, str]]) -> None:
    watch = Watch()
    quota = Quota(3, 5, watch)
    allowed: dict[str, list[float]] = {"a": [], "b": []}
    for pause, caller in steps:
        watch.now += pause
        spent = quota.take(caller)
        assert 0 <= spent.remaining < 3
        assert 0 < spent.resets_after <= 5
        if spent.allowed:
            allowed[caller].append(watch.now)
    for times in allowed.values():
        starts = [times[0]] if times else []
        for at in times:
            if at - starts[-1] >= 5:
                starts.append(at)
        assert all(sum(start <= at < start + 5 for at in times) <= 3 for start in starts)


def test_windows_that_are_over_are_forgotten() -> None:
    watch = Watch()
    quota = Quota(now=watch)
    for caller in range(100):
        quota.take(str(caller))

    watch.now += 5
    quota.take("last")

    assert list(quota._windows) == ["last"]  # noqa: SLF001 - nothing else shows what it keeps


def test_threads_do_not_share_a_query() -> None:
    quota = Quota(50, now=Watch())
    spent: list[Spent] = []
    threads = [threading.Thread(target=lambda: spent.extend(quota.take("a") for _ in range(10))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(each.allowed for each in spent) == 50


@pytest.mark.parametrize("name", ["x-ms-user-quota-remaining", "x-ms-ratelimit-remaining-tenant-resource-requests"])
def test_two_headers_tell_the_same(serve: Serve, name: str) -> None:
    assert serve(quota=Quota(now=Watch())).ask("count").headers[name] == "14"
