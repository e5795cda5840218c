"""JSON with the lines that its values are on, as it is written: with comments, too, which templates may have."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterator

Path: TypeAlias = "tuple[str | int, ...]"

DEEPEST: Final = 200
_TOKEN: Final = re.compile(
    r'[ \t\r\n\ufeff]+|//[^\n]*|/\*.*?\*/|"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"/]+', re.DOTALL
)


class Found(NamedTuple):
    """A value at a path, and its lines; the first is that of its key. ``text`` is a scalar's: of a string, its value.

    It is None of a list or an object.
    """

    path: Path
    line: int
    end_line: int
    text: str | None


@dataclass
class _Open:
    """A list or an object that has not ended; ``at`` is the key or the index of the value that comes next."""

    path: Path
    line: int
    at: str | int | None
    key_line: int = 0

    @property
    def wants_key(self) -> bool:
        return self.at is None


def values(text: str) -> Iterator[Found]:
    """Yield every value of *text*, an object after what is in it.

    Raises ``ValueError`` where brackets do not match, or lie deeper than 200.
    """
    opened: list[_Open] = []
    for piece, line in _tokens(text):
        if piece in "{[":
            path, at = _here(opened), line if not opened else opened[-1].key_line or line
            opened.append(_Open(path, at, 0 if piece == "[" else None))
            _check_depth(opened)
        elif piece in "}]":
            yield _closed(opened, piece, line)
        elif piece == ",":
            _go_on(opened)
        elif piece == ":":
            continue
        elif opened and opened[-1].wants_key:
            opened[-1].at, opened[-1].key_line = _string(piece), line
        else:
            first = opened[-1].key_line if opened else 0
            yield Found(_here(opened), first or line, line + piece.count("\n"), _string(piece))
    if opened:
        raise ValueError("a bracket is not closed")


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    at, line = 0, 1
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ValueError(f"line {line} is not JSON")
        piece = match[0]
        if not piece[0].isspace() and piece[0] not in "/\ufeff":
            yield piece, line
        at, line = match.end(), line + piece.count("\n")


def _here(opened: list[_Open]) -> Path:
    if not opened:
        return ()
    top = opened[-1]
    if top.at is None:
        raise ValueError("a value has no key")
    return (*top.path, top.at)


def _check_depth(opened: list[_Open]) -> None:
    if len(opened) > DEEPEST:
        raise ValueError(f"it is deeper than {DEEPEST}")


def _closed(opened: list[_Open], piece: str, line: int) -> Found:
    if not opened or isinstance(opened[-1].at, int) != (piece == "]"):
        raise ValueError(f"line {line} closes what is not open")
    done = opened.pop()
    return Found(done.path, done.line, line, None)


def _go_on(opened: list[_Open]) -> None:
    if not opened:
        raise ValueError("a comma stands outside of everything")
    top = opened[-1]
    top.at = top.at + 1 if isinstance(top.at, int) else None
    top.key_line = 0


def _string(piece: str) -> str:
    if not piece.startswith('"'):
        return piece
    try:
        text: str = orjson.loads(piece)
    except ValueError:  # a template's string may have line breaks in it
        text = piece[1:-1]
    return text
