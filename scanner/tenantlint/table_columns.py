"""What columns a table has, as its query says: no rows are needed to know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantlint.graph import RESOURCE_GRAPH_TABLES
from tenantlint.graph.dialect import check
from tenantlint.graph.engine import STANDARD_COLUMNS

if TYPE_CHECKING:
    from tenantlint.tables import Table


def columns_of(table: Table) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the columns of a table and, in lower case, the Resource Graph tables that its query reads."""
    checked = check(table.kql, dict.fromkeys(RESOURCE_GRAPH_TABLES, STANDARD_COLUMNS))
    return checked.columns, tuple(sorted({name.lower() for name in checked.tables}))
