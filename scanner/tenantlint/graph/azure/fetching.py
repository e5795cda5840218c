"""One query on its way: its parts are read by several workers, and cut where they are too large."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import msgspec

from tenantlint.coverage import Unread
from tenantlint.errors import KqlError, TenantlintError
from tenantlint.graph import NotReadError
from tenantlint.graph.azure.answers import TruncatedError
from tenantlint.graph.azure.reading import Split, Whole, read
from tenantlint.graph.azure.requests import AskingError, NoTableError, RefusedError
from tenantlint.graph.azure.units import Question, Unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from concurrent.futures import Executor, Future

    from tenantlint.graph.azure.journal import Journal
    from tenantlint.graph.azure.requests import Sender

    Running = dict[Future[Whole | Split], tuple["Fetch", Unit]]

_LARGEST_MODULUS: Final = 1_000_000
"""Beyond this, a part that is too large is one row that is too large."""


class _Id(msgspec.Struct):
    id: str


_ID: Final = msgspec.json.Decoder(_Id)


@dataclass
class Fetch:
    """A query over *groups* of subscriptions; what was read of it is in *journal*, what could not be in ``unread``.

    ``failed`` is why none of it can be had. Everything here happens in one thread; only the reading does not.
    """

    kql: str
    columns: tuple[str, ...]
    tables: tuple[str, ...]
    groups: Sequence[Sequence[str]]
    journal: Journal
    unread: list[Unread] = field(default_factory=list)
    failed: TenantlintError | NotReadError | None = None
    open_units: int = 0

    def start(self, units: Iterable[Unit], sender: Sender, pool: Executor, running: Running) -> None:
        """Have *units* read."""
        for unit in units:
            running[pool.submit(read, sender, self.question(unit))] = self, unit
            self.open_units += 1

    def first_units(self) -> list[Unit]:
        """Return what is still to be read."""
        return self.journal.open(Unit(group) for group in range(len(self.groups)))

    def question(self, unit: Unit) -> Question:
        """Return what to ask for *unit*."""
        return Question(unit.kql(self.kql), self.groups[unit.group], self.tables)

    def end(self, unit: Unit, future: Future[Whole | Split]) -> tuple[int, list[Unit]]:
        """Take what was read of *unit*; return how many rows that were, and the parts that it has to be cut into.

        Raises what concerns not this query but all of them: ``SignedOutError``, ``StoppedError``, defects.
        """
        self.open_units -= 1
        try:
            found = future.result()
        except NoTableError as error:
            self.failed = NotReadError(f"this cloud, or this account, does not have it: {error}")
        except RefusedError as error:
            self.failed = KqlError(f"Azure refuses the query: {error}", self.kql)
        except (AskingError, TruncatedError) as error:
            self._miss(unit, str(error))
        else:
            return self._take(unit, found)
        return 0, []

    def _take(self, unit: Unit, found: Whole | Split) -> tuple[int, list[Unit]]:
        if isinstance(found, Split):
            return 0, self._cut(unit, found.parts)
        if found.cut:
            self._miss(unit, "Resource Graph looked at fewer subscriptions than it was asked to")
        self.journal.finish(unit, found.rows)
        return len(found.rows), []

    def _cut(self, unit: Unit, parts: int) -> list[Unit]:
        if unit.modulus * parts <= _LARGEST_MODULUS:
            return self.journal.split(unit, parts)
        self._miss(unit, "a single row is more than Resource Graph gives at once")
        return []

    def _miss(self, unit: Unit, why: str) -> None:
        """Note that rows are missing, and where: everywhere if there is only one group."""
        where = self.groups[unit.group] if len(self.groups) > 1 else ("",)
        self.unread += [Unread(why, subscription, table) for subscription in where for table in self.tables]

    def lines(self) -> Iterator[bytes]:
        """Yield the rows; those of scopes above subscriptions, which come with every group, only once."""
        if len(self.groups) > 1 and self.question(Unit(0)).looks_above:
            return _once(self.journal.lines())
        return self.journal.lines()


def _once(lines: Iterable[bytes]) -> Iterator[bytes]:
    seen: set[str] = set()
    for line in lines:
        key = _ID.decode(line).id.lower()
        if key not in seen:
            seen.add(key)
            yield line
