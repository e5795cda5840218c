"""What a query is made of, word by word: pipes, their operators, and the pipes inside these.

The syntax tree knows no places, and knows nothing of a query that cannot be run here. Traps need both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tenantlint.errors import KqlError
    from tenantlint.graph.spelling import Word

_OPEN: Final = frozenset({"OPENPAREN", "OPENBRACKET", "OPENBRACE"})
_CLOSE: Final = frozenset({"CLOSEPAREN", "CLOSEBRACKET", "CLOSEBRACE"})
_TAKING_PIPES: Final = frozenset({"join", "lookup", "union"})
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_SAME: Final = {"mvexpand": "mv-expand", "sort": "order", "take": "limit"}

_DEEPEST: Final = 40
_MOST_STEPS: Final = 300
TOO_MUCH: Final = (
    f"the local resource graph takes {_DEEPEST} parentheses in each other and {_MOST_STEPS} operators, no more"
)


@dataclass(frozen=True)
class Step:
    """One operator: its name (of synonyms always the same), its words without those of ``inner``, and the pipes inside.

    A join's pipe may be a bare table.
    """

    operator: str
    words: tuple[Word, ...]
    inner: tuple[Pipe, ...] = ()

    def option(self, name: str) -> Word | None:
        """Return what follows ``name =``."""
        for word, equal, value in zip(self.words[1:], self.words[2:], self.words[3:], strict=False):
            if word.text.lower() == name and equal.type == "EQUAL":
                return value
        return None

    @property
    def limit(self) -> tuple[Word, ...]:
        """Return the number behind ``limit``, where it is one, as a tuple: the word may be a column's name, too."""
        return next((pair[1:] for pair in zip(self.words, self.words[1:], strict=False) if is_limit(pair)), ())

    def after(self, *types: str) -> tuple[Word, ...]:
        """Return the words behind the first that is of one of *types* and in no parentheses; none if there is none."""
        depth = 0
        for at, word in enumerate(self.words):
            depth += (word.type in _OPEN) - (word.type in _CLOSE)
            if not depth and word.type in types:
                return self.words[at + 1 :]
        return ()


@dataclass(frozen=True)
class Pipe:
    """A source and what is done with it. ``source`` has no word where the pipe starts with ``union``."""

    source: tuple[Word, ...]
    steps: tuple[Step, ...]


NOTHING: Final = Pipe((), ())
"""Instead of the pipe of a query that cannot be read."""


@dataclass(frozen=True)
class Outline:
    """A query as traps see it.

    ``columns`` are those of its result, none where the local resource graph refused the query: then ``error`` says why.
    """

    kql: str
    pipe: Pipe
    columns: tuple[str, ...] = ()
    error: KqlError | None = field(default=None, compare=False)

    @property
    def is_readable(self) -> bool:
        """Whether there is a pipe to look at."""
        return self.pipe is not NOTHING

    def pipes(self) -> Iterator[Pipe]:
        """Yield the query's pipe and those inside it."""
        yield from _pipes(self.pipe)

    def steps(self, *operators: str) -> Iterator[Step]:
        """Yield each step that is one of *operators*, or each at all."""
        for pipe in self.pipes():
            yield from (step for step in pipe.steps if not operators or step.operator in operators)


def read_pipe(kql: str, tokens: Sequence[Word]) -> Pipe:
    """Make a pipe of the words of a query, or of what is in parentheses; ``NOTHING`` where a word is missing."""
    first, *others = _split(tokens, "BAR")
    if not first or not all(others):
        return NOTHING
    if first[0].type == "UNION":
        return Pipe((), tuple(_step(kql, words) for words in (first, *others)))
    steps = tuple(_step(kql, words) for words in others)
    if first[0].type == "OPENPAREN" and _closing(first, 0) == len(first) - 1:
        start = read_pipe(kql, first[1:-1])
        return Pipe(start.source, start.steps + steps)
    return Pipe(tuple(first), steps)


def is_too_much(tokens: Sequence[Word]) -> bool:
    """Whether there are more operators, or more parentheses open at once, than anybody reads."""
    depth = deepest = 0
    for word in tokens:
        depth += (word.type in _OPEN) - (word.type in _CLOSE)
        deepest = max(deepest, depth)
    return deepest > _DEEPEST or sum(word.type == "BAR" for word in tokens) > _MOST_STEPS


def listed(tokens: Sequence[Word]) -> list[list[Word]]:
    """Split words at the commas that are in no parentheses."""
    return [words for words in _split(tokens, "COMMA") if words]


def is_limit(pair: tuple[Word, Word]) -> bool:
    """Whether two words are a limit of rows."""
    return pair[0].type == "LIMIT" and pair[1].type == "LONGLITERAL"


def end_of(word: Word) -> int:
    """Return the offset behind *word*."""
    return word.start + len(word.text)


def _pipes(pipe: Pipe) -> Iterator[Pipe]:
    yield pipe
    for step in pipe.steps:
        for inner in step.inner:
            yield from _pipes(inner)


def _step(kql: str, tokens: Sequence[Word]) -> Step:
    named = _NAME.match(kql, tokens[0].start)
    name = (named[0] if named else tokens[0].text).lower()
    own: list[Word] = []
    inner: list[Pipe] = []
    at = 0
    while at < len(tokens):
        end = _closing(tokens, at) if tokens[at].type == "OPENPAREN" else 0
        inside = tokens[at + 1 : end] if end else ()
        if inside and _is_pipe(inside, called=_is_called(tokens, at), taking=name in _TAKING_PIPES):
            inner.append(read_pipe(kql, inside))
            own += (tokens[at], tokens[end])
            at = end
        else:
            own.append(tokens[at])
        at += 1
    if name in _TAKING_PIPES:
        inner += (Pipe((word,), ()) for word in _bare_tables(name, own))
    return Step(_SAME.get(name, name), tuple(own), tuple(inner))


def _is_pipe(inside: Sequence[Word], *, called: bool, taking: bool) -> bool:
    return len(_split(inside, "BAR")) > 1 or (taking and not called)


def _is_called(tokens: Sequence[Word], at: int) -> bool:
    """Whether the parenthesis at *at* holds arguments; behind ``kind=inner`` it does not."""
    return tokens[at - 1].type == "IDENTIFIER" and tokens[at - 2].type != "EQUAL"


def _bare_tables(operator: str, own: Sequence[Word]) -> Iterator[Word]:
    """Yield the tables that a join or a union names without parentheses."""
    for part in _split(own[1:], "COMMA"):
        words = _without_options(part)
        if words and words[0].type == "IDENTIFIER":
            yield words[0]
        if operator != "union":
            return


def _without_options(part: Sequence[Word]) -> Sequence[Word]:
    while len(part) > 2 and part[1].type == "EQUAL":  # noqa: PLR2004 - a name, the sign, a value
        part = part[3:]
    return part


def _closing(tokens: Sequence[Word], at: int) -> int:
    """Return the index of what closes the parenthesis at *at*; 0 where nothing does."""
    depth = 0
    for index in range(at, len(tokens)):
        depth += (tokens[index].type in _OPEN) - (tokens[index].type in _CLOSE)
        if not depth:
            return index
    return 0


def _split(tokens: Sequence[Word], sign: str) -> list[list[Word]]:
    parts: list[list[Word]] = [[]]
    depth = 0
    for word in tokens:
        depth += (word.type in _OPEN) - (word.type in _CLOSE)
        if word.type == sign and not depth:
            parts.append([])
        else:
            parts[-1].append(word)
    return parts
