"""``text``: what a person reads first."""

from __future__ import annotations

import bisect
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tenantlint.model import CAUSES, LEVELS
from tenantlint.quiet import stdout
from tenantlint.reports.output import Output
from tenantlint.reports.text_waived import Waived
from tenantlint.sentences import sentence, visible_prose
from tenantlint.untrusted import visible_lines

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tenantlint.model import Level
    from tenantlint.reports import Scan
    from tenantlint.results import Judgement, Summary, Tally

MOST: Final = 50
"""Violations that are spelled out; the other reports have all of them."""

PLAIN_WIDTH: Final = 140
_ANY_WIDTH: Final = 10_000
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
    """Keeps the worst violations that nobody waived, and prints everything at the end."""

    def __init__(self, path: Path | None, scan: Scan) -> None:
        self._output = Output(path) if path else None
        self._scan = scan
        self._worst: list[tuple[tuple[int, str, str, str], str]] = []
        self._count = 0
        self._waived = Waived()

    def add(self, judgements: Sequence[Judgement]) -> None:
        """Take the violations among *judgements*."""
        for judgement in judgements:
            self._waived.add(judgement)
            for violation in judgement.open:
                rule, resource = judgement.rule.id, judgement.subject.id.lower()
                key = (LEVELS.index(violation.level), rule, resource, violation.part)
                self._count += 1
                if len(self._worst) < MOST or key < self._worst[-1][0]:
                    said = sentence(judgement, self._scan.subscriptions, violation)
                    bisect.insort(self._worst, (key, said))
                    del self._worst[MOST:]

    def finish(self, summary: Summary) -> list[str]:
        """Print the report."""
        console = _plain() if self._output else _console()
        with console.capture() as printed:
            self._print(console, summary)
        if self._output is None:
            stdout().write(printed.get())
            return []
        self._output.write(printed.get().encode())
        self._output.commit()
        return []

    def discard(self) -> None:
        """Leave nothing behind."""
        if self._output is not None:
            self._output.discard()

    def _print(self, console: Console, summary: Summary) -> None:
        manifest = self._scan.manifest
        count = len(manifest.coverage.subscriptions)
        read = f"{count} subscription{'' if count == 1 else 's'}"
        head = f"{visible_prose(manifest.graph)}, {read}, as of {self._scan.now:%Y-%m-%d %H:%M} UTC"
        console.print(Text(head), soft_wrap=True)
        _print_table(console, summary, self._scan.only_violations)
        self._print_violations(console)
        self._waived.print(console)
        _print_problems(console, summary)
        for rules, said in self._scan.not_known():
            console.print(Text(f"{', '.join(rules)}: {said}."), soft_wrap=True)
        console.print(Text(_closing(summary)), soft_wrap=True)

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


def _console() -> Console:
    """Return a console for standard output: rich on a terminal (or with FORCE_COLOR), plain elsewhere."""
    console = Console(file=stdout(), highlight=False)
    return console if console.is_terminal else _plain()


def _plain() -> Console:
    """Return a console of fixed width without any escape sequence."""
    file = io.StringIO()
    return Console(
        file=file, width=PLAIN_WIDTH, force_terminal=False, no_color=True, color_system=None, highlight=False
    )


def _print_table(console: Console, summary: Summary, only_violations: frozenset[str]) -> None:
    """Print the table, wider than the terminal where it must be: a number that is cut is another number."""
    table = _table(summary, console, only_violations)
    needed = console.measure(table, options=console.options.update(max_width=_ANY_WIDTH)).maximum
    console.width = max(console.width, needed)
    console.print(table)


def _table(summary: Summary, console: Console, only_violations: frozenset[str]) -> Table:
    table = Table(box=box.SIMPLE_HEAVY if console.is_terminal else box.ASCII2)
    table.add_column("\nrule", no_wrap=True)
    first_cause, *causes = CAUSES
    some_waived = any(tally.waived for tally in summary.tallies.values())
    for name in (*LEVELS, *(["waived"] * some_waived), "compliant", "n/a"):
        table.add_column(f"\n{name}", justify="right", no_wrap=True)
    table.add_column(f"not evaluable:\n{first_cause}", justify="right", no_wrap=True)
    for name in (*causes, "resources"):
        table.add_column(f"\n{name}", justify="right", no_wrap=True)
    for rule, tally in sorted(summary.tallies.items()):
        cells = [*map(_number, _counts(tally, some_waived=some_waived)), str(tally.total)]
        if rule in only_violations:
            cells[len(LEVELS) + some_waived] = cells[-1] = "?"  # who complies, and so how many there are
        table.add_row(rule, *cells)
    return table


def _counts(tally: Tally, *, some_waived: bool) -> list[int]:
    return [
        *(tally.levels[level] for level in LEVELS),
        *([tally.waived] * some_waived),
        tally.outcomes["compliant"],
        tally.outcomes["not-applicable"],
        *(tally.causes[cause] for cause in CAUSES),
    ]


def _number(count: int) -> str:
    return str(count) if count else "."


def _print_problems(console: Console, summary: Summary) -> None:
    if summary.incomplete:
        console.print(Text("INCOMPLETE: what was not read or broke is not known to be fine.", style="bold red"))
    for problem in summary.problems:
        rule = f"{problem.rule}: " if problem.rule else ""
        first, *others = visible_lines(f"{rule}{problem.message}")
        for line in (f"{problem.cause:<8}{first}", *others):
            console.print(Text(f"  {line}"), soft_wrap=True)


def _closing(summary: Summary) -> str:
    rules, counts = len(summary.tallies), [f"{summary.violations([level])} {level}" for level in LEVELS]
    waived = sum(tally.waived for tally in summary.tallies.values())
    told = f", {waived} waived" if waived else ""
    total = sum(tally.total for tally in summary.tallies.values())
    unknown = sum(tally.outcomes["not-evaluable"] for tally in summary.tallies.values())
    left_out = f"; left out by the settings: {summary.left_out.total()}" if summary.left_out else ""
    return (
        f"{total} verdicts of {rules} rule{'s' * (rules != 1)}; "
        f"resources in violation, by worst level: {', '.join(counts)}{told}; not evaluable: {unknown}{left_out}."
    )
