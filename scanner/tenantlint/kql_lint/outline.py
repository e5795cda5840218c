"""What a query is made of, word by word: pipes, their operators, and the pipes inside these.

The syntax tree knows no places, and knows nothing of a query that cannot be run here. Traps need both.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tenantlint.kql_lint.nesting import CLOSE, OPEN, is_limit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenantlint.errors import KqlError
    from tenantlint.graph.spelling import Word
    from tenantlint.kql_lint.heading import Header


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
            depth += (word.type in OPEN) - (word.type in CLOSE)
            if not depth and word.type in types:
                return self.words[at + 1 :]
        return ()


@dataclass(frozen=True)
class Pipe:
    """A source and what is done with it. ``source`` has no word where the pipe starts with ``union``."""

    source: tuple[Word, ...]
    steps: tuple[Step, ...]

    def united(self) -> Iterator[Pipe]:
        """Yield this pipe and those whose rows it takes over; what a join does inside is its own affair."""
        yield self
        for step in self.steps:
            if step.operator == "union":
                for inner in step.inner:
                    yield from inner.united()


NOTHING: Final = Pipe((), ())
"""Instead of the pipe of a query that cannot be read."""


@dataclass(frozen=True)
class Outline:
    """A query as traps see it.

    ``columns`` are those of its result, none where the local resource graph refused the query: then ``error`` says why.
    ``rule`` is the header of a rule, None of other queries.
    """

    kql: str
    pipe: Pipe
    columns: tuple[str, ...] = ()
    error: KqlError | None = field(default=None, compare=False)
    rule: Header | None = None

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


def _pipes(pipe: Pipe) -> Iterator[Pipe]:
    yield pipe
    for step in pipe.steps:
        for inner in step.inner:
            yield from _pipes(inner)
