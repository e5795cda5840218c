"""The columns that a table will have, before it is collected."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from tenantlint.graph import RESOURCE_GRAPH_TABLES
from tenantlint.graph.dialect import check
from tenantlint.graph.engine import STANDARD_COLUMNS
from tenantlint.listing import COLUMNS

if TYPE_CHECKING:
    from tenantlint.tables import Table


@lru_cache(maxsize=1024)
def columns_of(table: Table) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the columns of *table* and, in lower case, the Resource Graph tables that its queries read.

    Raises ``KqlError`` for a query that Resource Graph would not take.
    """
    columns, reads = _of_query(table.kql)
    if table.population is None:
        return columns, reads
    also = _of_query(table.population)[1] if table.population else ()
    return COLUMNS, tuple(sorted({*reads, *also}))


def query_columns(table: Table) -> tuple[str, ...]:
    """Return the columns of the rows of the query itself: of a listing, those of its violations."""
    return _of_query(table.kql)[0]


@lru_cache(maxsize=1024)
def _of_query(kql: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    checked = check(kql, dict.fromkeys(RESOURCE_GRAPH_TABLES, STANDARD_COLUMNS))
    return checked.columns, tuple(sorted({name.lower() for name in checked.tables}))
