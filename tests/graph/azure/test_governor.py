"""The pace of requests."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenantlint.graph.azure.governor import Governor
from tenantlint.graph.azure.wire import Reply
from tenantlint.graph.server.headers import graph_headers
from tenantlint.graph.server.quota import Quota
from tests.graph.azure.conftest import Connect, Credential, Serve, quota, reply

MARGIN = 0.02


class Watch:
    """A clock on which waiting takes no time."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds


def take(governor: Governor, watch: Watch, requests: int = 1) -> list[float]:
    """Send requests one after the other; return the times at which they went, from the start."""
    start = watch.now
    times = []
    for _ in range(requests):
        governor.acquire(None, watch.wait)
        times.append(round(watch.now - start, 6))
    return times


@pytest.fixture
def watch() -> Watch:
    return Watch()


def test_fifteen_go_at_once_and_the_next_when_the_first_is_five_seconds_old(watch: Watch) -> None:
    assert take(Governor(watch), watch, 31) == [0.0] * 15 + [5.0 + MARGIN] * 15 + [2 * (5.0 + MARGIN)]


def test_a_request_may_be_a_little_faster_than_the_one_whose_place_it_takes(watch: Watch) -> None:
    governor = Governor(watch)
    take(governor, watch, 15)
    watch.now += 5.005

    assert take(governor, watch) == [0.015]


def test_room_comes_back_one_by_one(watch: Watch) -> None:
    governor = Governor(watch, requests=2, seconds=1.0)
    take(governor, watch)
    watch.now += 0.4

    assert take(governor, watch, 4) == [0.0, 0.62, 1.02, 1.64]


@given(pauses=st.lists(st.floats(0, 3), min_size=1, max_size=80), requests=st.integers(1, 5))
@settings(deadline=None, max_examples=100)
def test_no_stretch_of_time_has_more_than_its_share(pauses: list[float], requests: int) -> None:
    watch = Watch()
    governor = Governor(watch, requests, 5.0)
    times = []
    for pause in pauses:
        watch.now += pause
        governor.acquire(None, watch.wait)
        times.append(watch.now)

    assert all(later - earlier > 5 for earlier, later in zip(times, times[requests:], strict=False))


class Service:
    """The real quota of the local Resource Graph, asked over a network with delays."""

    def __init__(self, watch: Watch, requests: int = 15) -> None:
        self.watch = watch
        self.quota = Quota(requests, 5.0, watch)
        self.refused = 0

    def ask(self, governor: Governor, there: float = 0.0, back: float = 0.0) -> Reply:
        governor.acquire(None, self.watch.wait)
        self.watch.now += there
        spent = self.quota.take("we")
        self.watch.now += back
        self.refused += not spent.allowed
        answer = Reply(200 if spent.allowed else 429, graph_headers(spent, 0), b"", "")
        governor.observe(answer)
        return answer


@pytest.mark.parametrize(
    ("duration", "pause"),
    [
        ("0:00:00:03.0000000", 2.05),
        ("0:00:00:00.0138132", 5.0),
        ("0:00:00:09.0000000", 0.0),
        ("", 5.0),
        ("3", 5.0),
        ("-1:00:00:00.0", 5.0),
    ],
)
def test_what_the_service_took_to_answer_is_not_waited_once_more(duration: str, pause: float, watch: Watch) -> None:
    governor = Governor(watch, requests=2)
    take(governor, watch)
    watch.now += 5.02  # our own count is empty again: only the reply tells
    take(governor, watch, 1)
    governor.observe(quota(0, "00:00:05", x_ms_resource_graph_request_duration=duration))

    assert take(governor, watch, 1) == [pytest.approx(pause, abs=0.001)]


@given(st.lists(st.tuples(st.floats(0, 2), st.floats(0, 2)), min_size=1, max_size=120))
@settings(deadline=None, max_examples=60)
def test_whoever_is_alone_is_never_throttled(delays: list[tuple[float, float]]) -> None:
    watch = Watch()
    service, governor = Service(watch), Governor(watch)
    for there, back in delays:
        service.ask(governor, there, back)

    assert service.refused == 0


def test_whoever_is_alone_uses_the_whole_quota(watch: Watch) -> None:
    service, governor = Service(watch), Governor(watch)
    for _ in range(150):
        service.ask(governor, there=0.002, back=0.002)

    assert service.refused == 0
    assert watch.now - 100 < 1.05 * (150 - 15) / 3


