"""Templates of messages: ``has {length(properties.disks)} disks``; ``{{`` and ``}}`` are braces."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import orjson

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenantlint.model import Json

_PIECE: Final = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_NOTHING: Final = "nothing"


@lru_cache(maxsize=4096)
def holes(template: str) -> tuple[str, ...]:
    """Return what stands in the braces of *template*. Raises ``ValueError`` where one has no partner."""
    found: list[str] = []
    for piece in _PIECE.finditer(template):
        if piece[1] is not None:
            found.append(piece[1].strip())
        elif piece[0] in "{}":
            raise ValueError(f"{piece[0]!r} has no partner: write {piece[0] * 2!r} for the character itself")
    if "" in found:
        raise ValueError("'{}' names nothing")
    return tuple(found)


def fill(template: str, value_of: Callable[[str], Json]) -> str:
    """Return *template* with what *value_of* has for each of its :func:`holes`."""
    return _PIECE.sub(lambda piece: told(value_of(piece[1].strip())) if piece[1] is not None else piece[0][0], template)


def told(value: Json) -> str:
    """Return *value* as a message shows it: text and numbers as they are, everything else as JSON."""
    if value is None or value == "":
        return _NOTHING
    return value if isinstance(value, str) else orjson.dumps(value).decode()
