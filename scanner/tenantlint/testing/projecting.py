"""Which columns a table has, and what of a row it would not show to a rule."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from tenantlint.errors import UsageError
from tenantlint.graph import RESOURCE_GRAPH_TABLES
from tenantlint.graph.dialect import check
from tenantlint.graph.engine import STANDARD_COLUMNS
from tenantlint.names import nearest
from tenantlint.plugins import load_plugins

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tenantlint.catalog import Catalog
    from tenantlint.model import Json
    from tenantlint.tables import Table


@cache
def installed() -> Catalog:
    """Return what the installed plugins contribute."""
    return load_plugins()


@cache
def columns_of(table: Table) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the columns of a table and, in lower case, the Resource Graph tables that its query reads."""
    checked = check(table.kql, dict.fromkeys(RESOURCE_GRAPH_TABLES, STANDARD_COLUMNS))
    return checked.columns, tuple(sorted({name.lower() for name in checked.tables}))


def unprojected(row: Mapping[str, Json], columns: Sequence[str]) -> Iterator[str]:
    """Yield the paths in *row* that none of *columns* holds: no rule would ever see what is there."""
    for name, value in row.items():
        yield from _unprojected(value, name, columns)


def demand_projected(row: Mapping[str, Json], table: Table) -> None:
    """Raise ``UsageError`` where *row* holds something that *table* would not show to a rule."""
    columns, _ = columns_of(table)
    for path in unprojected(row, columns):
        known = {column.replace("_", ".") for column in columns}
        dotted = path.replace("_", ".")
        raise UsageError(f"table {table.name!r} has no column for {dotted!r}", hint=nearest(dotted, known))


def _unprojected(value: Json, path: str, columns: Sequence[str]) -> Iterator[str]:
    if path in columns:
        return
    is_shown_in_part = any(column.startswith(f"{path}_") for column in columns)
    if isinstance(value, dict) and is_shown_in_part:
        for name, below in value.items():
            yield from _unprojected(below, f"{path}_{name}", columns)
    elif value is not None or not is_shown_in_part:
        yield path
