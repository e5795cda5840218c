"""One rule that judges apart: held to its budget, killed where it is over it, and asked for the next partition."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from threading import Lock
from typing import TYPE_CHECKING

from tenantlint.isolation.budget import IN_A_ROW, START_SECONDS
from tenantlint.isolation.frames import Frame, Kind
from tenantlint.isolation.prints import Prints
from tenantlint.isolation.process import Process, TooSlowError
from tenantlint.untrusted import visible

if TYPE_CHECKING:
    from pathlib import Path

    from tenantlint.isolation.apart import Answers
    from tenantlint.isolation.plan import Plan


@dataclass
class Supervisor:
    """Lets one rule judge what *plan* says, into *answers*, by as many processes as it takes."""

    plan: Plan
    answers: Answers
    temp: Path
    _prints: Prints = field(default_factory=Prints)
    _ahead: list[str] = field(init=False)
    _in_a_row: int = 0
    _process: Process | None = None
    _given_up: bool = False
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self._ahead = list(self.plan.partitions)

    def run(self) -> None:
        """Judge all partitions, or find out why that cannot be."""
        while self._ahead and (process := self._start()):
            try:
                self._follow(process)
            finally:
                process.stop()

    def give_up(self) -> None:
        """End what runs, from another thread, and start nothing any more."""
        with self._lock:
            self._given_up = True
            if self._process:
                self._process.stop()

    def notes(self) -> list[str]:
        """Tell once, in words, where the rule was stopped, and what it printed."""
        stopped, rule = self.answers.why, self.plan.rule
        notes = [note] if (note := self._prints.note(rule)) else []
        if stopped:
            where = f"{len(stopped)} of {len(self.plan.partitions)} partitions"
            notes.append(f"rule {rule!r} was stopped in {where}: {next(iter(stopped.values()))}")
        return notes

    def _start(self) -> Process | None:
        with self._lock:
            if self._given_up:
                return None
            plan = replace(self.plan, partitions=tuple(self._ahead))
            self._process = Process(plan, self.temp, self._prints)
            return self._process

    def _follow(self, process: Process) -> None:
        """Take the answers of *process* until it is done, or is to be replaced."""
        seconds, slow = self.plan.isolation.budget.seconds, self.plan.isolation.budget.too_slow
        starting = f"its process did not load the plugins within {START_SECONDS:g} s"
        facts = f"the facts that it reads took longer than {seconds:g} s"
        for kind, limit, otherwise in ((Kind.READY, START_SECONDS, starting), (Kind.FACTS, seconds, facts)):
            frame = self._next(process, limit, otherwise)
            if frame.kind is not kind:
                self._stop_everywhere(_why(frame))
                return
        while self._ahead and self._take(self._next(process, seconds, slow)):
            pass

    def _next(self, process: Process, seconds: float, otherwise: str) -> Frame:
        """Return the next frame, or one that says why there is none."""
        try:
            frame = process.next(seconds)
        except TooSlowError:
            return Frame(Kind.ENDED, otherwise.encode())
        return frame or Frame(Kind.ENDED, process.stop().encode())

    def _take(self, frame: Frame) -> bool:
        """Take what is said of the next partition; tell whether the process can go on."""
        partition = self._ahead.pop(0)
        if frame.kind is Kind.ANSWER:
            self.answers.keep(partition, frame.content)
            self._in_a_row = 0
            return True
        self.answers.why[partition] = _why(frame)
        self._in_a_row += 1
        if self._in_a_row == IN_A_ROW:
            self._stop_everywhere(f"it was not asked any more after {IN_A_ROW} partitions in a row")
        return frame.kind is Kind.STOPPED

    def _stop_everywhere(self, why: str) -> None:
        self.answers.why.update(dict.fromkeys(self._ahead, why))
        self._ahead.clear()


def _why(frame: Frame) -> str:
    return visible(frame.content.decode("utf-8", "replace"))
