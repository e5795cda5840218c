"""What goes wrong, and when: a script for tests of clients."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tenantlint.graph.server.effects import Effect

GRAPH: Final = "/providers/microsoft.resourcegraph/resources"


@dataclass(frozen=True, slots=True)
class Seen:
    """A request as a script sees it: the ``request``-th to this ``path`` (in lower case), for this ``page``."""

    request: int
    path: str = GRAPH
    query: str = ""
    page: int = 1


When: TypeAlias = "Callable[[Seen], bool]"


@dataclass(frozen=True, slots=True)
class Fault:
    """Does ``effect`` to the requests that all of the rest holds for, at most ``times`` times; 0 is always.

    ``query`` is a part of the query's text, in any case. Requests and pages count from 1.
    """

    effect: Effect
    request: int | None = None
    page: int | None = None
    query: str = ""
    path: str = GRAPH
    times: int = 1
    when: When | None = None

    def meets(self, seen: Seen) -> bool:
        """Tell whether the fault is meant for this request."""
        return (
            seen.path == self.path.lower()
            and self.request in {None, seen.request}
            and self.page in {None, seen.page}
            and self.query.lower() in seen.query.lower()
            and (self.when is None or self.when(seen))
        )


class FaultScript:
    """The faults of one server, and how often each of them has been used."""

    def __init__(self, faults: Sequence[Fault] = ()) -> None:
        self._faults = tuple(faults)
        self._used = [0] * len(self._faults)
        self._requests: Counter[str] = Counter()
        self._lock = threading.Lock()

    def due(self, path: str, query: str = "", page: int = 1) -> list[Effect]:
        """Count a request, and return what is to be done to it, in the script's own order."""
        with self._lock:
            self._requests[path] += 1
            seen = Seen(self._requests[path], path, query, page)
            return [fault.effect for at, fault in enumerate(self._faults) if fault.meets(seen) and self._use(at)]

    def _use(self, at: int) -> bool:
        self._used[at] += 1
        times = self._faults[at].times
        return not times or self._used[at] <= times
