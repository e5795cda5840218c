"""``text``: what a person reads first."""

from __future__ import annotations

import bisect
import io
import sys
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tenantlint.model import CAUSES, LEVELS
from tenantlint.reports.output import Output
from tenantlint.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tenantlint.model import Level
    from tenantlint.reports import Scan
    from tenantlint.results import Judgement, Problem, Summary, Tally

MOST: Final = 50
"""Violations that are spelled out; the other reports have all of them."""

PLAIN_WIDTH: Final = 140
_STYLES: Final[dict[Level, str]] = {"error": "bold red", "warning": "yellow", "note": "cyan"}


@dataclass(frozen=True)
class TextReport:
    """A table of the rules and the worst violations."""

    name: str = "text"
    description: str = "A table of verdicts by rule, and the worst violations: for people."
    everything: bool = False
    module: str = __name__

    def open(self, path: Path | None, scan: Scan) -> TextWriter:
        """Start the report."""
        return TextWriter(path, scan)


class TextWriter:
    """Keeps the worst violations and prints everything at the end."""

    def __init__(self, path: Path | None, scan: Scan) -> None:
        self._output = Output(path) if path else None
        self._scan = scan
        self._worst: list[tuple[tuple[int, str, str, str], str]] = []
        self._count = 0

    def add(self, judgements: Sequence[Judgement]) -> None:
        """Take the violations among *judgements*."""
        for judgement in judgements:
            for violation in judgement.verdict.violations:
                rule, resource = judgement.rule.id, judgement.subject.id.lower()
                key = (LEVELS.index(violation.level), rule, resource, violation.part)
                self._count += 1
                if len(self._worst) < MOST or key < self._worst[-1][0]:
                    said = sentence(judgement, self._scan.subscriptions, violation)
                    bisect.insort(self._worst, (key, said))
                    del self._worst[MOST:]

    def finish(self, summary: Summary) -> list[str]:
        """Print the report."""
        if self._output is None:
            self._print(_console(sys.stdout), summary)
            return []
        text = io.StringIO()
        self._print(_console(text), summary)
        self._output.write(text.getvalue().encode())
        self._output.commit()
        return []

    def discard(self) -> None:
        """Leave nothing behind."""
        if self._output is not None:
            self._output.discard()

    def _print(self, console: Console, summary: Summary) -> None:
        manifest = self._scan.manifest
        subscriptions = f"{len(self._scan.subscriptions)} subscriptions"
        console.print(Text(f"{manifest.graph}, {subscriptions}, as of {self._scan.now:%Y-%m-%d %H:%M} UTC"))
        console.print(_table(summary, console))
        self._print_violations(console)
        _print_problems(console, summary.problems)
        console.print(Text(_closing(summary)))

    def _print_violations(self, console: Console) -> None:
        width = max((len(rule) for (_, rule, *_), _ in self._worst), default=0)
        for (level, rule, *_), said in self._worst:
            name = LEVELS[level]
            console.print(
                Text.assemble((f"{name:<9}", _STYLES[name]), (f"{rule:<{width}}  ", "bold"), said), soft_wrap=True
            )
        if self._count > len(self._worst):
            more = self._count - len(self._worst)
            console.print(Text(f"… and {more} more; --report json=FILE writes all of them.", style="dim"))
        if self._worst:
            console.print()


def _console(file: IO[str]) -> Console:
    """Return a console that is rich on a terminal (or with FORCE_COLOR), plain and of fixed width elsewhere."""
    console = Console(file=file, highlight=False)
    if console.is_terminal:
        return console
    return Console(
        file=file, width=PLAIN_WIDTH, force_terminal=False, no_color=True, color_system=None, highlight=False
    )


def _table(summary: Summary, console: Console) -> Table:
    table = Table(box=box.SIMPLE_HEAVY if console.is_terminal else box.ASCII2)
    table.add_column("\nrule", no_wrap=True)
    first_cause, *causes = CAUSES
    for name in (*LEVELS, "compliant", "n/a"):
        table.add_column(f"\n{name}", justify="right", no_wrap=True)
    table.add_column(f"not evaluable:\n{first_cause}", justify="right", no_wrap=True)
    for name in (*causes, "resources"):
        table.add_column(f"\n{name}", justify="right", no_wrap=True)
    for rule, tally in sorted(summary.tallies.items()):
        table.add_row(rule, *map(_number, _counts(tally)), str(tally.total))
    return table


def _counts(tally: Tally) -> list[int]:
    return [
        *(tally.levels[level] for level in LEVELS),
        tally.outcomes["compliant"],
        tally.outcomes["not-applicable"],
        *(tally.causes[cause] for cause in CAUSES),
    ]


def _number(count: int) -> str:
    return str(count) if count else "."


def _print_problems(console: Console, problems: Sequence[Problem]) -> None:
    if problems:
        console.print(Text("INCOMPLETE: what was not read or broke is not known to be fine.", style="bold red"))
    for problem in problems:
        rule = f"{problem.rule}: " if problem.rule else ""
        console.print(Text(f"  {problem.cause:<8}{rule}{problem.message}"), soft_wrap=True)


def _closing(summary: Summary) -> str:
    counts = [f"{summary.violations([level])} {level}" for level in LEVELS]
    total = sum(tally.total for tally in summary.tallies.values())
    unknown = sum(tally.outcomes["not-evaluable"] for tally in summary.tallies.values())
    return (
        f"{total} verdicts of {len(summary.tallies)} rules; "
        f"resources in violation, by worst level: {', '.join(counts)}; not evaluable: {unknown}."
    )