def test_two_who_share_a_quota_both_come_to_an_end(watch: Watch) -> None:
    service, governors = Service(watch), [Governor(watch), Governor(watch)]
    answered = [0, 0]
    for turn in count():
        answered[turn % 2] += service.ask(governors[turn % 2], 0.01, 0.01).status == 200
        if min(answered) >= 60:
            break

    assert watch.now - 100 < 1.5 * (sum(answered) - 15) / 3
    assert service.refused < 0.2 * sum(answered)


def test_an_old_tenant_gets_its_larger_quota(watch: Watch) -> None:
    service, governor = Service(watch, requests=150), Governor(watch)
    for _ in range(150):
        service.ask(governor)

    assert (watch.now, service.refused) == (100.0, 0)
    assert service.ask(governor).status == 200
    assert watch.now >= 105


def test_a_larger_number_over_a_longer_time_proves_nothing(watch: Watch) -> None:
    governor = Governor(watch)
    take(governor, watch)
    governor.observe(quota(149, "00:01:00"))

    assert take(governor, watch, 15)[-1] == 5 + MARGIN


def test_a_larger_quota_is_given_up_when_it_proves_wrong(watch: Watch) -> None:
    governor = Governor(watch)
    take(governor, watch)
    governor.observe(quota(149))
    governor.observe(quota(0, status=429))
    watch.now += 20

    assert take(governor, watch, 16)[-1] == 5 + MARGIN


def test_what_others_use_up_is_not_used_again(watch: Watch) -> None:
    governor = Governor(watch)
    take(governor, watch)
    governor.observe(quota(3, "00:00:04"))

    assert take(governor, watch, 4) == [0.0, 0.0, 0.0, 4.0]


def test_nothing_left_holds_everyone_until_the_window_ends(watch: Watch) -> None:
    governor = Governor(watch)
    take(governor, watch)
    governor.observe(quota(0, "00:00:03"))

    assert take(governor, watch) == [3.0]


def test_the_window_of_the_service_may_end_later_than_ours(watch: Watch) -> None:
    governor = Governor(watch)
    take(governor, watch, 15)
    watch.now += 1
    governor.observe(quota(0, "00:00:05"))

    assert take(governor, watch) == [5.0]


def test_of_several_replies_the_least_and_the_earliest_hold(watch: Watch) -> None:
    governor = Governor(watch)
    take(governor, watch, 3)
    governor.observe(quota(2, "00:00:05"))
    watch.now += 0.5
    governor.observe(quota(4, "00:00:04"))  # sent before, came later

    assert take(governor, watch, 3) == [0.0, 0.0, 4.0]


def test_what_is_left_is_forgotten_when_the_window_ends(watch: Watch) -> None:
    governor = Governor(watch)
    governor.observe(quota(1, "00:00:02"))
    watch.now += 2

    assert take(governor, watch, 15) == [0.0] * 15


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry_after": "2"}, 2),
        ({"retry_after": "2", "x_ms_user_quota_resets_after": "00:00:05"}, 5),
        ({"retry_after": "9", "x_ms_user_quota_resets_after": "00:00:05"}, 9),
        ({"x_ms_user_quota_resets_after": "00:01:05"}, 65),
        ({"x_ms_user_quota_resets_after": "00:00:02.5"}, 2.5),
        ({"retry_after": "Fri, 20 Nov 2026 10:00:08 GMT", "date": "Fri, 20 Nov 2026 10:00:00 GMT"}, 8),
        ({"retry_after": "99999"}, 600),
        ({"x_ms_user_quota_resets_after": "99:00:00"}, 600),
        ({"retry_after": "soon", "x_ms_user_quota_resets_after": "soon"}, 5),
        ({"retry_after": "0"}, 5),
        ({}, 5),
    ],
)
def test_a_throttled_reply_holds_everyone_for_as_long_as_it_says(
    watch: Watch, headers: dict[str, str], seconds: float
) -> None:
    governor = Governor(watch)
    governor.observe(reply(429, **headers))

    assert seconds <= take(governor, watch)[0] <= seconds + 0.5


def test_those_who_were_throttled_together_do_not_come_back_together(watch: Watch) -> None:
    governors = [Governor(watch) for _ in range(20)]
    for governor in governors:
        governor.observe(reply(429, retry_after="2"))
    start = watch.now
    times = set()
    for governor in governors:
        watch.now = start
        times.add(take(governor, watch)[0])

    assert len(times) > 10


