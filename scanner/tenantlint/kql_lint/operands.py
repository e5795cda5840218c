"""Paths among the words of a query (``properties.disk.id``), and where the names in them come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tenantlint.kql_lint.nesting import is_limit, listed
from tenantlint.schema import NESTED_COLUMNS, TEXT_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tenantlint.graph.spelling import Word
    from tenantlint.kql_lint.outline import Pipe, Step

STANDARD: Final = (*TEXT_COLUMNS, *NESTED_COLUMNS)
"""The columns of every table of Resource Graph."""

_MAKING: Final = frozenset({"extend", "project", "summarize", "mv-expand"})
_LEAVING: Final = frozenset({"distinct", "project", "summarize"})
"""Operators behind which there is what they name and nothing else."""
_CHOOSING: Final = _MAKING | _LEAVING
_CASING: Final = frozenset({"tolower", "toupper"})
_MADE: Final = 3
"""Words that make a column, at least: a name, the sign, an expression."""
_BRACKETED: Final = 3
"""Words of a name in brackets."""


@dataclass(frozen=True)
class Operand:
    """A column, or a path in one: the names along it, and its words."""

    names: tuple[str, ...]
    words: tuple[Word, ...]

    @property
    def leaf(self) -> str:
        """The last name, in lower case."""
        return self.names[-1].lower()


@dataclass(frozen=True)
class Seen:
    """A pipe up to one of its steps: what a name means there."""

    pipe: Pipe
    before: int

    @property
    def place(self) -> tuple[int, int]:
        """What tells this from others of one query."""
        return id(self.pipe), self.before

    def made(self, name: str) -> tuple[Seen, Sequence[Word]] | None:
        """Return the expression that made the column *name* last, and where it stands; None where nothing did."""
        for at in range(min(self.before, len(self.pipe.steps)) - 1, -1, -1):
            step = self.pipe.steps[at]
            for words in _made_by(step):
                if words[0].name == name:
                    return Seen(self.pipe, at), words[2:]
            if step.operator == "join" and not Seen(self.pipe, at).has(name):
                return next(
                    (found for inner in step.inner if (found := Seen(inner, len(inner.steps)).made(name))), None
                )
        return None

    def has(self, name: str) -> bool:
        """Whether there is a column *name*, as far as the words tell; of a join the left side only is asked."""
        for at in range(min(self.before, len(self.pipe.steps)) - 1, -1, -1):
            step = self.pipe.steps[at]
            parts = [part for words in _lists(step) for part in listed(words)] if step.operator in _CHOOSING else []
            if any(part[0].name == name for part in parts):
                return True
            if step.operator in _LEAVING:
                return False
        return name in STANDARD

    def is_lowered(self, name: str) -> bool:
        """Whether *name* holds text that was brought to one case, or was made of such."""
        todo, done = [(self, name)], set()
        while todo:
            seen, wanted = todo.pop()
            made = seen.made(wanted)
            if made is None or (made[0].place, wanted) in done:
                continue
            where, words = made
            done.add((where.place, wanted))
            if any(word.text in _CASING for word in words):
                return True
            todo += ((where, word.name) for word in words if word.name != wanted)
        return False

    def is_dynamic(self, words: Sequence[Word]) -> bool:
        """Whether *words* are nothing but a dynamic value: a nested column, or a path in one."""
        operand = operand_at(words, 0)
        if operand is None or len(operand.words) != len(words):
            return False
        made = self.made(operand.names[0])
        return made[0].is_dynamic(made[1]) if made else operand.names[0] in NESTED_COLUMNS


def places(pipes: Iterator[Pipe]) -> Iterator[tuple[Step, Seen]]:
    """Yield each step of *pipes* with what is before it."""
    for pipe in pipes:
        for at, step in enumerate(pipe.steps):
            yield step, Seen(pipe, at)


def operand_at(tokens: Sequence[Word], at: int) -> Operand | None:
    """Read the path that starts at *at*; None where there is none, or where it is the name of a function."""
    names: list[str] = []
    start = at
    while at < len(tokens):
        if tokens[at].type == "DOT" and names:
            at += 1
        elif _is_bracketed(tokens, at):
            names.append(tokens[at + 1].name)
            at += _BRACKETED
        elif _is_name(tokens[at]) and (not names or tokens[at - 1].type == "DOT"):
            names.append(tokens[at].text)
            at += 1
        else:
            break
    called = at < len(tokens) and tokens[at].type == "OPENPAREN"
    return Operand(tuple(names), tuple(tokens[start:at])) if names and not called else None


def operand_before(tokens: Sequence[Word], at: int) -> Operand | None:
    """Read the path that ends before *at*."""
    start = at
    while start:
        word = tokens[start - 1]
        if word.type == "CLOSEBRACKET" and start >= _BRACKETED and _is_bracketed(tokens, start - _BRACKETED):
            start -= _BRACKETED
        elif (_is_name(word) and (start == at or tokens[start].type in {"DOT", "OPENBRACKET"})) or (
            word.type == "DOT" and start < at
        ):
            start -= 1
        else:
            break
    operand = operand_at(tokens[:at], start)
    return operand if operand and len(operand.words) == at - start else None


def _made_by(step: Step) -> Iterator[list[Word]]:
    if step.operator in _MAKING:
        for part in (each for words in _lists(step) for each in listed(words)):
            if len(part) >= _MADE and part[1].type == "EQUAL":
                yield part[:-2] if is_limit((part[-2], part[-1])) else part


def _lists(step: Step) -> Iterator[Sequence[Word]]:
    by = step.after("BY")
    yield step.words[1 : len(step.words) - len(by) - bool(by)]
    yield by


def _is_name(word: Word) -> bool:
    return word.type == "IDENTIFIER" or word.is_keyword


def _is_bracketed(tokens: Sequence[Word], at: int) -> bool:
    types = [word.type for word in tokens[at : at + _BRACKETED]]
    return types in (["OPENBRACKET", inside, "CLOSEBRACKET"] for inside in ("STRINGLITERAL", "LONGLITERAL"))
