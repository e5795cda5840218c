"""Where in ``waivers.toml`` something is written: the parser of the standard library gives values without places."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN: Final = re.compile(
    r"""
    (?P<unsaid> [ \t\r]+ | \#[^\n]* )
  | (?P<word>
        \"{3} (?: \\. | [^\\] )*? \"{3,5}
      | '{3} .*? '{3,5}
      | " (?: \\. | [^"\\\n] )* "
      | ' [^'\n]* '
      | [A-Za-z0-9_-]+
    )
  | (?P<sign> . )
    """,
    re.DOTALL | re.VERBOSE,
)


class _Token(NamedTuple):
    text: str
    line: int
    is_word: bool


@dataclass
class EntryLines:
    """The lines, counted from 1, where one table of an array starts and where its keys are."""

    start: int
    keys: dict[str, int] = field(default_factory=dict)

    def of(self, key: str) -> int:
        """Return the line of *key*; where it is not there, that of the table."""
        return self.keys.get(key, self.start)

    def has(self, key: _Token) -> None:
        """Note where *key* is."""
        self.keys.setdefault(_name(key), key.line)


def entry_lines(text: str, array: str) -> list[EntryLines]:
    """Return where each table of *array* is in *text*, which is TOML, in their order."""
    entries: list[EntryLines] = []
    inside: EntryLines | None = None
    at_root = True
    for statement in _statements(text):
        first = statement[0]
        if not first.is_word:  # a header
            at_root, inside = False, None
            if [_name(token) for token in statement] == ["[", "[", array, "]", "]"]:
                entries.append(inside := EntryLines(first.line))
        elif inside:
            inside.has(first)
        elif at_root and _name(first) == array:
            entries += _inline(statement[1:])
    return entries


def _statements(text: str) -> Iterator[list[_Token]]:
    """Yield the tokens of each header and of each key with its value."""
    statement: list[_Token] = []
    depth, line = 0, 1
    for found in _TOKEN.finditer(f"{text}\n"):
        token = _Token(found[0], line, found.lastgroup == "word")
        line += token.text.count("\n")
        depth += (token.text in ("[", "{")) - (token.text in ("]", "}"))
        if token.text != "\n" and found.lastgroup != "unsaid":
            statement.append(token)
        elif token.text == "\n" and depth == 0 and statement:
            yield statement
            statement = []


def _inline(tokens: list[_Token]) -> Iterator[EntryLines]:
    """Yield the inline tables of an array: ``= [{…}, …]``."""
    entry, depth, before = EntryLines(0), 0, ""
    for token in tokens:
        depth += (token.text in ("[", "{")) - (token.text in ("]", "}"))
        if (depth, token.text) == (2, "{"):
            entry = EntryLines(token.line)
        elif (depth, token.text) == (1, "}"):
            yield entry
        elif depth == 2 and token.is_word and before in ("{", ","):  # noqa: PLR2004 - in a table in the array
            entry.has(token)
        before = token.text


def _name(token: _Token) -> str:
    """Return the key that *token* writes, bare or in quotes; a sign as it is."""
    return next(iter(tomllib.loads(f"{token.text} = 0"))) if token.text[0] in "\"'" else token.text
