"""Holds the verdicts of one night against the violations of an earlier one, as they come."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tenantlint.comparing.changes import Change, differences
from tenantlint.comparing.losses import Losses
from tenantlint.nights.ledger import Ledger, Records
from tenantlint.nights.night import CARRIED
from tenantlint.nights.seen import Seen

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from tenantlint.nights.night import Found, Night, Told


@dataclass
class Earlier:
    """What an earlier night knew: its violations, what it looked at or remembered, and which rules judged.

    ``open`` counts the violations that nobody waived by subscription and rule, ``decided`` what was a violation or
    compliant, by rule and subscription. ``ended`` are the keys of violations that were no more in that night.
    """

    ledger: Ledger = field(default_factory=Ledger)
    seen: Seen = field(default_factory=Seen)
    rules: frozenset[str] = frozenset()
    open: Counter[tuple[str, str]] = field(default_factory=Counter)
    ended: frozenset[bytes] = frozenset()

    @classmethod
    def read(cls, night: Night) -> Earlier:
        """Read a night."""
        earlier = cls()
        for told in night.verdicts():
            if told.found:
                earlier.keep(told)
            if told.cause != CARRIED:
                earlier.seen.add(told)
        earlier.seen.remember(night.remembered)
        earlier.rules, earlier.ended = night.rules, night.ended
        return earlier

    def keep(self, told: Told) -> None:
        """Take the violations of *told*."""
        self.ledger.add(told)
        self.open[told.subscription, told.rule] += sum(not each.waived for each in told.found)


class Comparison:
    """Compares verdicts of now with *earlier*, whose violations it uses up.

    *doubt* says why what a rule tells of a resource may rest on too little: then nothing is fixed or gone.
    """

    def __init__(self, earlier: Earlier, doubt: Callable[[Told], str | None] = lambda _: None) -> None:
        self._earlier = earlier
        self._doubt = doubt
        self._concerned = {rule for _, rule in earlier.open}
        self._excused = Records()
        self.seen = Seen()

    @property
    def unseen(self) -> set[str]:
        """The subscriptions of the earlier violations in which nothing was seen now."""
        return {subscription for subscription, _ in self._earlier.open} - self.seen.subscriptions

    def look_at(self, told: Told) -> Iterator[Change]:
        """Yield what became of the violations of one rule by one resource."""
        if told.cause == CARRIED:
            return
        self.seen.add(told)
        then = self._earlier.ledger.take(told.key) if told.rule in self._concerned else None
        before = {each.key: each for each in then.found} if then else {}
        if told.outcome == "not-evaluable":
            why, unread = f"cannot be judged ({told.cause}): {told.message}", told.cause in ("unread", "failed")
            yield from (Change("no-longer-known", told, each, None, why, unread) for each in before.values())
            return
        for now in told.found:
            yield self._of_now(told, before.pop(now.key, None), now)
        if told.outcome == "not-applicable" and before:
            self._excused.append(told._replace(found=tuple(before.values())))
        else:
            yield from (self._ended(told, each) for each in before.values())

    def rest(
        self, rules: frozenset[str], gap: Callable[[Told], str | None], deleted: Collection[str] = ()
    ) -> Iterator[Change]:
        """Yield what became of violations by resources of which there was no verdict; *rules* are those that judged.

        *gap* says why a resource may still be there. So may it where far too few are left to be believed, but for what
        was in *deleted* subscriptions, and so may violations by resources that a rule, all of a sudden, does not
        concern any more.
        """
        yield from self._of_excused()
        losses, is_seen = Losses(self._earlier.seen.counts, self.seen.counts, ""), lambda told: gap(told) is None
        for then in self._earlier.ledger.rest():
            if then.rule not in rules:
                yield from (_not_judged(then, each, now=False) for each in then.found)
                continue
            if then.subscription in deleted:
                yield from _gone(then)
            elif why := gap(then):
                yield from (Change("no-longer-known", then, each, None, why, unread=True) for each in then.found)
            elif why := self._doubt(then) or losses.doubt(then, is_seen):
                yield from (_doubted(then, each, why) for each in then.found)
            else:
                yield from _gone(then)

    def _of_now(self, told: Told, before: Found | None, now: Found) -> Change:
        if before is not None:
            return Change("changed" if differences(before, now) else "unchanged", told, before, now)
        if told.rule not in self._earlier.rules:
            return _not_judged(told, now, now=True)
        return Change("reopened" if now.key in self._earlier.ended else "new", told, None, now)

    def _of_excused(self) -> Iterator[Change]:
        """Yield what became of violations of rules that are now said not to concern the resource."""
        losses = Losses(self._earlier.seen.decided, self.seen.decided, " that the rule concerns")
        for told in self._excused.all():
            why = losses.doubt(told, lambda there: bool(self.seen.counts[there.rule, there.subscription]))
            for each in told.found:
                yield _doubted(told, each, why) if why else self._ended(told, each)
        self._excused.close()

    def _ended(self, told: Told, before: Found) -> Change:
        """Return that a violation is fixed, unless what the rule read for it is doubted."""
        if why := self._doubt(told):
            return _doubted(told, before, why)
        why = told.message or ("this part is no violation any more" if told.found else "keeps the rule")
        return Change("fixed", told, before, None, why)


def _gone(then: Told) -> Iterator[Change]:
    return (Change("gone", then, each, None, "the resource does not exist any more") for each in then.found)


def _doubted(told: Told, before: Found, why: str) -> Change:
    return Change("no-longer-known", told, before, None, why, unread=True, doubted=True)


def _not_judged(told: Told, found: Found, *, now: bool) -> Change:
    why = f"{told.rule} did not judge {'in the earlier night' if now else 'in the later night'}"
    return Change("not-compared", told, None if now else found, found if now else None, why)
