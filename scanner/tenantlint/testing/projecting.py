"""Which columns a table has, and what of a row it would not show to a rule."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tenantlint.errors import UsageError
from tenantlint.names import nearest
from tenantlint.plugins import load_plugins
from tenantlint.table_columns import columns_of
from tenantlint.wanted import Wanted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tenantlint.catalog import Catalog
    from tenantlint.model import Json
    from tenantlint.tables import Table


@cache
def installed() -> Catalog:
    """Return what the installed plugins contribute."""
    return load_plugins()


def with_plugins(*paths: Path | str) -> Catalog:
    """Return what the installed plugins contribute, and what is in *paths*: Python files, rule files, folders of them.

    It is the ``catalog`` for rules that are not installed. As with ``--rules``, ``NAME=PATH`` gives rules a name.
    """
    scripts = [str(path).endswith(".py") for path in paths]
    files = tuple(Path(path) for path, is_script in zip(paths, scripts, strict=True) if is_script)
    rules = tuple(str(path) for path, is_script in zip(paths, scripts, strict=True) if not is_script)
    return load_plugins(Wanted(files=files, rules=rules))


def unprojected(row: Mapping[str, Json], columns: Sequence[str]) -> Iterator[str]:
    """Yield the paths in *row* that none of *columns* holds: no rule would ever see what is there."""
    for name, value in row.items():
        yield from _unprojected(value, name, columns)


def demand_projected(row: Mapping[str, Json], table: Table) -> None:
    """Raise ``UsageError`` where *row* holds something that *table* would not show to a rule."""
    columns, _ = columns_of(table)
    for path in unprojected(row, columns):
        dotted = path.replace("_", ".")
        known = {".".join(steps[:end]) for steps in map(_steps, columns) for end in range(1, len(steps) + 1)}
        raise UsageError(f"table {table.name!r} has no column for {dotted!r}", hint=nearest(dotted, known))


def _steps(column: str) -> list[str]:
    return column.split("_")


def _unprojected(value: Json, path: str, columns: Sequence[str]) -> Iterator[str]:
    if path in columns:
        return
    is_shown_in_part = any(column.startswith(f"{path}_") for column in columns)
    if isinstance(value, dict) and is_shown_in_part:
        for name, below in value.items():
            yield from _unprojected(below, f"{path}_{name}", columns)
    elif value is not None or not is_shown_in_part:
        yield path