def test_a_shorter_hold_does_not_end_a_longer_one(watch: Watch) -> None:
    governor = Governor(watch)
    governor.observe(reply(429, retry_after="60"))
    governor.observe(reply(429, retry_after="1"))

    assert take(governor, watch)[0] >= 60


@pytest.mark.parametrize("remaining", ["", "-5", "x", "1.0", "1e3", "10001", "9" * 5000, "\u0661"])
@pytest.mark.parametrize("resets", ["00:00:05", "", "-00:00:05", "5", "soon", "00:00:5x", "1:2:3"])
def test_headers_that_make_no_sense_change_nothing(watch: Watch, remaining: str, resets: str) -> None:
    governor = Governor(watch)
    take(governor, watch)
    governor.observe(quota(remaining, resets))

    assert take(governor, watch, 15) == [0.0] * 14 + [5 + MARGIN]


@pytest.mark.parametrize("resets", ["", "-00:00:05", "5", "soon"])
def test_nothing_left_without_an_end_changes_nothing(watch: Watch, resets: str) -> None:
    governor = Governor(watch)
    governor.observe(quota(0, resets))

    assert take(governor, watch) == [0.0]


def test_a_wait_that_would_be_too_long_is_given_up_at_once(watch: Watch) -> None:
    governor = Governor(watch)
    governor.observe(reply(429, retry_after="60"))

    with pytest.raises(TimeoutError):
        governor.acquire(watch.now + 59, watch.wait)
    assert watch.now == 100

    governor.acquire(watch.now + 61, watch.wait)
    assert watch.now >= 160


def test_whoever_stops_waiting_is_in_nobodys_way(watch: Watch) -> None:
    governor = Governor(watch, requests=1, seconds=1.0)
    take(governor, watch)

    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        governor.acquire(None, interrupt)
    assert take(governor, watch) == [1 + MARGIN]


def test_threads_go_in_the_order_in_which_they_came() -> None:
    governor = Governor(requests=1, seconds=0.03)
    went: list[int] = []
    lock = threading.Lock()

    def go(number: int) -> None:
        governor.acquire(None, time.sleep)
        with lock:
            went.append(number)

    threads = [threading.Thread(target=go, args=(number,)) for number in range(8)]
    for number, thread in enumerate(threads):
        thread.start()
        while len(governor._line) + len(governor._sent) + len(went) <= number:  # noqa: SLF001 - until it is in line
            time.sleep(0.0005)
    for thread in threads:
        thread.join()

    assert went == sorted(went)


def test_more_threads_than_requests_all_get_through() -> None:
    governor = Governor(requests=3, seconds=0.05)
    started = time.monotonic()
    with ThreadPoolExecutor(12) as threads:
        list(threads.map(lambda _: governor.acquire(None, time.sleep), range(24)))
    took = time.monotonic() - started

    assert 7 * 0.05 <= took < 4 * 7 * 0.05


def test_eight_threads_use_the_quota_of_a_resource_graph_and_are_never_throttled(
    serve: Serve, connect: Connect
) -> None:
    seconds = 4.0  # not 5: that is when the server's own HTTP library closes connections that are idle
    channel, governor = connect(serve(quota=Quota(15, seconds))), Governor(seconds=seconds)

    def ask(_: int) -> int:
        governor.acquire(None, time.sleep)
        answer = channel.query(b'{"query":"Resources | project id | take 1"}')
        governor.observe(answer)
        return answer.status

    started = time.monotonic()
    with ThreadPoolExecutor(8) as threads:
        statuses = list(threads.map(ask, range(45)))
    took = time.monotonic() - started

    assert statuses == [200] * 45
    assert took <= 2 * (45 - 15) / (
        15 / seconds
    )  # how near it comes is the benchmark's to tell: others are at work here


def test_two_collectors_with_one_sign_in_both_finish(serve: Serve, connect: Connect) -> None:
    url = serve(quota=Quota(15, 1.0))
    statuses: list[int] = []

    def collect(_: int) -> int:
        channel, governor = connect(url, Credential()), Governor(seconds=1.0)  # both tokens are secret-1
        answered = 0
        while answered < 30:
            governor.acquire(None, time.sleep)
            answer = channel.query(b'{"query":"Resources | project id | take 1"}')
            governor.observe(answer)
            statuses.append(answer.status)
            answered += answer.status == 200
        return answered

    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(collect, range(2))) == [30, 30]
    assert set(statuses) <= {200, 429}
