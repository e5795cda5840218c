"""Which rows of a table a scope sees, as SQL: the query then runs over tables that hold nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint.sql import literal, read_parquet_sql

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from tenantlint.graph.server.scope import Scope

AUTHORIZATION_TABLES: Final = frozenset({"authorizationresources", "policyresources"})
"""Tables with rows above the subscriptions that a request has to ask for."""

_LEVELS: Final = {
    "AtScopeAndBelow": ("at", "below"),
    "AtScopeAndAbove": ("at", "above"),
    "AtScopeAboveAndBelow": ("at", "below", "above"),
    "AtScopeExact": ("at",),
}
_GROUPS: Final = "/providers/microsoft.management/managementgroups/"
_SUBSCRIPTION: Final = "lower(coalesce(subscriptionId, ''))"
_VISIBLE: Final = f"{_SUBSCRIPTION} IN (SELECT id FROM visible_subscriptions)"
_SCOPE: Final = "split_part(lower(id), '/providers/microsoft.authorization/', 1)"
"""The scope that an assignment or a definition is for: what its id starts with; empty for the tenant's root."""


def load(connection: duckdb.DuckDBPyConnection, scope: Scope) -> None:
    """Put *scope* into *connection*, where the SQL of :func:`visible` looks it up."""
    groups = [(name, level) for level in ("at", "below", "above") for name in sorted(getattr(scope, level))]
    connection.execute("CREATE TABLE visible_subscriptions AS SELECT unnest($1) AS id", [list(scope.subscriptions)])
    connection.execute("CREATE TABLE visible_groups (name VARCHAR, level VARCHAR)")
    if groups:
        names, levels = zip(*groups, strict=True)
        connection.execute("INSERT INTO visible_groups SELECT unnest($1), unnest($2)", [list(names), list(levels)])


def visible(table: str, file: Path, scope: Scope, hidden: frozenset[str]) -> str:
    """Return SQL for the rows of *table*, staged in *file*, that *scope* sees; *hidden* are subscriptions it does not."""
    sees = _authorization(scope) if table in AUTHORIZATION_TABLES else _ordinary(scope)
    unread = f" AND {_SUBSCRIPTION} NOT IN ({', '.join(map(literal, sorted(hidden)))})" if hidden else ""
    return f"SELECT * FROM {read_parquet_sql(file)} WHERE ({sees}){unread}"  # noqa: S608 - literal() quotes the names


def _ordinary(scope: Scope) -> str:
    if scope.whole:
        return f"{_VISIBLE} OR {_SUBSCRIPTION} = ''"
    if scope.by_group:
        return f"{_VISIBLE} OR (lower(concat('/', split_part(id, '/', 2), '/', split_part(id, '/', 3), '/', " + (
            f"split_part(id, '/', 4), '/')) = {literal(_GROUPS)} AND {_group('split_part(lower(id), chr(47), 5)', scope, ('at', 'below'))})"
        )
    return _VISIBLE
