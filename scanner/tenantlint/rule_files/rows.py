"""A row as an expression sees it: the properties that it reads, and whether all of them are there."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from tenantlint.rule_files.demands import THRESHOLDS, Path

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tenantlint.context import Context
    from tenantlint.model import Json
    from tenantlint.resource import Resource
    from tenantlint.rule_files.expressions import Expression, Row


def absent(expression: Expression, row: Row) -> Path | None:
    """Return the first path that *expression* demands and *row* does not have; None where all are there."""
    return next((each[0] for each in expression.demands if all(value_at(row, path) is None for path in each)), None)


def row_of(resource: Resource, paths: Iterable[Path], defaults: Mapping[str, Json], context: Context) -> Row:
    """Return what *paths* lead to in *resource*, or where it lacks that, what *defaults* say that it means."""
    row: Row = {}
    for path in sorted(paths, key=lambda path: len(path.names)):
        if path.names[0] == THRESHOLDS:
            _put(row, path.names, cast("Json", context.limit(path.names[1]).value))
        elif value_at(row, Path(path.names)) is None:
            value = resource.find(str(Path(path.names)))
            if value is None and str(path) in defaults and _has_container(resource, path):
                value = defaults[str(path)]
            if value is not None:
                _put(row, path.names, value)
    return row


def value_at(row: Row, path: Path) -> Json:
    """Return what *path* leads to in *row*; None for nothing."""
    value: Json = row
    for step in path.steps:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and -len(value) <= step < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value


def _has_container(resource: Resource, path: Path) -> bool:
    """Tell whether what should hold the last property of *path* is there: if not, nothing is known of what it holds."""
    container = path.names[:-1]
    return not container or isinstance(resource.find(str(Path(container))), dict)


def _put(row: Row, names: tuple[str, ...], value: Json) -> None:
    """Put *value* where *names* lead, without changing what was found: rules share that."""
    held = row
    for name in names[:-1]:
        inner = held.get(name)
        fresh = dict(inner) if isinstance(inner, dict) else {}
        held[name] = fresh
        held = fresh
    held[names[-1]] = value
