"""KQL rules of one's own: a ``.kql`` file that starts with what is to be known of its rule.

Each line of the header is a comment, ``// key: text``; one that is indented further goes on with the text before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from tenantlint.names import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenantlint.rule_files.texts import Source

KEYS: Final = (
    "id",
    "title",
    "level",
    "type",
    "table",
    "source",
    "message",
    "part",
    "why",
    "fix",
    "limits",
    "noun",
    "topic",
    "tags",
    "visibility",
    "enabled",
)
REQUIRED: Final = ("id", "title", "level", "source")

_KEY: Final = re.compile(r"// ?([A-Za-z][A-Za-z-]*):(?:\s+(.*))?")
_MORE: Final = re.compile(r"//(?:  +| ?\t+)(\S.*)")
_BARE: Final = re.compile(r"//\s*")


@dataclass(frozen=True, slots=True)
class Entry:
    """A key of a header, its text, and its line."""

    key: str
    text: str
    line: int


def has_header(text: str) -> bool:
    """Tell whether *text* is meant as a rule: its first comments name the id, two keys, or a key on the first line."""
    keys = [found[1] if (found := _KEY.fullmatch(line)) else "" for line in _first_comments(text)]
    known = [key for key in keys if key in KEYS]
    return keys[:1] == known[:1] != [] or "id" in known or len(known) > 1


def _first_comments(text: str) -> Iterator[str]:
    lines = (line.rstrip() for line in text.split("\n"))
    return takewhile(lambda line: line.startswith("//"), filter(None, lines))


def read_header(source: Source, text: str) -> list[Entry]:
    """Read the header of *text*. Raises ``RuleFileError`` with the line of what is wrong."""
    entries = list(_entries(source, text))
    named = [entry.key for entry in entries]
    for entry in entries:
        if entry.key not in KEYS:
            raise source.error(f"there is no key {entry.key!r}", entry.line, hint=nearest(entry.key, KEYS))
        if entry.key != "source" and named.count(entry.key) > 1:
            raise source.error(f"key {entry.key!r} is there twice", entry.line)
        if not entry.text:
            raise source.error(f"key {entry.key!r} says nothing", entry.line)
    for key in REQUIRED:
        if key not in named:
            raise source.error(f"its header has no line `// {key}: …`", 1)
    return entries


def _entries(source: Source, text: str) -> Iterator[Entry]:
    """Yield the entries with their further lines; an empty line of a header starts a new paragraph."""
    held: Entry | None = None
    gap = False
    for number, line in enumerate(map(str.rstrip, text.split("\n")), start=1):
        if not line.startswith("//"):
            if line or held:
                break
        elif held is not None and (more := _MORE.fullmatch(line)):
            held = Entry(held.key, held.text + ("\n\n" if gap else "\n") * bool(held.text) + more[1], held.line)
        elif found := _KEY.fullmatch(line):
            if held:
                yield held
            held = Entry(found[1], (found[2] or "").strip(), number)
        elif not _BARE.fullmatch(line):
            hint = "a header is lines `// key: text`, ended by an empty line; comments of other kinds stand below it"
            raise source.error("this line of the header names no key", number, hint=hint)
        gap = bool(_BARE.fullmatch(line))
    if held:
        yield held
