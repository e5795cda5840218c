"""What a rule says of a resource: plain values, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

Level: TypeAlias = Literal["error", "warning", "note"]
Outcome: TypeAlias = Literal["violation", "compliant", "not-applicable", "not-evaluable"]
Cause: TypeAlias = Literal["unobservable", "absent", "unread", "failed"]

LEVELS: Final[tuple[Level, ...]] = ("error", "warning", "note")
"""Worst first."""

OUTCOMES: Final[tuple[Outcome, ...]] = ("violation", "compliant", "not-applicable", "not-evaluable")

CAUSES: Final[tuple[Cause, ...]] = ("unobservable", "absent", "unread", "failed")
"""Why something is not evaluable: Resource Graph cannot show it; this row lacks it; it was not collected or could not
be read; the query, plugin or rule broke. The last two make a scan incomplete."""

INCOMPLETE: Final[frozenset[Cause]] = frozenset({"unread", "failed"})


class _NoEvidence(Mapping[str, "Json"]):
    """Evidence that there is none: verdicts share it, so that nobody may add to it."""

    def __getitem__(self, path: str) -> Json:
        raise KeyError(path)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __hash__(self) -> int:
        """Be fit for a default: it cannot change."""
        return 0

    def __reduce__(self) -> str:
        """Be the same again in another process."""
        return "NO_EVIDENCE"

    def __repr__(self) -> str:
        return "{}"


NO_EVIDENCE: Final = _NoEvidence()


@dataclass(frozen=True, slots=True)
class Document:
    """A dated document that states a constraint. ``date`` is ISO 8601 (``2026-01-28``).

    It is empty where a library that was taken over as it is does not tell it: no date is made up.
    """

    title: str
    date: str
    url: str

    @property
    def dated(self) -> str:
        """The date in words."""
        return self.date or "undated"


@dataclass(frozen=True, slots=True)
class Violation:
    """One way in which a resource breaks a rule.

    ``message`` continues a sentence that starts with the resource's name ("has 33 data disks; …"). ``evidence`` maps
    property paths to the values that decided. ``part`` tells several violations of one resource apart and is stable: a
    region, a disk's name; empty where there can be only one.
    """

    message: str
    level: Level
    evidence: Mapping[str, Json] = NO_EVIDENCE
    part: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule says of one resource. Rules make it with the methods of :class:`~tenantlint.Resource`."""

    outcome: Outcome
    message: str = ""
    cause: Cause | None = None
    evidence: Mapping[str, Json] = NO_EVIDENCE
    violations: tuple[Violation, ...] = ()

    @property
    def level(self) -> Level | None:
        """The worst level among the violations; None where there are none."""
        if not self.violations:
            return None
        return min((violation.level for violation in self.violations), key=LEVELS.index)


COMPLIANT: Final = Verdict("compliant")
"""Shared: a large tenant gives millions of these."""


@lru_cache(maxsize=4096)
def plain(outcome: Outcome, message: str, cause: Cause | None = None) -> Verdict:
    """Return a verdict without evidence; shared, since a rule gives most of its resources one of a few reasons."""
    return Verdict(outcome, message, cause)
