"""What is told of a query: a trap, and where it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tenantlint.model import Level


@dataclass(frozen=True, order=True)
class Finding:
    """A trap in a query. ``line`` and ``column`` count from 1; ``text`` is the first line of what is at fault.

    What is ``said`` starts with the text, but where it ``is_whole``.
    """

    line: int
    column: int
    check: str
    level: Level
    text: str
    said: str
    instead: str
    is_whole: bool = False

    @property
    def message(self) -> str:
        """What is told of the place, as one sentence."""
        return self.said if self.is_whole or not self.text else f"`{self.text}` {self.said}"


@dataclass(frozen=True)
class Linted:
    """A file, and what was found in it. ``is_query`` is false where it holds comments only."""

    path: str
    findings: tuple[Finding, ...]
    is_query: bool = True
