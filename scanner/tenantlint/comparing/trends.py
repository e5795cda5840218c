"""What ``tenantlint trend`` tells: night after night, how many violations there were and what became of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tenantlint.comparing.comparison import Comparison, Earlier
from tenantlint.model import LEVELS
from tenantlint.nights.ledger import Records
from tenantlint.nights.night import CARRIED
from tenantlint.nights.reach import deleted
from tenantlint.nights.seen import Seen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from tenantlint.comparing.changes import Change
    from tenantlint.model import Level
    from tenantlint.nights.night import Night, Told
    from tenantlint.nights.reach import Reach


@dataclass
class Row:
    """One night in numbers. ``levels`` counts violations that nobody waived.

    ``new``, ``fixed``, ``reopened`` and ``unknown`` are None in the first night, ``unread`` where the night does not
    say how many subscriptions it could not read.
    """

    name: str
    at: datetime
    levels: Counter[Level] = field(default_factory=Counter)
    new: int | None = None
    fixed: int | None = None
    reopened: int | None = None
    unknown: int | None = None
    not_evaluable: int = 0
    unread: int | None = None
    incomplete: bool = False

    def record(self) -> dict[str, Any]:
        """Return the night as a JSON object; names are those of the columns of the CSV."""
        return {
            "at": f"{self.at:%Y-%m-%dT%H:%M:%SZ}",
            **{f"{level}s": self.levels[level] for level in LEVELS},
            "new": self.new,
            "fixed": self.fixed,
            "reopened": self.reopened,
            "no_longer_known": self.unknown,
            "not_evaluable": self.not_evaluable,
            "unread_subscriptions": self.unread,
            "incomplete": self.incomplete,
            "name": self.name,
        }


class Trend:
    """Compares each night with what was known before it.

    What a night could not see is carried on: it is neither fixed then nor new when it is seen again. A night that was
    incomplete fixes nothing: what looks fixed in it counts in the next night that is complete and says the same.
    """

    def __init__(self) -> None:
        self._earlier: Earlier | None = None
        self._ended: set[bytes] = set()
        self._reach: Reach | None = None

    def rows(self, nights: Iterable[Night]) -> Iterator[Row]:
        """Yield a row for each of *nights*, which are in the order of their times."""
        for night in nights:
            assert night.at is not None
            row = Row(night.name, night.at)
            self._earlier = self._step(row, night)
            row.unread, row.incomplete = night.unread, night.incomplete
            yield row

    def _step(self, row: Row, night: Night) -> Earlier:
        before, after, seems_fixed = self._earlier, Earlier(), Records()
        comparison = Comparison(before or Earlier(), night.doubt)
        step = _Step(row, after, seems_fixed, self._ended)
        if before:
            row.new = row.fixed = row.reopened = row.unknown = 0
        for told in night.verdicts():
            if told.cause == CARRIED:
                continue
            step.count(told)
            for change in comparison.look_at(told):
                step.note(change)
        for change in comparison.rest(night.rules, night.gap, deleted(self._reach, night.reach, comparison.unseen)):
            step.note(change)
        self._settle(row, seems_fixed, after, fixes=not night.incomplete)
        after.rules = night.rules | (before.rules if before else frozenset())
        after.seen = _seen(before, comparison, night)
        self._reach = self._reach if before and night.incomplete else night.reach
        if before:
            before.ledger.close()
        return after

    def _settle(self, row: Row, seems_fixed: Records, after: Earlier, *, fixes: bool) -> None:
        for told in seems_fixed.all():
            if fixes:
                row.fixed = (row.fixed or 0) + len(told.found)
                self._ended.update(each.key for each in told.found)
            else:
                after.keep(told)
        seems_fixed.close()


@dataclass
class _Step:
    """What is found out about one night: *row* and *after* are filled."""

    row: Row
    after: Earlier
    seems_fixed: Records
    ended: set[bytes]

    def count(self, told: Told) -> None:
        self.row.not_evaluable += told.outcome == "not-evaluable"
        self.row.levels.update(each.level for each in told.found if not each.waived)
        if told.found:
            self.after.keep(told)

    def note(self, change: Change) -> None:
        if change.now is not None:
            self._note_now(change)
            return
        assert change.before is not None
        was = change.told._replace(found=(change.before,))
        if change.state in ("fixed", "gone"):
            self.seems_fixed.append(was)
        else:
            self.after.keep(was)
            self.row.unknown = (self.row.unknown or 0) + 1

    def _note_now(self, change: Change) -> None:
        if change.state != "new" or self.row.new is None:
            return
        key = change.found.key
        if key in self.ended:
            self.ended.discard(key)
            self.row.reopened = (self.row.reopened or 0) + 1
        else:
            self.row.new += 1


def _seen(before: Earlier | None, comparison: Comparison, night: Night) -> Seen:
    """Return what a loss of rows is measured by next: what an incomplete night did not see is taken from before it."""
    seen = Seen()
    if before and night.incomplete:
        seen.remember(before.seen)
    seen.remember(comparison.seen)
    return seen
