"""What rule files hold."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tenantlint.rules import Rule
    from tenantlint.tables import Table

_MOST: Final = 3


@dataclass(frozen=True, slots=True)
class PassedOver:
    """Something that is no rule, or not all of one: what, and why."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class RuleFiles:
    """The rules of a folder, the tables that its KQL rules judge, and what in it is no rule."""

    rules: tuple[Rule, ...] = ()
    tables: tuple[Table, ...] = ()
    passed_over: tuple[PassedOver, ...] = ()
    skipped: frozenset[str] = frozenset()
    """What ``--without`` left out, although it is broken."""
    doubts: tuple[PassedOver, ...] = ()
    """Rules whose queries may leave out violations, and by what."""

    @property
    def doubted(self) -> str:
        """Say on one line which rules may miss violations; empty for none."""
        named = [each.what for each in self.doubts[:_MOST]]
        more = len(self.doubts) - len(named)
        return ", ".join([*named, *([f"{more} more"] if more else [])])

    @property
    def told(self) -> str:
        """Say on one line what was passed over, and why; empty for nothing."""
        counts = Counter(each.why for each in self.passed_over)
        return ", ".join(f"{count} {why}" for why, count in counts.most_common())
