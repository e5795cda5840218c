"""The mutants that may live, and why: survivors.toml."""

import re
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from typing import TypeAlias

from tests.mutation.configuration import read_toml
from tests.mutation.mutants import Mutant


@dataclass(frozen=True)
class Survivor:
    """One line of one module, and what it may be changed to."""

    reason: str
    module: str
    before: str
    after: list[str]

    def accepts(self, mutant: Mutant) -> bool:
        return (self.module, self.before) == (mutant.place, mutant.before) and mutant.after in self.after


@dataclass(frozen=True)
class Pattern:
    """Changes of one kind, by operators (globs) and by what is found in the line before and after (expressions)."""

    reason: str
    operators: list[str]
    before: str
    after: str = ""

    def accepts(self, mutant: Mutant) -> bool:
        return (
            any(fnmatch(mutant.operator, f"core/{glob}") for glob in self.operators)
            and re.search(self.before, mutant.before) is not None
            and re.search(self.after, mutant.after) is not None
        )


Accepted: TypeAlias = Survivor | Pattern


@cache
def accepted() -> list[Accepted]:
    """Return all that may live: what speaks of one line comes before what speaks of many."""
    read = read_toml("survivors.toml")
    return [
        *(Survivor(**entry) for entry in read.get("survivor", [])),
        *(Pattern(**entry) for entry in read.get("pattern", [])),
    ]


def reason_for(mutant: Mutant) -> str:
    """Return why a mutant may live; empty where nothing says so."""
    return next((entry.reason for entry in accepted() if entry.accepts(mutant)), "")
