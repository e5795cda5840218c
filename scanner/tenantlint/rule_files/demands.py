"""Which paths of a row an expression of JMESPath reads, down to those inside the elements of lists."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final, TypeAlias

from tenantlint.paths import syntax_tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenantlint.paths import Node


class Every(Enum):
    """A step to each of what a list or an object holds."""

    ELEMENT = "[]"
    VALUE = ".*"


Step: TypeAlias = "str | int | Every"

THRESHOLDS: Final = "thresholds"
"""Where an expression finds the rule's own numbers: ``thresholds.data_disks``."""

SEQUENCES: Final = frozenset({"subexpression", "index_expression", "pipe"})
"""Of these, each child looks at what the one before it found."""

PROJECTIONS: Final = frozenset({"projection", "filter_projection", "value_projection"})
"""Of these, all children but the first look at each of what the first found."""

_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_STEPS: Final = frozenset({"field", "index", "current", "identity"})
_OF_DEFAULTS: Final = frozenset({"field", "current", "identity", "subexpression", "projection", "flatten"})


@dataclass(frozen=True, slots=True)
class Path:
    """A path from the row: the names of properties, indexes, and steps to every element."""

    steps: tuple[Step, ...] = ()

    def __str__(self) -> str:
        return "".join(map(_shown, self.steps)).removeprefix(".")

    @property
    def names(self) -> tuple[str, ...]:
        """The names before the first index, or the first step to every element."""
        end = next((at for at, step in enumerate(self.steps) if not isinstance(step, str)), len(self.steps))
        return tuple(str(step) for step in self.steps[:end])

    @property
    def is_inner(self) -> bool:
        """Whether it leads to something of every element, and so to no single value."""
        return any(isinstance(step, Every) for step in self.steps)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value of an expression comes from; ``is_list`` where it is the list of all that the path leads to."""

    path: Path
    is_list: bool = False

    def to(self, step: Step) -> Place:
        """Return the place one *step* further."""
        if self.is_list and not isinstance(step, str):
            return Place(self.path)
        return Place(Path((*self.path.steps, step)))


ROW: Final = Place(Path())


def paths_of(node: Node, at: Place | None = ROW) -> Iterator[Path]:
    """Yield the paths that *node* reads where ``@`` is *at*; None for what a function made.

    Raises ``ValueError`` where it looks at the row in a way that hides unknowns.
    """
    kind, children = node["type"], node["children"]
    if is_path(node):
        yield from _of_row(place_of(node, at))
    elif kind in SEQUENCES:
        for child in children:
            yield from paths_of(child, at)
            at = place_of(child, at)
    elif kind in PROJECTIONS:
        yield from paths_of(children[0], at)
        for child in children[:0:-1]:
            yield from paths_of(child, element_of(node, at)) if child["type"] != "identity" else ()
    elif kind not in ("literal", "slice"):
        _refuse_null(node)
        for child in children:
            yield from paths_of(child, at if child["type"] != "expref" else argument_of(node, at))


def is_path(node: Node) -> bool:
    """Tell whether *node* is made of the names of properties and of indexes only."""
    kind = node["type"]
    return kind in _STEPS or (kind in SEQUENCES - {"pipe"} and all(map(is_path, node["children"])))


def place_of(node: Node, at: Place | None) -> Place | None:
    """Return where what *node* finds comes from; None for what a function made."""
    kind, children = node["type"], node["children"]
    if at is None or kind in ("current", "identity", "slice"):
        return at
    if kind in ("field", "index"):
        return at.to(node["value"])
    if kind in SEQUENCES:
        for child in children:
            at = place_of(child, at)
        return at
    if kind == "flatten":
        of = place_of(children[0], at)
        return of and Place(Path((*of.path.steps, Every.ELEMENT)), is_list=True)
    return _listed(place_of(children[1], element_of(node, at))) if kind in PROJECTIONS else None


def name_of(node: Node, at: Place | None) -> str:
    """Return the path of :func:`place_of` as people write it; nothing for what a function made."""
    place = place_of(node, at)
    return str(place.path) if place else ""


def element_of(projection: Node, at: Place | None) -> Place | None:
    """Return the place of each of what *projection* goes through."""
    is_object = projection["type"] == "value_projection"
    return _every(place_of(projection["children"][0], at), Every.VALUE if is_object else Every.ELEMENT)


def argument_of(function: Node, at: Place | None) -> Place | None:
    """Return the place of each of what *function* asks the ``&expression`` among its arguments about."""
    asked = next((child for child in function["children"] if child["type"] != "expref"), None)
    return _every(place_of(asked, at), Every.ELEMENT) if asked else None


def default_path(text: str) -> Path:
    """Read the path of a default: names, and ``[]`` for every element. Raises ``ValueError``."""
    tree = syntax_tree(text)
    place = place_of(tree, ROW) if set(_kinds(tree)) <= _OF_DEFAULTS else None
    steps = place.path.steps if place else ()
    if not steps or not isinstance(steps[-1], str):
        raise ValueError(f"{text!r} is no path to a property")
    return Path(steps)


def _every(place: Place | None, step: Every) -> Place | None:
    return place and place.to(step)


def _listed(place: Place | None) -> Place | None:
    return place and Place(place.path, is_list=True)


def _of_row(place: Place | None) -> Iterator[Path]:
    if place is None:
        return
    if not place.path.steps:
        raise ValueError("'@' is the whole row, of which nobody knows what is missing: name a property")
    if not isinstance(place.path.steps[0], str):
        raise ValueError("it does not start from a property")
    yield place.path


def _refuse_null(node: Node) -> None:
    if node["type"] == "comparator" and any(
        child["type"] == "literal" and child["value"] is None for child in node["children"]
    ):
        raise ValueError("it compares with null: what is absent is unknown, unless defaults or || say what it means")


def _kinds(node: Node) -> Iterator[str]:
    yield node["type"]
    for child in node["children"]:
        if isinstance(child, dict):  # the bounds of a slice are numbers
            yield from _kinds(child)


def _shown(step: Step) -> str:
    if isinstance(step, Every):
        return step.value
    return f"[{step}]" if isinstance(step, int) else f".{_quoted(step)}"


def _quoted(name: str) -> str:
    return name if _PLAIN.fullmatch(name) else '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
