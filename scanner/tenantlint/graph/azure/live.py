"""The live resource graph: a tenant read through Azure Resource Graph."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Final, Self

from tenantlint.coverage import Coverage
from tenantlint.errors import KqlError
from tenantlint.graph import RESOURCE_GRAPH_TABLES, Answer, GraphInfo, NotReadError
from tenantlint.graph.azure.fetching import Fetch
from tenantlint.graph.azure.journal import Journal
from tenantlint.graph.azure.scope import hidden_since
from tenantlint.graph.azure.units import in_order, open_ended
from tenantlint.graph.dialect import check
from tenantlint.graph.engine import STANDARD_COLUMNS
from tenantlint.graph.listings import TOO_MANY_GROUPS, combines

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from tenantlint.graph.azure.fetching import Running
    from tenantlint.graph.azure.requests import Sender
    from tenantlint.graph.azure.scope import Scope

WORKERS: Final = 8
"""Requests on their way at once: 3 a second, each of which may take a while."""
_TICK: Final = 0.2  # seconds; a wait without an end could not be interrupted everywhere


@dataclass(frozen=True, slots=True)
class Tenant:
    """Which tenant is read, in which cloud, since when, and what of it the user named."""

    cloud: str
    id: str
    started_at: datetime
    named: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass
class AzureGraph:
    """Reads the *scope* of a *tenant* by asking *sender*; what was read is kept in *folder* until the run is complete.

    What cannot be read is in the coverage that :meth:`info` gives. Use it in a ``with`` block, in one thread: leaving
    the block sets *stop*, which ends whatever *sender* is waiting for.
    """

    sender: Sender
    tenant: Tenant
    scope: Scope
    folder: Path
    stop: threading.Event
    clock: Callable[[], datetime]
    progress: Callable[[str], None] = lambda _: None
    rows: int = 0
    _fetches: dict[tuple[str, bool], Fetch] = field(default_factory=dict)
    _running: Running = field(default_factory=dict)
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(WORKERS, "resource-graph"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self._pool.shutdown(cancel_futures=True)

    def prepare(self, queries: Iterable[str], *, repeating: Iterable[str] = ()) -> None:
        """Start reading *queries*: all at once, since the quota is better used by many than by one."""
        for key in [*((kql, False) for kql in queries), *((kql, True) for kql in repeating)]:
            if key not in self._fetches:
                with suppress(KqlError, NotReadError):  # whoever fetches it is told
                    self._start(*key)

    def fetch(self, kql: str, into: Path, *, repeating: bool = False) -> Answer:
        """Run *kql* over the scope; see :class:`~tenantlint.graph.ResourceGraph`.

        Raises, besides, ``SignedOutError``, ``LostContactError``, ``KeepingError`` and ``StoppedError``: it can be
        gone on with later.
        """
        fetch = self._fetches.get((kql, repeating)) or self._start(kql, repeating)
        while fetch.open_units:
            self._wait()
        if fetch.failed:
            raise fetch.failed
        with into.open("wb") as out:
            out.writelines(fetch.lines())
        return Answer(fetch.columns, fetch.tables, tuple(fetch.unread))

    def info(self) -> GraphInfo:
        """Describe what was read. Whether all of it can still be seen is asked once more: access may end any time."""
        at = self.tenant
        gone = hidden_since(self.sender, self.scope, out_of_time=any(fetch.unread for fetch in self._fetches.values()))
        coverage = Coverage(self.scope.subscriptions, (*self.scope.unread, *gone))
        return GraphInfo("Azure Resource Graph", at.cloud, at.id, at.started_at, self.clock(), coverage, at.named)

    def _start(self, kql: str, repeating: bool) -> Fetch:  # noqa: FBT001 - of two callers
        checked = check(kql, dict.fromkeys(RESOURCE_GRAPH_TABLES, STANDARD_COLUMNS))
        if "id" not in checked.columns:
            raise KqlError(
                "an answer is read in parts by the ids of its rows: the query must project a column 'id'", kql
            )
        if repeating and len(self.scope.groups) > 1 and combines(kql):
            raise NotReadError(TOO_MANY_GROUPS)
        tables = tuple(sorted({name.lower() for name in checked.tables}))
        asked = open_ended(kql) if repeating else in_order(kql)
        name = sha256(f"{kql}\0repeating".encode() if repeating else kql.encode()).hexdigest()[:16]
        journal = Journal(self.folder / name)
        fetch = Fetch(asked, checked.columns, tables, self.scope.groups, journal, repeating)
        self._fetches[kql, repeating] = fetch
        fetch.start(fetch.first_units(), self.sender, self._pool, self._running)
        return fetch

    def _wait(self) -> None:
        """Take what was read meanwhile, of whichever query."""
        for future in wait(self._running, _TICK, FIRST_COMPLETED).done:
            fetch, unit = self._running.pop(future)
            rows, parts = fetch.end(unit, future)
            self.rows += rows
            fetch.start(parts, self.sender, self._pool, self._running)
            if fetch.hopeless:
                self._cancel(fetch)
            self.progress(f"{self.rows:,} rows read, {len(self._running)} requests or more to go")

    def _cancel(self, fetch: Fetch) -> None:
        """Ask for nothing more of *fetch*: its parts that wait end at once."""
        for future, (whose, _) in self._running.items():
            if whose is fetch:
                future.cancel()
