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
_SUBSCRIPTION: Final = "lower(coalesce(subscriptionId, ''))"
_VISIBLE: Final = f"{_SUBSCRIPTION} IN (SELECT id FROM visible_subscriptions)"  # noqa: S608 - constants only
_SCOPE: Final = "split_part(lower(id), '/providers/microsoft.authorization/', 1)"
"""What an assignment or a definition is for: the beginning of its id, empty for the root. Of other rows, the id."""

_GROUP: Final = (
    f"CASE WHEN starts_with({_SCOPE}, '/providers/microsoft.management/managementgroups/') "
    f"THEN split_part({_SCOPE}, '/', 5) END"
)


def load(connection: duckdb.DuckDBPyConnection, scope: Scope) -> None:
    """Put *scope* into *connection*, where the SQL of :func:`visible` looks it up."""
    groups = [(name, level) for level in ("at", "below", "above") for name in sorted(getattr(scope, level))]
    connection.execute(
        "CREATE TABLE visible_subscriptions AS SELECT unnest($1::VARCHAR[]) AS id", [scope.subscriptions]
    )
    connection.execute(
        "CREATE TABLE visible_groups AS SELECT unnest($1::VARCHAR[]) AS name, unnest($2::VARCHAR[]) AS level",
        [[name for name, _ in groups], [level for _, level in groups]],
    )


def visible(table: str, file: Path, scope: Scope, hidden: frozenset[str]) -> str:
    """Return SQL for what *scope* sees of *table*, staged in *file*: of subscriptions that are *hidden*, nothing."""
    sees = _authorization(scope) if table in AUTHORIZATION_TABLES else _ordinary(scope)
    unread = f" AND {_SUBSCRIPTION} NOT IN ({', '.join(map(literal, sorted(hidden)))})" if hidden else ""
    return f"SELECT * FROM {read_parquet_sql(file)} WHERE ({sees}){unread}"  # noqa: S608 - literal() quotes the names


def _ordinary(scope: Scope) -> str:
    return f"{_VISIBLE} OR {_SUBSCRIPTION} = ''" if scope.whole else f"{_VISIBLE} OR {_in_groups(('at', 'below'))}"


def _authorization(scope: Scope) -> str:
    levels = _LEVELS[scope.authorization]
    root = f"({_SUBSCRIPTION} = '' AND {_GROUP} IS NULL"
    if "above" not in levels:
        root += " AND type NOT ILIKE '%assignments'"  # built-in definitions are not above anything: all may see them
    return f"{_in_subscriptions(levels, scope)} OR {_in_groups(levels)} OR {root})"


def _in_subscriptions(levels: tuple[str, ...], scope: Scope) -> str:
    if "below" in levels:
        return _VISIBLE
    return "false" if scope.by_group else f"({_VISIBLE} AND {_SCOPE} = concat('/subscriptions/', {_SUBSCRIPTION}))"


def _in_groups(levels: tuple[str, ...]) -> str:
    wanted = ", ".join(map(literal, levels))
    names = f"SELECT name FROM visible_groups WHERE level IN ({wanted})"  # noqa: S608 - literal() quotes the levels
    return f"({_SUBSCRIPTION} = '' AND {_GROUP} IN ({names}))"
