"""How a constraint stands in the dated editions of the documentation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenantlint.model import Document

Stance: TypeAlias = Literal["in-force", "relaxed", "obsolete"]

STANCES: Final[tuple[Stance, ...]] = ("in-force", "relaxed", "obsolete")


@dataclass(frozen=True, slots=True)
class Edition:
    """What a dated *document* makes of a constraint.

    It is ``in-force`` where the document states it; ``relaxed`` where it demands less than before: then every violation
    is at worst a warning that names both documents; ``obsolete`` where it lifts it: then the rule reports nothing.
    *note* says what changed, as the end of a sentence: "they are backed up where the VM can reach the internet".
    """

    document: Document
    stance: Stance = "in-force"
    note: str = ""

    @property
    def month(self) -> str:
        """The month from which it holds (``2026-01``)."""
        return self.document.date[:7]


def standing(history: Sequence[Edition], edition: str | None) -> Edition | None:
    """Return how a constraint stands in *edition* (``YYYY-MM``; the newest for None); None where nobody states it yet.

    *history* is sorted by date.
    """
    known = [entry for entry in history if edition is None or entry.month <= edition]
    return known[-1] if known else None


def demanded_by(history: Sequence[Edition], relaxed: Edition) -> Document:
    """Return the last document that stated the constraint in full before *relaxed*."""
    before = [entry for entry in history if entry.stance == "in-force" and entry.document.date <= relaxed.document.date]
    return before[-1].document
