"""A report that counts what it is given and clocks itself, so that judging is left out of its time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import TypeVar

from tenantlint.reports import Report, Scan, Writer
from tenantlint.results import Judgement, Summary

T = TypeVar("T")


@dataclass
class Clock:
    """The seconds spent in a report, and the results that it was given."""

    seconds: float = 0
    results: int = 0
    _started: float = 0

    def __enter__(self) -> None:
        self._started = perf_counter()

    def __exit__(self, *_: object) -> None:
        self.seconds += perf_counter() - self._started


@dataclass(frozen=True)
class ClockedReport:
    """Another report, clocked."""

    report: Report
    clock: Clock = field(default_factory=Clock)
    module: str = __name__

    @property
    def name(self) -> str:
        """The name of the other report."""
        return self.report.name

    @property
    def description(self) -> str:
        """The description of the other report."""
        return self.report.description

    @property
    def everything(self) -> bool:
        """Whether the other report wants each verdict."""
        return self.report.everything

    def open(self, path: Path | None, scan: Scan) -> "ClockedWriter":
        """Start the other report."""
        with self.clock:
            return ClockedWriter(self.report.open(path, scan), self.clock)


class ClockedWriter:
    """Hands everything on to the other report's writer."""

    def __init__(self, writer: Writer, clock: Clock) -> None:
        self._writer = writer
        self._clock = clock

    def add(self, judgements: Sequence[Judgement]) -> None:
        """Hand some judgements on."""
        self._clock.results += sum(len(judgement.verdict.violations) or 1 for judgement in judgements)
        with self._clock:
            self._writer.add(judgements)

    def finish(self, summary: Summary) -> list[str]:
        """Hand the summary on."""
        with self._clock:
            return self._writer.finish(summary)

    def discard(self) -> None:
        """Leave nothing behind."""
        self._writer.discard()
