"""How many queries one caller may ask: 15 in a window of 5 seconds, which starts with the first of them."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

REQUESTS: Final = 15
SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class Spent:
    """What is left of a quota after a query: whether it was ``allowed``, queries, and seconds until all is new."""

    allowed: bool
    remaining: int
    resets_after: int


class Quota:
    """The windows of all callers. ``requests`` is None where nobody counts.

    A failed query counts as any other. Callers are told apart by what they show; that is kept for one window only.
    """

    def __init__(
        self, requests: int | None = REQUESTS, seconds: float = SECONDS, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._requests = requests
        self._seconds = seconds
        self._now = now
        self._windows: dict[str, tuple[float, int]] = {}
        self._lock = threading.Lock()

    def take(self, caller: str) -> Spent:
        """Count one query of *caller*."""
        if self._requests is None:
            return Spent(allowed=True, remaining=REQUESTS - 1, resets_after=ceil(self._seconds))
        with self._lock:
            now = self._now()
            self._forget(now)
            end, used = self._windows.get(caller, (now + self._seconds, 0))
            self._windows[caller] = (end, used + 1)
        left = self._requests - used - 1
        return Spent(allowed=left >= 0, remaining=max(left, 0), resets_after=ceil(round(end - now, 6)))

    def _forget(self, now: float) -> None:
        for caller in [caller for caller, (end, _) in self._windows.items() if end <= now]:
            del self._windows[caller]
