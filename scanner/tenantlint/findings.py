"""What is known of a violation from outside the snapshot, and who marks it so on its way to the reports."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date

    from tenantlint.nights.seen import Seen
    from tenantlint.results import Judgement, Summary
    from tenantlint.sources.places import Place

BaselineState: TypeAlias = Literal["new", "unchanged", "updated"]


class Written(NamedTuple):
    """Where something is written: the path of a file, with slashes, and the line."""

    file: str
    line: int

    def __str__(self) -> str:
        """Return it as messages tell it."""
        return f"{self.file}, line {self.line}"


@dataclass(frozen=True, slots=True)
class Waiving:
    """The waiver that accepts a violation: why, whose it is, until when, and where it is written, if in a file."""

    reason: str
    owner: str
    expires: date
    written: Written | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """What is known of one violation: the waiver that accepts it, how it stood in the baseline and where it was shown.

    ``state`` is None where there is no baseline; ``place`` is told of what only the baseline knows.
    """

    waiver: Waiving | None = None
    state: BaselineState | None = None
    place: Place | None = None


UNMARKED: Final = Mark()
NO_MARKS: Final[Mapping[str, Mark]] = MappingProxyType({})
"""Marks are by the part of a violation."""


def part_key(part: str, parts: Iterable[str]) -> str:
    """Return what *part* is compared by: in lower case, unless others of *parts* differ from it in case alone."""
    lower = part.lower()
    return part if lower != part and sum(each.lower() == lower for each in parts) > 1 else lower


class Stage(Protocol):
    """Looks at judgements on their way to the reports, and marks violations."""

    def mark(self, judgements: Sequence[Judgement], summary: Summary) -> Sequence[Judgement]:
        """Return *judgements* with marks, and correct what *summary* counts of them."""
        ...

    def finish(self, summary: Summary) -> list[str]:
        """Say in words what the user should know, when all judgements went by."""
        ...


class Baseline(Protocol):
    """What an earlier scan knew that this one cannot say, as the SARIF reports ask for it after the last judgement.

    A stage that compares with an earlier scan sets it as ``Summary.baseline``. The judgements that it gives are
    violations of rules that judge now, with the messages and levels of then, in any order, as often as they are asked
    for.
    """

    @property
    def guid(self) -> str:
        """The GUID of the earlier run; empty where it has none."""
        ...

    @property
    def deleted(self) -> Collection[str]:
        """The subscriptions of then that are proven to be there no more."""
        ...

    @property
    def categories(self) -> Mapping[str, str]:
        """The categories that may have alerts since then, each with its subscription ("" for what is in none).

        See :func:`tenantlint.reports.sarif_categories.categories_of`.
        """
        ...

    @property
    def remembered(self) -> Seen:
        """Verdicts of then, counted, where nothing was read now: what is missed there later is held against them."""
        ...

    def carried(self) -> Iterable[Judgement]:
        """Violations of then which are not evaluable now or were not looked at, with the waivers of now."""
        ...

    def absent(self) -> Iterable[Judgement]:
        """Violations of then that are fixed, or whose resource is gone."""
        ...
