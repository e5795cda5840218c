"""Controls of public security frameworks, which rules can say that they serve."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """A published framework of controls.

    ``key`` starts the tags that stand for its controls: ``mcsb`` in ``mcsb/BR-1``. ``version`` is the framework's own
    ("1", "Revision 4"); ``organization`` is who publishes it.
    """

    key: str
    title: str
    version: str
    organization: str
    url: str


@dataclass(frozen=True, slots=True)
class Control:
    """One control of a framework: its id there ("BR-1") and its title."""

    taxonomy: Taxonomy
    id: str
    title: str

    @property
    def tag(self) -> str:
        """The tag that stands for it, by which alerts can be filtered: ``mcsb/BR-1``."""
        return f"{self.taxonomy.key}/{self.id}"
