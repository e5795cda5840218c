"""One query on its way: its parts are read by several workers, and cut where they are too large."""

from __future__ import annotations

from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import msgspec

from tenantlint.coverage import Unread
from tenantlint.errors import KqlError, TenantlintError
from tenantlint.graph import NotReadError
from tenantlint.graph.azure.reading import Split, read
from tenantlint.graph.azure.requests import AskingError, FailedError, NoTableError, RefusedError
from tenantlint.graph.azure.scope import LIST
from tenantlint.graph.azure.units import Question, Unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from concurrent.futures import Executor, Future

    from tenantlint.graph.azure.journal import Journal
    from tenantlint.graph.azure.requests import Sender

    Running = dict[Future[int | Split], tuple["Fetch", Unit]]

_STRIKES: Final = 24
_LOST: Final = "what was read of it is not on disk any more"
_LOOKED_AT_LESS: Final = "Resource Graph looked at fewer subscriptions than it was asked to"


class LostContactError(TenantlintError):
    """Azure does not answer at all any more. What was read is kept: the run can be gone on with."""

    exit_code = 3


class _Id(msgspec.Struct):
    id: str


_ID: Final = msgspec.json.Decoder(_Id)


@dataclass
class Fetch:
    """A query over *groups* of subscriptions; what was read of it is in *journal*, what could not be in ``missed``.

    ``failed`` is why none of it can be had. Everything here happens in one thread; only the reading does not.
    """

    kql: str
    columns: tuple[str, ...]
    tables: tuple[str, ...]
    groups: Sequence[Sequence[str]]
    journal: Journal
    repeating: bool = False
    missed: list[Unread] = field(default_factory=list)
    failed: TenantlintError | NotReadError | None = None
    open_units: int = 0
    hopeless: str = ""
    """Why no more is asked for, although parts are open."""
    _strikes: int = 0
    _given_up: set[Unit] = field(default_factory=set)

    @property
    def units(self) -> list[Unit]:
        """What all of the answer is cut into at first: one for each group."""
        return [Unit(group) for group in range(len(self.groups))]

    @property
    def unread(self) -> list[Unread]:
        """What of the answer is missing."""
        cut = (entry for unit in self.journal.cut(self.units) for entry in self._missing(unit, _LOOKED_AT_LESS))
        lost = [unit for unit in self.first_units() if unit not in self._given_up] if not self.open_units else []
        return [*self.missed, *cut, *(entry for unit in lost for entry in self._missing(unit, _LOST))]

    def start(self, units: Iterable[Unit], sender: Sender, pool: Executor, running: Running) -> None:
        """Have *units* read."""
        for unit in units:
            running[pool.submit(self._read, unit, sender)] = self, unit
            self.open_units += 1

    def first_units(self) -> list[Unit]:
        """Return what is still to be read."""
        return self.journal.open(self.units)

    def question(self, unit: Unit) -> Question:
        """Return what to ask for *unit*."""
        kql = unit.kql(self.kql, repeating=self.repeating)
        return Question(kql, self.groups[unit.group], self.tables, repeating=self.repeating)

    def end(self, unit: Unit, future: Future[int | Split]) -> tuple[int, list[Unit]]:
        """Note what became of *unit*; return how many rows that were, and the parts that it has to be cut into.

        Raises what concerns all queries: ``SignedOutError``, ``LostContactError``, ``KeepingError``, ``StoppedError``.
        """
        self.open_units -= 1
        try:
            found = future.result()
        except NoTableError as error:
            self.failed = NotReadError(f"this cloud, or this account, does not have it: {error}")
        except RefusedError as error:
            self.failed = KqlError(f"Azure refuses the query: {error}", self.kql)
        except AskingError as error:
            self._miss(unit, str(error))
        except CancelledError:
            self._miss(unit, self.hopeless)
        else:
            return self._take(unit, found)
        return 0, []

    def _take(self, unit: Unit, found: int | Split) -> tuple[int, list[Unit]]:
        if isinstance(found, Split):
            self._strike(found.why, counts=found.slow)
            return 0, self._cut(unit, found)
        self._strikes = 0
        return found, []

    def _strike(self, why: str, *, counts: bool) -> None:
        """Count what failed since something was last read: a query that fails in every part is not worth the quota."""
        self._strikes += counts
        if self._strikes >= _STRIKES and not self.hopeless:
            self.hopeless = f"given up after {self._strikes} parts in a row failed: {why}"

    def _miss(self, unit: Unit, why: str) -> None:
        self._strike(why, counts=True)
        self._given_up.add(unit)
        self.missed += self._missing(unit, why)

    def lines(self) -> Iterator[bytes]:
        """Yield the rows; those of scopes above subscriptions, which come with every group, only once."""
        lines = self.journal.lines(self.units)
        if self.repeating:
            return lines  # whoever reads them takes rows that are the same for one
        return _once(lines) if len(self.groups) > 1 and self.question(Unit(0)).looks_above else lines

    def _read(self, unit: Unit, sender: Sender) -> int | Split:
        """Read *unit* and write its rows down at once, so that no more are held than are being read."""
        try:
            found = read(sender, self.question(unit))
        except FailedError as error:
            if not error.request_id:
                _demand_contact(sender)
            raise
        if isinstance(found, Split):
            return found
        self.journal.finish(unit, found.rows, cut=found.cut)
        return len(found.rows)

    def _cut(self, unit: Unit, split: Split) -> list[Unit]:
        parts = [] if self.hopeless else split.of(unit)
        if parts:
            self.journal.split(unit, split.parts)
        else:
            self._miss(unit, self.hopeless or split.why)
        return parts

    def _missing(self, unit: Unit, why: str) -> list[Unread]:
        """Say where rows are missing: everywhere if there is only one group."""
        where = self.groups[unit.group] if len(self.groups) > 1 else ("",)
        return [Unread(why, subscription, table) for subscription in where for table in self.tables]


def _demand_contact(sender: Sender) -> None:
    """Raise ``LostContactError`` where nobody answers, whatever is asked: then it is not the query."""
    try:
        sender.get(LIST)
    except FailedError as error:
        if not error.request_id:
            hint = "once there is a connection again, the same command with --resume goes on, given --snapshot"
            raise LostContactError(f"Azure cannot be reached any more: {error.words}", hint=hint) from error


def _once(lines: Iterable[bytes]) -> Iterator[bytes]:
    seen: set[str] = set()
    for line in lines:
        key = _ID.decode(line).id.lower()
        if key not in seen:
            seen.add(key)
            yield line
