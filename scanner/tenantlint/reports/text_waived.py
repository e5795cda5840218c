"""The part of the text report on violations that are waived."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from rich.text import Text

from tenantlint.sentences import visible_prose

if TYPE_CHECKING:
    from rich.console import Console

    from tenantlint.findings import Waiving
    from tenantlint.results import Judgement

MOST: Final = 20
"""Waivers that are told of one by one, those that expire first."""


class Waived:
    """Counts waived violations by rule and by what the waiver says."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, Waiving]] = Counter()

    def add(self, judgement: Judgement) -> None:
        """Count those of *judgement*."""
        if judgement.marks:
            marks = (judgement.mark(violation.part) for violation in judgement.verdict.violations)
            self._counts.update((judgement.rule.id, mark.waiver) for mark in marks if mark.waiver)

    def print(self, console: Console) -> None:
        """Print a line for each waiver that was used; nothing where none was."""
        found = sorted(self._counts.items(), key=lambda item: (item[0][1].expires, item[0][0], repr(item[0][1])))
        width = max((len(rule) for (rule, _), _ in found[:MOST]), default=0)
        for (rule, waiving), count in found[:MOST]:
            console.print(
                Text.assemble(("waived   ", "dim"), (f"{rule:<{width}}  ", "bold"), _told(waiving, count)),
                soft_wrap=True,
            )
        if len(found) > MOST:
            console.print(Text(f"… and {len(found) - MOST} more waivers, which expire later.", style="dim"))
        if found:
            console.print()


def _told(waiving: Waiving, count: int) -> str:
    violations = f"{count} violation{'s' * (count != 1)}"
    return f"{violations} until {waiving.expires}, by {visible_prose(waiving.owner)}: {visible_prose(waiving.reason)}"
