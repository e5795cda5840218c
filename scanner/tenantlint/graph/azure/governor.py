"""How often a service that counts may be asked: one bucket for all threads that share a sign-in."""

from __future__ import annotations

import random
import re
import threading
import time
from collections import deque
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tenantlint.graph.azure.wire import Reply

_MARGIN: Final = 0.02  # seconds that a request may be faster on its way than the one fifteen before it
_SLACK: Final = 0.05  # seconds that a service may take to count a request
_JITTER: Final = 0.5  # seconds; those who were throttled together shall not come back together
_LONGEST: Final = 600.0  # seconds that anybody waits, whatever a header says
_SHORTEST: Final = 0.001  # seconds
_MOST: Final = 10_000  # requests; no quota leaves more
_THROTTLED: Final = 429


class Governor:
    """Lets ``requests`` through in any ``seconds``, fewer where the service says so, first come first served.

    The service says in its replies how many requests its window still has room for, and when the next one opens: others
    may use up the same quota. More than ``requests`` go through only where it shows that its window is larger. ``now``
    is a clock in seconds.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic, requests: int = 15, seconds: float = 5.0) -> None:
        self._now = now
        self._requests = self._most = requests
        self._seconds = seconds
        self._lock = threading.Lock()
        self._line: list[object] = []
        self._sent: deque[float] = deque()
        self._held_until = 0.0
        self._left: int | None = None  # room in the service's window; None where our own count is all that is known
        self._window_ends = 0.0  # not later than this

    def acquire(self, give_up_at: float | None, wait: Callable[[float], None]) -> None:
        """Return when a request may be sent. *wait* sleeps for a number of seconds; what it raises ends the wait.

        Raises ``TimeoutError`` once it is clear that nothing may be sent before *give_up_at*.
        """
        place = object()
        with self._lock:
            self._line.append(place)
        try:
            while pause := self._try(place, give_up_at):
                wait(pause)
        except BaseException:
            with self._lock:
                self._line.remove(place)
            raise

    def observe(self, reply: Reply) -> None:
        """Learn from the headers of *reply*; those that make no sense are ignored."""
        remaining, resets = _remaining(reply.headers), _resets_after(reply.headers)
        with self._lock:
            now = self._now()
            self._forget(now)
            if reply.status == _THROTTLED:
                self._most = self._requests
                pause = max(retry_after(reply.headers) or 0.0, resets or 0.0) or self._seconds
                jitter = random.uniform(0, _JITTER)  # noqa: S311 - a delay, not a secret
                self._held_until = max(self._held_until, now + pause + jitter)
            if remaining is not None and resets is not None:
                # It was counted before it was answered, and the service says for how long it worked on the answer.
                self._note(remaining, now, resets - max(0.0, _took(reply.headers) - _SLACK))

    def _note(self, remaining: int, now: float, resets: float) -> None:
        if resets <= 0:  # of a window that is over
            return
        if now >= self._window_ends:
            self._window_ends = now + resets
        self._window_ends = min(self._window_ends, now + resets)  # it is told in whole seconds, rounded up
        if remaining >= self._most and resets <= self._seconds:
            self._most = remaining + 1  # and the request that this is the reply to
        elif remaining <= self._most - len(self._sent):
            self._left = remaining if self._left is None else min(self._left, remaining)

    def _try(self, place: object, give_up_at: float | None) -> float:
        """Let *place* through and return 0, or return in how many seconds it is worth trying again."""
        with self._lock:
            now = self._now()
            self._forget(now)
            pause = self._pause(self._line.index(place), now)
            if give_up_at is not None and now + pause > give_up_at:
                raise TimeoutError("there is no room for a request in time")
            if pause > 0:
                return max(pause, _SHORTEST)
            self._line.remove(place)
            self._sent.append(now)
            if self._left is not None:
                self._left -= 1
            return 0.0

    def _forget(self, now: float) -> None:
        while self._sent and self._sent[0] + self._seconds + _MARGIN <= now:
            self._sent.popleft()
        if now >= self._window_ends:
            self._left = None

    def _pause(self, ahead: int, now: float) -> float:
        """Return for how many seconds nobody with so many *ahead* of them may go; there is room for those as well."""
        if now < self._held_until:
            return self._held_until - now
        if self._left is not None and ahead >= self._left:
            return self._window_ends - now
        short = ahead - self._most + len(self._sent)
        if short < 0:
            return 0.0
        if not self._sent:  # more threads than requests, and the first of them are about to go
            return _SHORTEST
        return self._sent[min(short, len(self._sent) - 1)] + self._seconds + _MARGIN - now


def _remaining(headers: Mapping[str, str]) -> int | None:
    value = headers.get("x-ms-user-quota-remaining", "")
    return int(value) if re.fullmatch(r"[0-9]{1,9}", value) and int(value) <= _MOST else None


def _resets_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds until the service's next window; the header has hours, minutes and seconds."""
    value = headers.get("x-ms-user-quota-resets-after", "")
    found = re.fullmatch(r"([0-9]{1,9}):([0-9]{2}):([0-9]{2}(?:\.[0-9]{1,9})?)", value)
    return min(int(found[1]) * 3600 + int(found[2]) * 60 + float(found[3]), _LONGEST) if found else None


def _took(headers: Mapping[str, str]) -> float:
    """Return for how many seconds the service worked on the answer; 0 where it does not say."""
    found = re.fullmatch(
        r"([0-9]{1,4}):([0-9]{1,2}):([0-9]{2}):([0-9]{2}(?:\.[0-9]{1,9})?)",
        headers.get("x-ms-resource-graph-request-duration", ""),
    )
    return ((int(found[1]) * 24 + int(found[2])) * 60 + int(found[3])) * 60 + float(found[4]) if found else 0.0


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that ``Retry-After`` asks for, as a number or as a date; None where it makes no sense."""
    value = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]+", value):
        return min(float(value), _LONGEST)
    until = _date(value)
    if until is None:
        return None
    now = _date(headers.get("date", "")) or datetime.now(UTC)  # the clock that the date was read from, if possible
    return min(max((until - now).total_seconds(), 0.0), _LONGEST)


def _date(value: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
