"""What :func:`tenantlint.testing.run` demands of the rows of a test: a test of nothing passes, and proves nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tenantlint.errors import UsageError
from tenantlint.names import no_such

if TYPE_CHECKING:
    from collections.abc import Collection

    from tenantlint.catalog import Catalog
    from tenantlint.rules import Rule


def demand_tables(rule: Rule, tables: Collection[str], missing: Collection[str], catalog: Catalog) -> None:
    """Raise ``UsageError`` for a table that no plugin contributes, and where nothing is said of the rule's own."""
    for name in (rule.on, *tables, *missing):
        if name not in catalog.tables:
            raise no_such("table", name, catalog.tables)
    if rule.on not in tables and rule.on not in missing:
        raise UsageError(
            f"rule {rule.id!r} judges table {rule.on!r}, and the test has no rows of it",
            hint=f'where it is to be empty, say so: {{"{rule.on}": []}}',
        )


def demand_rows(tables: Mapping[str, object]) -> None:
    """Raise ``UsageError`` for a table that is no list of rows, and for rows that no collector would give."""
    for name, rows in tables.items():
        if isinstance(rows, str) or not isinstance(rows, Sequence):
            raise UsageError(f"table {name!r} is a list of rows, not {rows!r:.80}")
        seen: set[str] = set()
        for row in rows:
            _demand_new(_id_of(name, row), name, seen)


def _id_of(table: str, row: object) -> str:
    if not isinstance(row, Mapping):
        raise UsageError(f"a row of table {table!r} is an object, not {row!r:.80}")
    if not row.get("id"):
        raise UsageError(f"a row of table {table!r} has no id")
    return str(row["id"])


def _demand_new(id_: str, table: str, seen: set[str]) -> None:
    """Demand an id that no row before it has, in any case: of two verdicts of one resource, one would be lost."""
    if id_.lower() in seen:
        raise UsageError(f"two rows of table {table!r} have the id {id_}", hint="ids compare in any case")
    seen.add(id_.lower())
