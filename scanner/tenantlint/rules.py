"""What a plugin contributes: rules and facts, made by decorators that register nothing."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from tenantlint.history import STANCES, Edition
from tenantlint.model import LEVELS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tenantlint.context import Context, FactTables
    from tenantlint.controls import Control
    from tenantlint.dated import Dated
    from tenantlint.model import Document, Level, Verdict
    from tenantlint.resource import Resource
    from tenantlint.settings import Setting

Judge: TypeAlias = "Callable[[Resource, Context], Verdict]"

Visibility: TypeAlias = Literal["full", "partial", "none"]

VISIBILITIES: Final[tuple[Visibility, ...]] = ("full", "partial", "none")
"""How much of what decides can be seen: all of it; that of some resources; nothing but hints."""

RESERVED: Final = frozenset({"enabled", "level"})
"""Settings that every rule has."""

ID: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_HEADING: Final = re.compile(r"^## (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Page:
    """A rule's documentation: the sections of its docstring, as Markdown."""

    title: str
    why: str = ""
    fix: str = ""
    limits: str = ""

    @classmethod
    def parse(cls, docstring: str) -> Page:
        """Split *docstring* into its title line and its ``## Why``, ``## Fix`` and ``## Limits`` sections."""
        first, _, rest = inspect.cleandoc(docstring).partition("\n")
        parts = _HEADING.split(rest)
        sections = {name.strip().lower(): text.strip() for name, text in zip(parts[1::2], parts[2::2], strict=True)}
        return cls(first.strip(), sections.get("why", ""), sections.get("fix", ""), sections.get("limits", ""))


@dataclass(frozen=True)
class Rule:
    """One documented constraint: metadata, and the function that judges one resource."""

    id: str
    on: str
    judge: Judge
    level: Level
    sources: tuple[Document, ...]
    reads: frozenset[str] = frozenset()
    limits: Mapping[str, Dated[Any]] = field(default_factory=dict)
    settings: tuple[Setting, ...] = ()
    tags: tuple[str, ...] = ()
    noun: str = "resource"
    topic: str = ""
    visibility: Visibility = "full"
    history: tuple[Edition, ...] = ()
    controls: tuple[Control, ...] = ()
    enabled: bool = True
    written: Page | None = None
    """The documentation of a rule that is not written in Python …"""
    file: str = ""
    """… and the file that it is written in."""

    @property
    def docstring(self) -> str:
        """The docstring of the rule's function or, where that has none, of its module; else the id: it is shown."""
        module: dict[str, str | None] = getattr(self.judge, "__globals__", {})
        return self.judge.__doc__ or module.get("__doc__") or self.id

    @cached_property
    def page(self) -> Page:
        """The rule's documentation."""
        return self.written or Page.parse(self.docstring)

    @property
    def module(self) -> str:
        """The name of the Python module, or the file, that defines the rule."""
        return self.file or self.judge.__module__


@dataclass(frozen=True)
class Fact:
    """A value computed once over the whole snapshot, which rules share under its name."""

    name: str
    compute: Callable[[FactTables], object]
    reads: frozenset[str]

    @property
    def module(self) -> str:
        """The name of the Python module that defines the fact."""
        return self.compute.__module__


def rule(  # noqa: PLR0913 - metadata are keyword arguments, so that a rule reads like a form
    *,
    id: str,  # noqa: A002 - the word that users, files, pages and SARIF use
    on: str,
    level: Level,
    sources: Sequence[Document],
    reads: Sequence[str] = (),
    limits: Mapping[str, Dated[Any]] | None = None,
    settings: Sequence[Setting] = (),
    tags: Sequence[str] = (),
    noun: str = "resource",
    topic: str = "",
    visibility: Visibility = "full",
    history: Sequence[Edition] = (),
    controls: Sequence[Control] = (),
    enabled: bool = True,
) -> Callable[[Judge], Rule]:
    """Make a rule of a function that judges one resource of the table *on*.

    *level* is the worst level that the rule reports. *reads* names the other tables and the facts that it may look
    into; anything else raises. *noun* is what messages call the resource ("VM"). *topic* is the heading under which the
    rule is listed. *visibility* tells how much of what decides Resource Graph shows. *history* says how the constraint
    stands in the editions of the documentation; where it is not given, the constraint is in force since the oldest of
    the *sources*. *controls* are those of public frameworks that the rule serves. A rule that is not *enabled* judges
    only where the user asks for it.

    Raises ``ValueError`` where the id is not kebab-case, a word is none of those known, a setting has the name of one
    that every rule has, the history does not start with the constraint in force, or no source is given: a constraint
    that nobody documents is an opinion.
    """
    if not ID.fullmatch(id):
        raise ValueError(f"a rule's id is lower-case words joined by hyphens, not {id!r}")
    if not sources:
        raise ValueError(f"rule {id!r} names no source")
    told = sorted(history, key=_date) or [Edition(min(sources, key=lambda source: source.date))]
    _check_word(f"the level of rule {id!r}", level, LEVELS)
    _check_word(f"the visibility of rule {id!r}", visibility, VISIBILITIES)
    for entry in told:
        _check_word(f"what an edition makes of rule {id!r}", entry.stance, STANCES)
    taken = RESERVED & {*(setting.name for setting in settings), *(limits or {})}
    if taken:
        raise ValueError(f"rule {id!r} cannot have a setting called {', '.join(sorted(taken))}: every rule has it")
    if told[0].stance != "in-force":
        raise ValueError(f"the history of rule {id!r} does not start with a document that states the constraint")

    def decorate(judge: Judge) -> Rule:
        return Rule(
            id=id,
            on=on,
            judge=judge,
            level=level,
            sources=tuple(sources),
            reads=frozenset(reads),
            limits=limits or {},
            settings=tuple(settings),
            tags=tuple(tags),
            noun=noun,
            topic=topic,
            visibility=visibility,
            history=tuple(told),
            controls=tuple(controls),
            enabled=enabled,
        )

    return decorate


def _check_word(what: str, word: str, known: Sequence[str]) -> None:
    if word not in known:
        raise ValueError(f"{what} is one of {', '.join(known)}, not {word!r}")


def _date(edition: Edition) -> str:
    return edition.document.date


def fact(*, name: str, reads: Sequence[str]) -> Callable[[Callable[[FactTables], object]], Fact]:
    """Make a fact of a function over whole tables; *reads* names the tables that it may stream."""

    def decorate(compute: Callable[[FactTables], object]) -> Fact:
        return Fact(name, compute, frozenset(reads))

    return decorate
