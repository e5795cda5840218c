"""Respells what Resource Graph takes for a name and the KQL grammar for a keyword (``kind``, ``properties.count``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from antlr4 import InputStream
from duckdb_kql._antlr.KqlLexer import KqlLexer

if TYPE_CHECKING:
    from collections.abc import Iterator

_TAKES_KIND: Final = frozenset({"JOIN", "UNION", "PARSE", "PARSEWHERE", "MVEXPAND", "MV_EXPAND", "LOOKUP"})
"""Operators with an option ``kind=``: there the word is no column."""


@dataclass(frozen=True, slots=True)
class Word:
    """One token of a query: its text, its type as the grammar names it, and its offset in the text."""

    text: str
    type: str
    start: int

    @property
    def is_keyword(self) -> bool:
        """Whether the grammar reserves the word."""
        return self.type != "IDENTIFIER" and (self.text[0].isalpha() or self.text[0] == "_")


@dataclass(frozen=True)
class Spelled:
    """A query as the parser gets it, and for each of its characters the offset where the user wrote it."""

    text: str
    origins: tuple[int, ...]
    original: str

    def place(self, line: int, column: int) -> tuple[int, int]:
        """Turn the parser's *line* (from 1) and *column* (from 0) into the original's, both from 1."""
        lines = self.text.splitlines(keepends=True)
        offset = sum(len(text) for text in lines[: line - 1]) + column
        origin = self.origins[offset] if offset < len(self.origins) else len(self.original)
        return place(self.original, origin)


def place(text: str, offset: int) -> tuple[int, int]:
    """Return line and column, both from 1, of *offset* in *text*."""
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def words(kql: str) -> list[Word]:
    """Split *kql* into tokens, without spaces and comments."""
    lexer = KqlLexer(InputStream(kql))
    lexer.removeErrorListeners()
    return [
        Word(token.text, KqlLexer.symbolicNames[token.type], token.start)
        for token in lexer.getAllTokens()
        if token.channel == 0
    ]


def respell(kql: str) -> Spelled:
    """Put brackets and quotes round names that the grammar would take for keywords."""
    pieces: list[str] = []
    origins: list[int] = []
    done = 0
    for word in _names_like_keywords(words(kql)):
        end = word.start + len(word.text)
        quoted = f"['{word.text}']"
        pieces += [kql[done : word.start], quoted]
        origins += [*range(done, word.start), *[word.start] * len(quoted)]
        done = end
    return Spelled("".join([*pieces, kql[done:]]), (*origins, *range(done, len(kql))), kql)


def _names_like_keywords(tokens: list[Word]) -> Iterator[Word]:
    for before, word, after in zip([None, *tokens], tokens, [*tokens[1:], None], strict=False):
        is_property = before is not None and before.type == "DOT" and word.is_keyword
        if is_property or (word.type == "KIND" and not _is_option(before, after)):
            yield word


def _is_option(before: Word | None, after: Word | None) -> bool:
    return before is not None and before.type in _TAKES_KIND and after is not None and after.type == "EQUAL"


def find(name: str, kql: str) -> tuple[int, int]:
    """Find *name* as a whole word of *kql*: its line and column, 0 and 0 where it is not spelled out."""
    found = next((word for word in words(kql) if word.text == name), None)
    return place(kql, found.start) if found else (0, 0)
