"""What a scan gives: judgements, and how many there were of each kind."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from tenantlint.findings import NO_MARKS, UNMARKED, Mark
from tenantlint.model import INCOMPLETE, Cause, Level, Outcome, Verdict, Violation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tenantlint.findings import Baseline
    from tenantlint.rules import Rule


class Subject(NamedTuple):
    """The resource that a judgement is about. ``id`` is spelled as the provider spells it."""

    id: str
    name: str
    subscription_id: str


class Judgement(NamedTuple):
    """A verdict, with the rule that gave it and the resource that it is about.

    ``marks`` are what is known of its violations from outside the snapshot, by their parts; none for most.
    """

    rule: Rule
    subject: Subject
    verdict: Verdict
    marks: Mapping[str, Mark] = NO_MARKS

    def mark(self, part: str) -> Mark:
        """Return what is known of the violation of *part*."""
        return self.marks.get(part, UNMARKED)

    @property
    def open(self) -> tuple[Violation, ...]:
        """The violations that nobody waived."""
        if not self.marks:
            return self.verdict.violations
        return tuple(violation for violation in self.verdict.violations if not self.mark(violation.part).waiver)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that kept the scan from being complete: what broke or was not read, and which rule suffers.

    ``subscription`` says where verdicts are missing that nothing else accounts for: in one subscription, or anywhere
    (""). None means nowhere: the verdicts themselves say that they could not be given.
    """

    cause: Cause
    message: str
    rule: str = ""
    subscription: str | None = ""


@dataclass
class Tally:
    """Verdicts of one rule, counted.

    ``levels`` counts resources by their worst violation that nobody waived, ``waived`` those of which all are waived.
    """

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    causes: Counter[Cause] = field(default_factory=Counter)
    levels: Counter[Level] = field(default_factory=Counter)
    waived: int = 0

    def add(self, verdicts: Sequence[Verdict]) -> None:
        """Count *verdicts*: each once by outcome, and by cause or by its worst level."""
        self.outcomes.update([verdict.outcome for verdict in verdicts])
        for verdict in verdicts:
            if verdict.cause:
                self.causes[verdict.cause] += 1
            elif verdict.violations and (level := verdict.level):
                self.levels[level] += 1

    def merge(self, other: Tally) -> None:
        """Add the counts of *other*."""
        self.outcomes.update(other.outcomes)
        self.causes.update(other.causes)
        self.levels.update(other.levels)
        self.waived += other.waived

    @property
    def total(self) -> int:
        """The number of verdicts."""
        return self.outcomes.total()


@dataclass
class Summary:
    """A scan in numbers: verdicts by rule id, and what kept it from being complete.

    ``left_out`` counts the verdicts that the settings keep from being given, by the reason that they name.
    ``baseline`` is what an earlier scan knew; None where this one is compared with none. ``doubted`` counts
    violations of then that look fixed or gone now, and are not believed to be. ``notes`` are what the user should know
    besides, in words, as far as that is told before the report that asks is finished.
    """

    tallies: dict[str, Tally]
    problems: list[Problem] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    baseline: Baseline | None = None
    doubted: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def incomplete(self) -> bool:
        """Whether something was not read or broke: then "no violation" does not mean "fine"."""
        causes = (cause for tally in self.tallies.values() for cause in tally.causes)
        return bool(self.problems) or any(cause in INCOMPLETE for cause in causes)

    def violations(self, levels: Iterable[Level]) -> int:
        """Count the resources with a violation whose worst level is among *levels*, over all rules."""
        wanted = tuple(levels)
        return sum(tally.levels[level] for tally in self.tallies.values() for level in wanted)

    def check_sums(self, rows: Mapping[str, int]) -> None:
        """Hold the verdicts of each rule against the number of *rows* that it had to judge.

        A difference means that resources were lost between the snapshot and the report; it is recorded as a problem, so
        that the scan is incomplete.
        """
        for rule, tally in self.tallies.items():
            if tally.total != rows[rule]:
                message = f"{tally.total} verdicts for {rows[rule]} resources: the difference was not judged"
                self.problems.append(Problem("failed", message, rule))
