"""Respells what Resource Graph takes for a name and the KQL grammar for a keyword (``kind``, ``properties.count``)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from antlr4 import InputStream
from duckdb_kql._antlr.KqlLexer import KqlLexer

from tenantlint.graph.expansions import unnamed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_STARTS_A_NAME: Final = frozenset({"EXTEND", "PROJECT", "SUMMARIZE", "DISTINCT", "BY", "COMMA"})
"""What stands before the name of a new column: after anything else, ``kind=`` is an option of its operator."""

_USUAL_NAMES: Final = frozenset(
    [
        *("CARD", "COUNT", "DATE", "FILTER", "FIRST", "FLAGS", "LAST", "OTHERS", "PANELS", "SAMPLE", "SCAN", "SEARCH"),
        *("SET", "TABLE", "TIME", "TIMELINE", "TITLE"),
    ]
)
"""Keywords of the grammar that people call columns by; a query that makes such a column means it from then on."""


@dataclass(frozen=True, slots=True)
class Word:
    """One token of a query: its text, its type as the grammar names it, and its offset in the text."""

    text: str
    type: str
    start: int

    @property
    def end(self) -> int:
        """The offset behind the word."""
        return self.start + len(self.text)

    @property
    def is_keyword(self) -> bool:
        """Whether the grammar reserves the word."""
        return self.type != "IDENTIFIER" and (self.text[0].isalpha() or self.text[0] == "_")

    @property
    def name(self) -> str:
        """The name that the word may stand for: in ``['id']``, what the quotes enclose."""
        return self.text[1:-1] if self.type == "STRINGLITERAL" else self.text


@dataclass(frozen=True)
class Spelled:
    """A query as the parser gets it, and for each of its characters the offset where the user wrote it."""

    text: str
    origins: tuple[int, ...]
    original: str

    def place(self, line: int, column: int) -> tuple[int, int]:
        """Turn the parser's *line* (from 1) and *column* (from 0) into the original's, both from 1."""
        offset = sum(len(text) + 1 for text in self.text.split("\n")[: line - 1]) + column
        origin = self.origins[offset] if offset < len(self.origins) else len(self.original)
        return place(self.original, origin)


def place(text: str, offset: int) -> tuple[int, int]:
    """Return line and column, both from 1, of *offset* in *text*."""
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


@lru_cache(maxsize=8)  # whoever looks at a query looks at it several times, and the lexer is slow
def words(kql: str) -> tuple[Word, ...]:
    """Split *kql* into tokens, without spaces and comments."""
    lexer = KqlLexer(InputStream(kql))
    lexer.removeErrorListeners()
    return tuple(
        Word(token.text, KqlLexer.symbolicNames[token.type], token.start)
        for token in lexer.getAllTokens()
        if token.channel == 0
    )


def respell(kql: str) -> Spelled:
    """Write *kql* so that the library reads it as Resource Graph does, and note where each character was written."""
    pieces: list[str] = []
    origins: list[int] = []
    done = 0
    for start, end, text in sorted(_respelled(words(kql))):
        pieces += [kql[done:start], text]
        origins += [*range(done, start), *[start] * len(text)]
        done = end
    return Spelled("".join([*pieces, kql[done:]]), (*origins, *range(done, len(kql))), kql)


def _respelled(tokens: Sequence[Word]) -> Iterator[tuple[int, int, str]]:
    """Yield what stands instead of which part of the text: its start, its end, and what is to be read."""
    for word in _names_like_keywords(tokens):
        yield word.start, word.end, f"['{word.text}']"
    for word, name in unnamed(tokens):
        yield word.start, word.start, f"['{name}'] = "
    for word in _parentheses_round_start(tokens):
        yield word.start, word.end, " "


def _parentheses_round_start(tokens: Sequence[Word]) -> Iterator[Word]:
    """Yield the parentheses round the first pipe, as in ``(T | count) | union (U)``: they change nothing."""
    opened: list[int] = []
    for at, word in enumerate(tokens):
        if word.type == "OPENPAREN":
            opened.append(at)
        elif word.type == "CLOSEPAREN" and opened:
            start = opened.pop()
            after = tokens[at + 1].type if at + 1 < len(tokens) else "BAR"
            if start == len(opened) and after in {"BAR", "CLOSEPAREN", "SEMICOLON"}:  # it is the start, and all of it
                yield from (tokens[start], word)


def _names_like_keywords(tokens: Sequence[Word]) -> Iterator[Word]:
    triples = list(zip((None, *tokens), tokens, (*tokens[1:], None), strict=False))
    made = {word.text for before, word, after in triples if word.type in _USUAL_NAMES and _is_made(before, after)}
    for before, word, after in triples:
        is_property = before is not None and before.type == "DOT" and word.is_keyword
        is_kind = word.type == "KIND" and not _is_option(before, after)
        if is_property or is_kind or (word.text in made and word.is_keyword and _is_column(before, after)):
            yield word


def _is_made(before: Word | None, after: Word | None) -> bool:
    if before is not None and before.type in {"STRINGLITERAL", "WITH"}:  # there is only what parse makes
        return True
    starts = before is not None and (before.type in _STARTS_A_NAME or before.type in {"MV_EXPAND", "MVEXPAND"})
    return starts and after is not None and after.type == "EQUAL"


def _is_column(before: Word | None, after: Word | None) -> bool:
    """Whether a word between these is no operator, no function, and no place for nulls."""
    is_operator = before is not None and before.type in {"BAR", "NULLS"}
    return not is_operator and not (after is not None and after.type == "OPENPAREN")


def _is_option(before: Word | None, after: Word | None) -> bool:
    return before is not None and before.type not in _STARTS_A_NAME and after is not None and after.type == "EQUAL"


def find(name: str, kql: str, start: int = 0, *, called: bool = False) -> tuple[int, int]:
    """Find *name* in *kql* from the offset *start* on: its line and column, 0 and 0 where it is not spelled out.

    A property (``properties.count``) is taken for it only where nothing else is spelled so, and so is a function, or
    with *called* whatever is no function.
    """
    tokens = words(kql)
    found = [
        (before is not None and before.type == "DOT", (after is not None and after.type == "OPENPAREN") != called, word)
        for before, word, after in zip((None, *tokens), tokens, (*tokens[1:], None), strict=False)
        if word.start >= start and word.name == name
    ]
    return place(kql, min(found, key=lambda each: each[:2])[2].start) if found else (0, 0)


def stages(kql: str) -> list[int]:
    """Return the offset at which each operator of *kql* starts, without those of queries inside it."""
    around = frozenset(_parentheses_round_start(words(kql)))
    tokens = [word for word in words(kql) if word not in around]
    found = [0] if tokens[0].type == "UNION" else []  # `union A, B` is A, and an operator that adds B
    depth = 0
    for before, word in pairwise(tokens):
        depth += (before.type == "OPENPAREN") - (before.type == "CLOSEPAREN")
        if not depth and before.type == "BAR":
            found.append(word.start)
    return found
