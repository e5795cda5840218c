"""Asking until there is an answer."""

import base64
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import orjson
import pytest
from azure.core.credentials import AccessTokenInfo

from tenantlint.graph.azure.answers import read_page
from tenantlint.graph.azure.requests import (
    AskingError,
    DeadlineError,
    DeniedError,
    FailedError,
    NoTableError,
    RefusedError,
    StoppedError,
    TooMuchError,
)
from tenantlint.graph.azure.wire import SignedOutError
from tenantlint.graph.server.effects import Effect, Expire, Fail, NotJson, Reset, Slow, Throttle, Truncate
from tenantlint.graph.server.faults import Fault
from tenantlint.graph.server.service import Settings
from tests.graph.azure.conftest import PAGE, QUERY, Ask, Asking, Credential, Script, Serve, http
from tests.graph.server.clients import DEMO, READ, STRANGER, container
from tests.makers import write_copy

LIST = "/subscriptions?api-version=2022-12-01"
LISTED = len(orjson.loads((DEMO / "copy.json").read_bytes())["subscriptions"])

PASSES: dict[str, tuple[Effect, int]] = {
    "throttled": (Throttle(1), 8),
    "throttled without a time": (Throttle(None), 8),
    "throttled by the manager": (Throttle(1, manager=True), 8),
    "a bad gateway": (Fail(502), 5),
    "unavailable": (Fail(503), 5),
    "broken": (Fail(500), 1),
    "timed out": (Fail(504), 1),
    "reset": (Reset(), 5),
    "cut off": (Truncate(0.3), 5),
    "no JSON": (NotJson(), 5),
    "JSON, but no rows": (NotJson("{}"), 5),
    "expired": (Expire(), 2),
}


@pytest.mark.parametrize(("effect", "times"), PASSES.values(), ids=PASSES)
def test_trouble_passes(serve: Serve, ask: Ask, effect: Effect, times: int) -> None:
    asking = ask(serve(faults=[Fault(effect, times=times)]))

    page = read_page(asking.sender.send(QUERY).body)

    assert page.count == 50
    assert asking.requests == times + 1


GIVEN_UP: dict[str, tuple[Effect, int, type[Exception], str]] = {
    "a bad gateway": (Fail(502), 6, FailedError, "gave up after 6 tries: The gateway received an invalid response"),
    "unavailable": (Fail(503), 6, FailedError, "gave up after 6 tries: The service is temporarily unavailable"),
    "broken": (Fail(500), 2, TooMuchError, "An unexpected query execution error"),
    "timed out": (Fail(504), 2, TooMuchError, "The gateway did not receive a response"),
    "reset": (Reset(), 6, FailedError, "gave up after 6 tries: no answer: "),
    "cut off": (Truncate(0.3), 6, FailedError, "gave up after 6 tries: no answer: "),
    "no JSON": (NotJson(), 6, FailedError, "gave up after 6 tries: no whole answer: "),
    "JSON, but no rows": (NotJson("[]"), 6, FailedError, "gave up after 6 tries: the answer is no list of rows"),
    "expired": (Expire(), 3, SignedOutError, "The access token expiry UTC time"),
}


@pytest.mark.parametrize(("effect", "requests", "error", "words"), GIVEN_UP.values(), ids=GIVEN_UP)
def test_trouble_that_does_not_pass_is_given_up(  # noqa: PLR0913, PLR0917 - parameters
    serve: Serve, ask: Ask, effect: Effect, requests: int, error: type[Exception], words: str
) -> None:
    asking = ask(serve(faults=[Fault(effect, times=0)]))

    with pytest.raises(error) as raised:
        asking.sender.send(QUERY)

    assert str(raised.value).startswith(words)
    assert asking.requests == requests


REFUSED: dict[str, tuple[dict[str, object], type[AskingError], str]] = {
    "no KQL": ({"query": "where where"}, RefusedError, "Query is invalid."),
    "no such table": ({"query": "NoSuchResources"}, NoTableError, "Table NoSuchResources is invalid"),
    "nobody's subscription": ({"query": "Resources", "subscriptions": [STRANGER]}, DeniedError, "There must be"),
}


