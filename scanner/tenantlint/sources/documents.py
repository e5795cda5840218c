"""A resource as a file: canonical JSON, and on which line of it a property is."""

from __future__ import annotations

import json
import re
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

from tenantlint.listing import VIOLATIONS
from tenantlint.schema import NESTED_COLUMNS, TEXT_COLUMNS
from tenantlint.sources.secrets import without_secrets
from tenantlint.untrusted import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tenantlint.model import Json

_STEP: Final = re.compile(r'\.?(?:([A-Za-z_][A-Za-z0-9_]*)|"((?:[^"\\]|\\.)*)"|\[(\d+)\])')
_OPTIONS: Final = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE


LONGEST_SNIPPET: Final = 1_000
"""Characters of a property that are shown with an alert."""


class Lines(NamedTuple):
    """The first and the last line of a value; they count from 1."""

    first: int
    last: int


FIRST_LINE: Final = Lines(1, 1)


def document(rows: Iterable[tuple[Sequence[str], Sequence[str | None]]]) -> bytes:
    """Return a resource as JSON, from the *rows* that are it: columns, and cells as a snapshot stores them.

    ``properties_storageProfile`` is ``properties.storageProfile`` again. The first row counts most where they differ.
    """
    cells: dict[str, Json] = {}
    for columns, row in rows:
        for column, cell in zip(columns, row, strict=False):
            if cell is not None and column != VIOLATIONS:  # that is what a rule says, and not what the resource is
                cells.setdefault(column, cell if column in TEXT_COLUMNS else orjson.loads(cell))
    clean = without_secrets(_nested({column: value for column, value in cells.items() if value is not None}))
    text = orjson.dumps(clean, option=_OPTIONS).decode()
    return _escaped(text).encode()


def _nested(cells: Mapping[str, Json]) -> dict[str, Json]:
    """Return properties where they belong; shorter columns first, since they hold what longer ones add to."""
    found: dict[str, Json] = {}
    for column in sorted(cells, key=lambda name: (len(name), name)):
        value = cells[column]
        first, *rest = column.split("_")
        if not (rest and all(rest) and first in NESTED_COLUMNS and _add(found, [first, *rest], value)):
            found[column] = value
    return found


def _add(into: dict[str, Json], path: list[str], value: Json) -> bool:
    """Put *value* at *path*, unless something that is no object is in the way or something is there."""
    held: dict[str, Any] = into
    for name in path[:-1]:
        inner = held.setdefault(name, {})
        if not isinstance(inner, dict):
            return False
        held = inner
    return bool(held.setdefault(path[-1], value) == value)


def _escaped(text: str) -> str:
    return text if text.isascii() else "".join(map(_seen, text))


def _seen(character: str) -> str:
    """Escape what a reader would not see, and what ends a line for some."""
    return character if character == "\n" or visible(character) == character else json.dumps(character)[1:-1]


class Index:
    """The lines of the properties in the text of one document. Each level of it is indented by two spaces more."""

    def __init__(self, text: str) -> None:
        self._text = text.split("\n")

    def of(self, paths: Iterable[str]) -> Lines:
        """Return the lines of the first of *paths*, as evidence names them, that leads anywhere; else the first line.

        Where the document lacks what a path leads to, that is the nearest that it lacks it in.
        """
        found = [self._deepest(path) for path in paths]
        whole = [lines for lines, is_whole in found if is_whole]
        return next(iter(whole or [lines for lines, _ in found if lines != FIRST_LINE]), FIRST_LINE)

    def snippet(self, lines: Lines) -> str:
        """Return the text of *lines*; empty where it is long: a report has many of them."""
        text = "\n".join(self._text[lines.first - 1 : lines.last])
        return text if len(text) <= LONGEST_SNIPPET else ""

    def _deepest(self, path: str) -> tuple[Lines, bool]:
        """Return the lines of the longest beginning of *path* that is there, and whether it is all of it."""
        at = Lines(1, len(self._text))
        depth = end = 0
        while step := _STEP.match(path, end):
            name, quoted, number = step.groups()
            onward = self._element(at, depth, int(number)) if number else self._member(at, depth, name or quoted or "")
            if onward is None:
                break
            at, end, depth = onward, step.end(), depth + 1
        return (at, end == len(path)) if depth else (FIRST_LINE, False)

    def _member(self, at: Lines, depth: int, name: str) -> Lines | None:
        """Return the lines of what *name* leads to in the object at *at*."""
        start = f"{'  ' * (depth + 1)}{_escaped(orjson.dumps(name).decode())}:"
        lines = range(at.first, at.last - 1)
        return next((self._whole(line, depth) for line in lines if self._text[line].startswith(start)), None)

    def _element(self, at: Lines, depth: int, number: int) -> Lines | None:
        """Return the lines of an element of the list at *at*."""
        if not self._text[at.first - 1].endswith("["):
            return None
        indent = "  " * (depth + 1)
        starts = (
            line
            for line in range(at.first, at.last - 1)
            if self._text[line].startswith(indent) and self._text[line][len(indent) : len(indent) + 1] not in " ]}"
        )
        found = next(islice(starts, number, None), None)
        return None if found is None else self._whole(found, depth)

    def _whole(self, line: int, depth: int) -> Lines:
        """Return the lines of the value that starts on *line*, which counts from 0."""
        last = line
        if self._text[line].endswith(("{", "[")):
            closing = tuple(f"{'  ' * (depth + 1)}{bracket}" for bracket in "}]")
            after = (at for at in range(line + 1, len(self._text)) if self._text[at].startswith(closing))
            last = next(after, line)  # somebody may have changed the file
        return Lines(line + 1, last + 1)
