"""A row as an expression sees it: the properties that it reads, and whether all of them are there."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from tenantlint.rule_files.demands import THRESHOLDS, Every, Path

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tenantlint.context import Context
    from tenantlint.model import Json
    from tenantlint.resource import Resource
    from tenantlint.rule_files.demands import Step
    from tenantlint.rule_files.expressions import Row


def row_of(resource: Resource, paths: Iterable[Path], defaults: Iterable[tuple[Path, Json]], context: Context) -> Row:
    """Return what *paths* lead to in *resource*, or where it lacks that, what *defaults* say that it means."""
    row: Row = {}
    for path in sorted(paths, key=lambda path: len(path.names)):
        if path.names[0] == THRESHOLDS:
            _put(row, path.names, cast("Json", context.limit(path.names[1]).value))
        else:
            _fetch(row, resource, path.names)
    for path, value in defaults:
        _fetch(row, resource, Path(path.steps[:-1]).names)
        row = cast("Row", _filled(row, path.steps, value))
    return row


def value_at(row: Row, path: Path) -> Json:
    """Return what *path* leads to in *row*; None for nothing."""
    value: Json = row
    for step in path.steps:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and -len(value) <= step < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) and isinstance(step, str) else None
    return value


def _fetch(row: Row, resource: Resource, names: tuple[str, ...]) -> None:
    if names and value_at(row, Path(names)) is None and (value := resource.find(str(Path(names)))) is not None:
        _put(row, names, value)


def _filled(value: Json, steps: Sequence[Step], default: Json) -> Json:
    """Return *value* with *default* for the leaf at *steps*, in objects only: of what has none, nothing is known."""
    step, *rest = steps
    if step is Every.ELEMENT and isinstance(value, list):
        inner = [(held, steps if isinstance(held, list) else rest) for held in value]  # [] looks through lists in lists
        return [_filled(held, left, default) for held, left in inner]
    if not isinstance(value, dict) or not isinstance(step, str):
        return value
    held = value.get(step)
    if rest:
        return value if held is None else {**value, step: _filled(held, rest, default)}
    return {**value, step: default} if held is None else value


def _put(row: Row, names: tuple[str, ...], value: Json) -> None:
    """Put *value* where *names* lead, without changing what was found: rules share that."""
    held = row
    for name in names[:-1]:
        inner = held.get(name)
        fresh = dict(inner) if isinstance(inner, dict) else {}
        held[name] = fresh
        held = fresh
    held[names[-1]] = value
