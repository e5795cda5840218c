"""What an expression of JMESPath reads of a row, and so what has to be there for it to mean anything."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenantlint.paths import Node

Steps: TypeAlias = "tuple[str | int, ...]"

THRESHOLDS: Final = "thresholds"
"""Where an expression finds the rule's own numbers: ``thresholds.data_disks``."""

_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_CHAINS: Final = frozenset({"subexpression", "index_expression"})
_FIRST_ONLY: Final = _CHAINS | {"projection", "filter_projection", "value_projection", "flatten", "pipe"}
"""Of these, only the first child looks at the row; the others look at what it found."""


@dataclass(frozen=True, slots=True)
class Path:
    """A path from the row: the names of properties, and indexes."""

    steps: Steps

    def __str__(self) -> str:
        text = ""
        for step in self.steps:
            text += f"[{step}]" if isinstance(step, int) else f".{_quoted(step)}"
        return text.removeprefix(".")

    @property
    def names(self) -> tuple[str, ...]:
        """The names before the first index."""
        index = next((at for at, step in enumerate(self.steps) if isinstance(step, int)), len(self.steps))
        return tuple(str(step) for step in self.steps[:index])


@dataclass(frozen=True, slots=True)
class Reading:
    """Paths that an expression reads; where they are ``demanded``, one of them has to be there."""

    paths: tuple[Path, ...]
    demanded: bool = True


def readings_of(node: Node) -> Iterator[Reading]:
    """Yield what the expression *node* reads of a row.

    Raises ``ValueError`` where it looks at the row in a way that hides unknowns.
    """
    kind = node["type"]
    if (steps := _chain(node)) is not None:
        if not steps:
            raise ValueError("'@' is the whole row, of which nobody knows what is missing: name a property")
        yield Reading((Path(steps),))
    elif kind == "identity":
        raise ValueError("it does not start from a property")
    elif kind in _FIRST_ONLY:
        lead = _lead(node)
        yield from [Reading((Path(lead),))] if lead else readings_of(node["children"][0])
    elif kind == "or_expression" or (kind == "function_expression" and node["value"] == "not_null"):
        yield from _alternatives(list(_operands(node)))
    elif kind not in ("expref", "literal"):
        if kind == "comparator" and any(_is_null(child) for child in node["children"]):
            raise ValueError(
                "it compares with null: what is absent is unknown, unless defaults or || say what it means"
            )
        for child in node["children"]:
            yield from readings_of(child)


def _alternatives(operands: list[Node]) -> Iterator[Reading]:
    """Yield what is read of *operands*, of which the first counts that has a value."""
    chains = [steps for node in operands if (steps := _chain(node))]
    if chains:
        yield Reading(tuple(map(Path, chains)), demanded=len(chains) == len(operands))
    for node in operands:
        if not _chain(node):
            yield from readings_of(node)


def _operands(node: Node) -> Iterator[Node]:
    for child in node["children"]:
        yield from _operands(child) if child["type"] == node["type"] == "or_expression" else (child,)


def _chain(node: Node) -> Steps | None:
    """Return the steps of a path without filters, projections or functions; None for anything else."""
    if node["type"] in ("field", "index"):
        return (node["value"],)
    if node["type"] == "current":
        return ()
    if node["type"] not in _CHAINS:
        return None
    steps: Steps = ()
    for child in node["children"]:
        more = _chain(child)
        if more is None:
            return None
        steps += more
    return steps


def _lead(node: Node) -> Steps:
    """Return the path with which a longer expression begins: ``a.b`` of ``a.b[?c].length(@)``."""
    if (steps := _chain(node)) is not None:
        return steps
    if node["type"] not in _FIRST_ONLY:
        return ()
    steps = ()
    for child in node["children"] if node["type"] in _CHAINS else node["children"][:1]:
        steps += _lead(child)
        if _chain(child) is None:
            break
    return steps


def _is_null(node: Node) -> bool:
    return node["type"] == "literal" and node["value"] is None


def _quoted(name: str) -> str:
    return name if _PLAIN.fullmatch(name) else '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
