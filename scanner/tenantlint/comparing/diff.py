"""What ``tenantlint diff`` tells: what became of the violations of one night in another."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import orjson

from tenantlint.comparing.changes import State, differences
from tenantlint.comparing.comparison import Comparison, Earlier
from tenantlint.drift import drift
from tenantlint.model import LEVELS
from tenantlint.nights.files import check_same_tenant, check_subscriptions, not_judged, other_settings
from tenantlint.nights.ledger import as_json
from tenantlint.nights.reach import deleted
from tenantlint.nights.snapshots import SnapshotNight
from tenantlint.reports.spill import SpillSort

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenantlint.comparing.changes import Change
    from tenantlint.model import Level
    from tenantlint.nights.night import Found, Night

LISTED: Final[tuple[State, ...]] = ("new", "reopened", "changed", "fixed", "gone", "no-longer-known", "not-compared")


class Diff:
    """The differences between two nights. Violations are on disk, sorted: the worst first.

    ``counts`` are by rule and state, of violations. ``fresh`` counts by level those that nobody waived and that are
    new, or worse than they were. ``unread`` says whether anything could not be compared because it was not read.
    Raises ``NightError`` where the nights are of different tenants.
    """

    def __init__(self, old: Night, new: Night) -> None:
        self.old, self.new = old, new
        self.counts: Counter[tuple[str, State]] = Counter()
        self.fresh: Counter[Level] = Counter()
        self.unread = False
        self._lists = {state: SpillSort() for state in LISTED}
        check_same_tenant(old, new)
        if isinstance(old, SnapshotNight) and isinstance(new, SnapshotNight):
            new.doubts = drift(old.snapshot, new.snapshot)
        try:
            self._compare()
        except BaseException:
            self.close()
            raise

    def _compare(self) -> None:
        earlier = Earlier.read(self.old)
        comparison = Comparison(earlier, self.new.doubt)
        for told in self.new.verdicts():
            for change in comparison.look_at(told):
                self._add(change)
        check_subscriptions(self.old, self.new, earlier, comparison.seen)
        gone = deleted(self.old.reach, self.new.reach, comparison.unseen)
        for change in comparison.rest(self.new.rules, self.new.gap, gone):
            self._add(change)
        earlier.ledger.close()
        self.unread |= self.old.incomplete or self.new.incomplete
        self.notes = [*other_settings(self.old, self.new), *not_judged(self.old.rules, self.new.rules)]
        if self.old.incomplete:
            self.notes.append(f"{self.old.name} is incomplete: what is new may be older than it seems")

    def _add(self, change: Change) -> None:
        self.counts[change.told.rule, change.state] += 1
        self.unread |= change.unread or change.state == "not-compared"
        if change.worse and change.state != "not-compared":
            self.fresh[change.found.level] += 1
        if change.state != "unchanged":
            told, found = change.told, change.found
            key = [LEVELS.index(found.level), told.rule, told.resource.lower(), found.key.hex()]
            self._lists[change.state].add(as_json(key), as_json(record(change)))

    def changes(self, state: State) -> Iterator[dict[str, Any]]:
        """Yield the violations in *state* as :func:`record` makes them, the worst first."""
        return (orjson.loads(line) for _, line in self._lists[state])

    def lines(self, state: State) -> Iterator[bytes]:
        """Yield the same as JSON."""
        return (line for _, line in self._lists[state])

    def total(self, state: State) -> int:
        """Return how many violations are in *state*."""
        return sum(count for (_, each), count in self.counts.items() if each == state)

    def close(self) -> None:
        """Forget the violations."""
        for each in self._lists.values():
            each.close()


def record(change: Change) -> dict[str, Any]:
    """Return a change as the JSON object that is told of it."""
    told, found = change.told, change.found
    both = change.before is not None and change.now is not None
    return {
        "state": change.state,
        "rule": told.rule,
        "resource": _writable(told.resource),
        "part": found.part if found.part is None else _writable(found.part),
        "level": found.level,
        "message": _writable(found.message),
        "waived": found.waived,
        "why": _writable(change.why),
        "changes": _changes(change.before, change.now) if both and change.before and change.now else [],
    }


def _changes(before: Found, now: Found) -> list[dict[str, Any]]:
    return [{"property": path, "old": was, "new": is_} for path, was, is_ in differences(before, now)]


def _writable(text: str) -> str:
    """Return *text* without halves of characters, which nothing can be written with."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
