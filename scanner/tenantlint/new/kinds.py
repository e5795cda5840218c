"""The three ways to write a rule: each with a template, and cases that it keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Kind:
    """A way to write a rule: what its files end with, and what a pack's first rule of the kind is called."""

    name: str
    suffix: str
    example: str

    def file_name(self, rule: str) -> str:
        """Return the name of the file for a rule: Python has modules, whose names have no hyphens."""
        return f"{rule.replace('-', '_') if self.suffix == '.py' else rule}{self.suffix}"


KINDS: Final[Mapping[str, Kind]] = {
    kind.name: kind
    for kind in (
        Kind("python", ".py", "vm-contact"),
        Kind("kql", ".kql", "standard-public-ip"),
        Kind("yaml", ".yaml", "closed-storage"),
    )
}

SUFFIXES: Final = frozenset(kind.suffix for kind in KINDS.values())
