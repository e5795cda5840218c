"""What is known of a violation from outside the snapshot, and who marks it so on its way to the reports."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from tenantlint.results import Judgement, Summary

BaselineState: TypeAlias = Literal["new", "unchanged", "updated"]


@dataclass(frozen=True, slots=True)
class Waiving:
    """The waiver that accepts a violation: why, whose it is, and until when."""

    reason: str
    owner: str
    expires: date


@dataclass(frozen=True, slots=True)
class Mark:
    """What is known of one violation: the waiver that accepts it, and how it stood in the baseline.

    ``state`` is None where there is no baseline.
    """

    waiver: Waiving | None = None
    state: BaselineState | None = None


UNMARKED: Final = Mark()
NO_MARKS: Final[Mapping[str, Mark]] = MappingProxyType({})
"""Marks are by the part of a violation."""


class Stage(Protocol):
    """Looks at judgements on their way to the reports, and marks violations."""

    def mark(self, judgements: Sequence[Judgement], summary: Summary) -> Sequence[Judgement]:
        """Return *judgements* with marks, and correct what *summary* counts of them."""
        ...

    def finish(self, summary: Summary) -> list[str]:
        """Say in words what the user should know, when all judgements went by."""
        ...