@pytest.mark.parametrize(("asked", "error", "words"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused_is_not_asked_again(
    serve: Serve, ask: Ask, asked: object, error: type[AskingError], words: str
) -> None:
    asking = ask(serve())

    with pytest.raises(error) as raised:
        asking.sender.send(orjson.dumps(asked))

    assert asking.requests == 1
    assert raised.value.words.startswith(words)
    assert len(raised.value.request_id) == 36
    assert str(raised.value) == f"{raised.value.words} (correlation id {raised.value.request_id})"
    assert raised.value.exit_code == 3


def test_an_answer_that_is_too_large_is_not_asked_for_again(serve: Serve, ask: Ask) -> None:
    asking = ask(serve(settings=Settings(payload=500)))

    with pytest.raises(TooMuchError, match="Response payload size is"):
        asking.sender.send(QUERY)
    assert asking.requests == 1


@pytest.mark.parametrize("status", [204, 302, 404, 407, 418])
def test_what_no_resource_graph_says_is_not_asked_again(stub: Script, ask: Ask, status: int) -> None:
    asking = ask(stub(http(status, b"")).url)

    with pytest.raises(FailedError, match=f"^HTTP {status}$"):
        asking.sender.send(QUERY)
    assert asking.requests == 1


def test_troubles_of_several_kinds_are_counted_one_by_one(serve: Serve, ask: Ask) -> None:
    effects: list[Effect] = [
        Fail(503),
        Throttle(1),
        Expire(),
        Reset(),
        Fail(500),
        Throttle(1),
        Fail(502),
        Expire(),
        Fail(503),
    ]
    faults = [Fault(effect, request=number) for number, effect in enumerate(effects, start=1)]
    asking = ask(serve(faults=faults))

    assert asking.sender.send(QUERY).status == 200
    assert asking.requests == len(effects) + 1


@pytest.mark.parametrize("said", ["", "1"])
def test_pauses_grow_and_are_told(stub: Script, ask: Ask, monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setattr(random, "uniform", lambda _, high: high)
    asking = ask(stub(http(503, b"", retry_after=said)).url)

    started = time.monotonic()
    with pytest.raises(FailedError):
        asking.sender.send(QUERY)
    took = time.monotonic() - started

    assert asking.told == [f"trying again in {pause} s: HTTP 503" for pause in (1, 2, 4, 8, 16)]
    assert 0.31 <= took < 1.0


def test_no_two_pauses_are_alike(stub: Script, ask: Ask) -> None:
    asking = ask(stub(http(503, b"")).url, haste=0.0001)
    pauses: list[float] = []
    real = asking.stop.wait

    def wait(seconds: float) -> bool:
        pauses.append(seconds)
        return real(seconds)

    asking.stop.wait = wait  # type: ignore[assignment, method-assign]  # it only listens
    with pytest.raises(FailedError):
        asking.sender.send(QUERY)

    grown = [pause / 0.0001 for pause in pauses if pause]
    assert [low <= pause <= 2 * low for low, pause in zip([0.5, 1, 2, 4, 8], grown, strict=True)] == [True] * 5
    assert grown != [1, 2, 4, 8, 16]


def test_a_service_that_wants_more_time_gets_it(stub: Script, ask: Ask) -> None:
    asking = ask(stub(http(503, b"", retry_after="20"), http()).url)

    started = time.monotonic()
    asking.sender.send(QUERY)

    assert time.monotonic() - started >= 0.2
    assert asking.told == ["trying again in 20 s: HTTP 503"]


def test_an_expired_token_is_replaced(serve: Serve, ask: Ask) -> None:
    credential = Credential()
    asking = ask(serve(faults=[Fault(Expire(), request=2)]), credential)

    assert [asking.sender.send(QUERY).sign_in for _ in range(3)] == [1, 2, 2]
    assert len(credential.asked) == 2


class Expiring(Credential):
    """A credential whose first token is a JSON Web Token that has expired, though it says otherwise."""

    def get_token_info(self, *scopes: str) -> AccessTokenInfo:
        found = super().get_token_info(*scopes)
        claims = base64.urlsafe_b64encode(orjson.dumps({"exp": 1})).decode().rstrip("=")
        return found if len(self.asked) > 1 else AccessTokenInfo(f"e30.{claims}.x", found.expires_on)


def test_threads_whose_token_expires_together_renew_it_together(serve: Serve, ask: Ask) -> None:
    credential = Expiring()
    asking = ask(serve(), credential)

    with ThreadPoolExecutor(8) as threads:
        assert {reply.status for reply in threads.map(lambda _: asking.sender.send(QUERY), range(8))} == {200}
    assert len(credential.asked) == 2


def test_what_a_reply_says_of_the_quota_holds_the_next_request(stub: Script, ask: Ask) -> None:
    asking = ask(stub(http(200, PAGE, x_ms_user_quota_remaining="0", x_ms_user_quota_resets_after="00:00:30")).url)
    asking.sender.send(QUERY)

    started = time.monotonic()
    asking.sender.send(QUERY)

    assert time.monotonic() - started > 0.25


def test_a_throttled_collector_goes_on_until_its_deadline(stub: Script, ask: Ask) -> None:
    asking = ask(stub(http(429, b"", retry_after="1")).url, deadline=0.5)

    started = time.monotonic()
    with pytest.raises(DeadlineError):
        asking.sender.send(QUERY)

    assert 0.3 < time.monotonic() - started < 1.0
    assert asking.requests > 6
    assert set(asking.told) == {"trying again in 1 s: HTTP 429"}


def test_nothing_is_waited_for_that_comes_too_late(stub: Script, ask: Ask) -> None:
    asking = ask(stub(http(503, b"", retry_after="60")).url, deadline=0.5)

    started = time.monotonic()
    with pytest.raises(DeadlineError):
        asking.sender.send(QUERY)

    assert time.monotonic() - started < 0.4
    assert asking.requests == 1


def test_nothing_is_asked_after_the_deadline(stub: Script, ask: Ask) -> None:
    server = stub(http())
    asking = ask(server.url, deadline=-1)

    for request in (lambda: asking.sender.send(QUERY), lambda: asking.sender.get(LIST)):
        with pytest.raises(DeadlineError):
            request()
    assert server.asked == []


def test_the_deadline_passes_while_nothing_is_answered(serve: Serve, ask: Ask) -> None:
    asking = ask(serve(faults=[Fault(Slow(5.0))]), deadline=0.3)

    started = time.monotonic()
    with pytest.raises(DeadlineError):
        asking.sender.send(QUERY)
    assert 0.3 <= time.monotonic() - started < 0.6


def slow(serve: Serve, _: Script, ask: Ask) -> Asking:
    return ask(serve(faults=[Fault(Slow(5.0))]))


def backing_off(_: Serve, stub: Script, ask: Ask) -> Asking:
    return ask(stub(http(503, b"", retry_after="60")).url, haste=1.0)


def held(_: Serve, stub: Script, ask: Ask) -> Asking:
    return ask(stub(http(429, b"", retry_after="60")).url, haste=1.0)


def in_line(_: Serve, stub: Script, ask: Ask) -> Asking:
    asking = ask(stub(http()).url, haste=1.0)
    for __ in range(15):
        asking.sender.send(QUERY)
    return asking


@pytest.mark.parametrize("start", [slow, backing_off, held, in_line])
def test_whoever_is_stopped_stops_at_once(
    serve: Serve, stub: Script, ask: Ask, start: Callable[[Serve, Script, Ask], Asking]
) -> None:
    asking = start(serve, stub, ask)
    stopped = threading.Timer(0.3, asking.stop.set)
    stopped.start()

    started = time.monotonic()
    with pytest.raises(StoppedError):
        asking.sender.send(QUERY)
    assert 0.25 < time.monotonic() - started < 0.3 + 0.2
    stopped.join()


def test_nothing_is_asked_after_a_stop(stub: Script, ask: Ask) -> None:
    server = stub(http())
    asking = ask(server.url)
    asking.stop.set()

    with pytest.raises(StoppedError):
        asking.sender.send(QUERY)
    assert server.asked == []


def test_an_error_of_ours_is_not_taken_for_the_services(stub: Script, ask: Ask) -> None:
    class Broken(Credential):
        def get_token_info(self, *_: str) -> Any:  # noqa: ANN401 - nothing
            raise RuntimeError("a mistake")

    with pytest.raises(RuntimeError, match="a mistake"):
        ask(stub(http()).url, Broken()).sender.send(QUERY)


def test_a_list_is_read_page_after_page(serve: Serve, ask: Ask, tmp_path: Path) -> None:
    names = [f"{READ[:-2]}{number:02}" for number in range(7)]
    copy = write_copy(
        tmp_path, {"ResourceContainers": [container(f"/subscriptions/{name}", [], name) for name in names]}
    )
    asking = ask(serve(copy, settings=Settings(listed=3)))

    listed: Any = asking.sender.get(LIST)

    assert [each["subscriptionId"] for each in listed] == names
    assert asking.requests == 3


@pytest.mark.parametrize(
    "effect",
    [Throttle(1), Throttle(None), Fail(500), Fail(502), Fail(504), Reset(), Truncate(), NotJson(), NotJson("{}")],
)
def test_a_list_is_read_through_trouble(serve: Serve, ask: Ask, effect: Effect) -> None:
    asking = ask(serve(DEMO, faults=[Fault(effect, path="/subscriptions", times=5)]))

    assert len(asking.sender.get(LIST)) == LISTED
    assert asking.requests == 6


def test_an_expired_token_is_replaced_for_a_list(serve: Serve, ask: Ask) -> None:
    assert len(ask(serve(faults=[Fault(Expire(), path="/subscriptions")])).sender.get(LIST)) == LISTED


def test_a_list_that_fails_for_good_is_an_error(serve: Serve, ask: Ask) -> None:
    asking = ask(serve(faults=[Fault(Fail(504), path="/subscriptions", times=0)]))

    with pytest.raises(FailedError, match="gave up after 6 tries"):
        asking.sender.get(LIST)


def test_a_list_takes_nothing_of_the_quota(serve: Serve, ask: Ask) -> None:
    asking = ask(serve(), haste=1.0)
    started = time.monotonic()
    for _ in range(20):
        asking.sender.get(LIST)

    assert time.monotonic() - started < 4


def following(link: object) -> bytes:
    return http(200, orjson.dumps({"value": [1], "nextLink": link}))


def test_a_list_ends_where_nothing_follows(stub: Script, ask: Ask) -> None:
    asking = ask(stub(following("/next?page=2"), following(""), following(None)).url)

    assert [asking.sender.get(LIST), asking.sender.get(LIST)] == [[1, 1], [1]]


def test_a_list_does_not_go_on_at_another_host(stub: Script, ask: Ask) -> None:
    elsewhere = stub(http(200, b'{"value":[2]}'))
    asking = ask(stub(following(f"{elsewhere.url}/subscriptions")).url)

    with pytest.raises(FailedError, match="another host"):
        asking.sender.get(LIST)
    assert elsewhere.asked == []


@pytest.mark.parametrize("links", [[LIST], ["/b", "/c", "/b"]])
def test_a_list_does_not_go_round_in_a_circle(stub: Script, ask: Ask, links: list[str]) -> None:
    asking = ask(stub(*map(following, links)).url)

    with pytest.raises(FailedError, match="circle"):
        asking.sender.get(LIST)
    assert asking.requests == len(links)


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"value":{}}', b'{"value":[],"nextLink":5}', b"[" * 100_000, PAGE])
def test_what_is_no_list_is_not_taken_for_one(stub: Script, ask: Ask, body: bytes) -> None:
    asking = ask(stub(http(200, body)).url)

    with pytest.raises(FailedError, match="gave up after 6 tries"):
        asking.sender.get(LIST)
