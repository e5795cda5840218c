"""Rows as lines of JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson

if TYPE_CHECKING:
    from tenantlint.model import Json

_DEEPEST: Final = 200
"""Levels that are written in one go: the writer gives up at 254, the reader only at 1,024."""


def dump_line(row: dict[str, Json]) -> bytes:
    """Write *row* as a line of JSON, however deeply it is nested."""
    try:
        return orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)
    except orjson.JSONEncodeError:
        return orjson.dumps(_cut(row), option=orjson.OPT_APPEND_NEWLINE)


def _cut(row: dict[str, Json]) -> object:
    """Return a copy of *row* in which whatever lies deep is already written, so that the rest is shallow."""
    top: list[object] = [row]
    ahead: list[tuple[Any, Any, int]] = [(top, 0, 0)]  # a list or an object, an index or key of it, and its depth
    for holder, at, depth in ahead:  # grows on the way
        value = holder[at]
        if isinstance(value, (dict, list)):
            copy = value.copy()
            holder[at] = copy
            ahead += [(copy, each, depth + 1) for each in (copy if isinstance(copy, dict) else range(len(copy)))]
    for holder, at, depth in reversed(ahead):
        if depth and depth % _DEEPEST == 0:
            holder[at] = orjson.Fragment(orjson.dumps(holder[at]))
    return top[0]
