"""Holds the verdicts of one night against the violations of an earlier one, as they come."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

from tenantlint.drift import is_loss
from tenantlint.ledger import Ledger
from tenantlint.model import LEVELS
from tenantlint.nights import CARRIED, Seen
from tenantlint.sentences import visible_prose

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from tenantlint.model import Json
    from tenantlint.nights import Found, Night, Told

State: TypeAlias = Literal["new", "changed", "fixed", "gone", "no-longer-known", "not-compared", "unchanged"]

STATES: Final[tuple[State, ...]] = (
    "new",
    "changed",
    "fixed",
    "gone",
    "no-longer-known",
    "not-compared",
    "unchanged",
)
"""``fixed``: judged, and no violation. ``gone``: the resource is proven not to exist any more. ``no-longer-known``: not
evaluable now, or not read, or doubted. ``not-compared``: the rule did not judge in one of the nights."""

Difference: TypeAlias = "tuple[str, Json, Json]"
"""A property of a finding: what it was, and what it is."""


class Change(NamedTuple):
    """How one violation stands: ``before`` is None where it is new, ``now`` where it is no more.

    ``told`` is the newest that is known of the resource, ``why`` says what speaks for the state. ``unread`` says that
    it could not be told because something was not read or broke.
    """

    state: State
    told: Told
    before: Found | None = None
    now: Found | None = None
    why: str = ""
    unread: bool = False

    @property
    def found(self) -> Found:
        """The violation, as it is or was."""
        found = self.now or self.before
        assert found is not None
        return found

    @property
    def worse(self) -> bool:
        """Whether the violation is open now, and was not, or at a milder level."""
        if self.now is None or self.now.waived:
            return False
        return self.before is None or self.before.waived or _rank(self.now) < _rank(self.before)


@dataclass
class Earlier:
    """What an earlier night knew: its violations, what it looked at, and which rules judged.

    ``open`` counts the violations that nobody waived by subscription and rule.
    """

    ledger: Ledger = field(default_factory=Ledger)
    seen: Seen = field(default_factory=Seen)
    rules: frozenset[str] = frozenset()
    open: Counter[tuple[str, str]] = field(default_factory=Counter)

    @classmethod
    def read(cls, night: Night) -> Earlier:
        """Read a night."""
        earlier = cls()
        for told in night.verdicts():
            if told.found:
                earlier.keep(told)
            if told.cause != CARRIED:
                earlier.seen.counts[told.rule, told.subscription] += 1
        earlier.rules = night.rules
        return earlier

    def keep(self, told: Told) -> None:
        """Take the violations of *told*."""
        self.ledger.add(told)
        self.open[told.subscription, told.rule] += sum(not each.waived for each in told.found)


class Comparison:
    """Compares verdicts of now with *earlier*, whose violations it uses up."""

    def __init__(self, earlier: Earlier) -> None:
        self._earlier = earlier
        self._concerned = {rule for _, rule in earlier.open}
        self.seen = Seen()

    def look_at(self, told: Told) -> Iterator[Change]:
        """Yield what became of the violations of one rule by one resource."""
        if told.cause == CARRIED:
            return
        self.seen.counts[told.rule, told.subscription] += 1
        then = self._earlier.ledger.take(told.key) if told.rule in self._concerned else None
        before = {each.key: each for each in then.found} if then else {}
        if told.outcome == "not-evaluable":
            why, unread = f"cannot be judged ({told.cause}): {told.message}", told.cause in ("unread", "failed")
            yield from (Change("no-longer-known", told, each, None, why, unread) for each in before.values())
            return
        for now in told.found:
            yield self._of_now(told, before.pop(now.key, None), now)
        why = told.message or ("this part is no violation any more" if told.found else "keeps the rule")
        yield from (Change("fixed", told, each, None, why) for each in before.values())

    def rest(
        self, rules: frozenset[str], gap: Callable[[Told], str | None], deleted: Collection[str] = ()
    ) -> Iterator[Change]:
        """Yield what became of violations by resources of which there was no verdict; *rules* are those that judged.

        *gap* says why a resource may still be there. So may it where far too few are left to be believed, but for what
        was in *deleted* subscriptions.
        """
        for then in self._earlier.ledger.rest():
            if then.rule not in rules:
                yield from (_not_judged(then, each, now=False) for each in then.found)
                continue
            why = None if then.subscription in deleted else gap(then) or self._loss(then)
            for each in then.found:
                if why is None:
                    yield Change("gone", then, each, None, "the resource does not exist any more")
                else:
                    yield Change("no-longer-known", then, each, None, why, unread=True)

    def _of_now(self, told: Told, before: Found | None, now: Found) -> Change:
        if before is not None:
            return Change("changed" if differences(before, now) else "unchanged", told, before, now)
        return Change("new", told, None, now) if told.rule in self._earlier.rules else _not_judged(told, now, now=True)

    def _loss(self, then: Told) -> str | None:
        """Doubt that all those resources were deleted, as :mod:`tenantlint.drift` does."""
        where = then.rule, then.subscription
        before, left = self._earlier.seen.counts[where], self.seen.counts[where]
        if is_loss(before, left):
            return f"there are {left} such resources where there were {before}, which may be a mistake"
        return None


def _not_judged(told: Told, found: Found, *, now: bool) -> Change:
    why = f"{told.rule} did not judge {'in the earlier night' if now else 'in the later night'}"
    return Change("not-compared", told, None if now else found, found if now else None, why)


def differences(before: Found, now: Found) -> list[Difference]:
    """Return which properties of a finding changed: its level, whether it is waived, its message, its evidence."""
    found: list[Difference] = []
    if before.level != now.level:
        found.append(("level", before.level, now.level))
    if before.waived != now.waived:
        found.append(("waived", before.waived, now.waived))
    if before.message != now.message and _shown(before.message) != _shown(now.message):
        found.append(("message", before.message, now.message))
    paths = sorted({*before.evidence, *now.evidence})
    evidence = ((path, before.evidence.get(path), now.evidence.get(path)) for path in paths)
    return found + [(path, was, is_) for path, was, is_ in evidence if was != is_]


def _shown(message: str) -> str:
    """Return a message as SARIF shows it."""
    return visible_prose(message).removesuffix(".").replace("](", "] (")


def _rank(found: Found) -> int:
    return LEVELS.index(found.level)


def compare(earlier: Earlier, night: Night) -> Iterable[Change]:
    """Yield what became of every violation of *earlier*, and every new one, in *night*."""
    comparison = Comparison(earlier)
    for told in night.verdicts():
        yield from comparison.look_at(told)
    yield from comparison.rest(night.rules, night.gap)
