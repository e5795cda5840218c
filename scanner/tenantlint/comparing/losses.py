"""Doubts what looks fixed or gone where it is so of far too many resources at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantlint.drift import is_loss

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable

    from tenantlint.nights.night import Told


class Losses:
    """Holds counts by rule and subscription of *now* against those *before*; *what* says what was counted.

    A large tenant may be made of many small subscriptions: what is lost is looked for in each, and in all together.
    """

    def __init__(self, before: Counter[tuple[str, str]], now: Counter[tuple[str, str]], what: str) -> None:
        self._before, self._now, self._what = before, now, what
        self._everywhere: dict[str, str | None] = {}

    def doubt(self, told: Told, is_seen: Callable[[Told], bool]) -> str | None:
        """Say why it is not believed of the resource that *told* is about; *is_seen* tells of such a subscription."""
        where = told.rule, told.subscription
        here = self._doubt(self._before[where], self._now[where], "")
        if here is None and told.rule not in self._everywhere:
            self._everywhere[told.rule] = self._in_all(told, is_seen)
        return here or self._everywhere[told.rule]

    def _in_all(self, told: Told, is_seen: Callable[[Told], bool]) -> str | None:
        there = [where for where in self._before if where[0] == told.rule]
        seen = [where for where in there if is_seen(told._replace(subscription=where[1], resource=""))]
        before, now = sum(self._before[where] for where in seen), sum(self._now[where] for where in seen)
        return self._doubt(before, now, f" in {len(seen)} subscriptions")

    def _doubt(self, before: int, now: int, where: str) -> str | None:
        if not is_loss(before, now):
            return None
        return f"there are {now} such resources{where}{self._what} where there were {before}, which may be a mistake"
