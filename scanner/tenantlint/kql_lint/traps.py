"""A trap: what is at fault with a query, why, what to write instead, and the function that sees it."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from tenantlint.kql_lint.nesting import end_of
from tenantlint.kql_lint.outline import Outline
from tenantlint.model import Document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenantlint.graph.spelling import Word
    from tenantlint.model import Level

_HEADING: Final = re.compile(r"^## (.+)$", re.MULTILINE)

LANGUAGE: Final = Document(
    "Understanding the Azure Resource Graph query language",
    "2024-03-20",
    "https://learn.microsoft.com/azure/governance/resource-graph/concepts/query-language",
)
LARGE_RESULTS: Final = Document(
    "Working with large Azure resource data sets",
    "2026-02-06",
    "https://learn.microsoft.com/azure/governance/resource-graph/concepts/work-with-data",
)


@dataclass(frozen=True, slots=True)
class Hit:
    """Where in a query a trap is, as offsets, and what is to be said of that place.

    What is said starts with the text of the place, but where it is a whole sentence by itself.
    """

    start: int
    end: int
    said: str
    is_whole: bool = False


See: TypeAlias = Callable[[Outline], Iterator[Hit]]


@dataclass(frozen=True)
class Trap:
    """A trap and its documentation; ``avoid`` is a query that it is in, ``prefer`` one that it is not in."""

    id: str
    level: Level
    source: Document
    see: See
    title: str
    why: str
    instead: str
    avoid: str
    prefer: str


def trap(id_: str, level: Level, source: Document) -> Callable[[See], Trap]:
    """Make a trap of a function. Its docstring has a title and ``## Why``, ``Instead``, ``Avoid`` and ``Prefer``."""

    def make(see: See) -> Trap:
        title, _, rest = inspect.cleandoc(see.__doc__ or "").partition("\n")
        parts = _HEADING.split(rest)
        told = dict(zip(parts[1::2], parts[2::2], strict=True))
        why, instead = (" ".join(told[name].split()) for name in ("Why", "Instead"))
        avoid, prefer = (textwrap.dedent(told[name]).strip() for name in ("Avoid", "Prefer"))
        return Trap(id_, level, source, see, title, why, instead, avoid, prefer)

    return make


def at(words: Sequence[Word], said: str) -> Hit:
    """Make a hit of the place from the first to the last of *words*."""
    return Hit(words[0].start, end_of(words[-1]), said)
