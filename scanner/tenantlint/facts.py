"""Computes facts: each once, before anything is judged, and before the facts that need it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tenantlint.context import FactTables
from tenantlint.errors import MissingColumnError
from tenantlint.judge import BROKEN, describe
from tenantlint.problems import missing
from tenantlint.results import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tenantlint.manifest import Manifest
    from tenantlint.rules import Fact
    from tenantlint.tenant import WholeTables


@dataclass
class Facts:
    """The *values* of the facts that were computed, by name, and what kept others from being computed."""

    manifest: Manifest
    known: Mapping[str, Fact]
    values: dict[str, object] = field(default_factory=dict)
    broken: dict[str, Problem] = field(default_factory=dict)

    def compute(self, whole: WholeTables, names: Iterable[str]) -> None:
        """Compute those of *names* that are facts, and before each the facts that it needs itself."""
        for name in sorted(self.known.keys() & set(names)):
            if name not in self.values and name not in self.broken:
                self._compute_after_others(whole, self.known[name])

    def problem_with(self, reads: Iterable[str]) -> Problem | None:
        """Say which of the tables and facts *reads* is not there; None where all are."""
        found = (self.broken.get(name) or missing(self.manifest, name, self.known) for name in sorted(reads))
        return next((problem for problem in found if problem), None)

    def _compute_after_others(self, whole: WholeTables, fact: Fact) -> None:
        self.compute(whole, fact.reads)
        problem = self.problem_with(fact.reads) or self._compute(whole, fact)
        if problem:
            self.broken[fact.name] = problem

    def _compute(self, whole: WholeTables, fact: Fact) -> Problem | None:
        try:
            self.values[fact.name] = fact.compute(FactTables(whole, fact.reads, fact.name, self.values))
        except MissingColumnError as error:
            return Problem("unread", f"fact {fact.name!r} cannot be computed: {error}")
        except BROKEN as error:
            return Problem("failed", f"fact {fact.name!r} broke: {describe(error)}")
        return None
