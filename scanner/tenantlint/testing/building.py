"""Makes rows of any kind: ids, scopes and names that go together, and what a test wants otherwise."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from tenantlint.errors import UsageError
from tenantlint.names import no_such
from tenantlint.testing.merging import ABSENT, Row, merged
from tenantlint.testing.projecting import demand_projected, installed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from tenantlint.tables import Table

TENANT_ID: Final = "aaaaaaaa-0000-4000-8000-000000000000"
SUBSCRIPTION_ID: Final = "bbbbbbbb-0000-4000-8000-000000000001"
GROUP: Final = "rg-app"
REGION: Final = "westeurope"
_SCOPE: Final = ("name", "subscriptionId", "resourceGroup")
"""What ids are made of, whether a table has it or not."""

_ID: Final = re.compile(
    r"/subscriptions/(?P<subscriptionId>[^/]+)(?:/resourceGroups/(?P<resourceGroup>[^/]+))?/providers/.+/(?P<name>[^/]+)",
    re.IGNORECASE,
)


def an_id(type_: str, name: str, *, subscription_id: str = SUBSCRIPTION_ID, group: str = GROUP) -> str:
    """Return the id of a resource of a type such as ``Microsoft.Compute/virtualMachines``.

    For a type within another (``Microsoft.Sql/servers/databases``) *name* has a part for each: ``sql-1/orders``.
    """
    provider, *types = type_.split("/")
    if name.count("/") + 1 != len(types):
        raise UsageError(f"a name of {type_} has {len(types)} parts, not {name!r}", hint="server/database")
    steps = [step for pair in zip(types, name.split("/"), strict=True) for step in pair]
    return "/".join([f"/subscriptions/{subscription_id}/resourceGroups/{group}/providers/{provider}", *steps])


def a_resource(type_: str, name: str = "resource-1", /, **columns: Any) -> Row:  # noqa: ANN401 - JSON of any kind
    """Make a resource as Resource Graph shows it, of any type, with any *columns*: for tenant copies.

    The id follows from the type, the name, ``subscriptionId`` and ``resourceGroup``; they from an id that is given.
    """
    columns = placed(columns)
    name = columns.get("name", name)
    subscription = str(columns.get("subscriptionId") or SUBSCRIPTION_ID)
    group = str(columns.get("resourceGroup") or GROUP)
    row: Row = {
        "id": columns.get("id") or an_id(type_, name, subscription_id=subscription, group=group),
        "name": name.rpartition("/")[2],
        "type": type_.lower(),
        "tenantId": TENANT_ID,
        "subscriptionId": subscription,
        "resourceGroup": group.lower(),
        "location": REGION,
        "tags": {},
        "properties": {},
    }
    own = {"resourceGroup": str(columns.get("resourceGroup", "")).lower(), "name": row["name"]}
    return merged(row, {key: own.get(key, value) for key, value in columns.items()})


def a_row(table: str | Table, name: str = "row-1", /, **columns: Any) -> Row:  # noqa: ANN401 - JSON of any kind
    """Make a row of a table of any plugin. Raises ``UsageError`` for a column that the table does not have."""
    found = _find(table)
    _demand_columns(columns, found)
    return a_resource(f"Acme.Rows/{found.name}", name, **columns)


def changed(row: Mapping[str, Any], changes: Mapping[str, Any]) -> Row:
    """Return *row* with *changes*, by name or by dotted path, whether a table shows them or not."""
    return merged(row, changes)


def built(table: str, type_: str, default: Mapping[str, Any], columns: Mapping[str, Any]) -> Row:
    """Make a row as *table* shows it: the *default* of its kind, and the *columns* that a test names."""
    given = placed(columns)
    _demand_columns(given, _find(table))
    scope: Row = {key: given[key] for key in _SCOPE if key in given}
    row = a_resource(type_, **{**default, **scope})
    return merged(row, {key: value for key, value in given.items() if key not in scope})


def placed(columns: Mapping[str, Any]) -> Row:
    """Return *columns*, and of what the id among them is made. What a test says besides of these holds."""
    found = _ID.fullmatch(str(columns.get("id") or ""))
    groups: dict[str, Any] = found.groupdict() if found else {}
    return {name: value for name, value in {**groups, **columns}.items() if value is not None or name in columns}


def demand_type(row: Row, type_: str) -> Row:
    """Return *row*. Raises ``UsageError`` where it is of another type, and what is made of it could not be."""
    if str(row.get("type")).lower() != type_.lower():
        raise UsageError(f"this is made of a row of type {type_}, not of {row.get('type')}: {row.get('id')}")
    return row


def _demand_columns(columns: Mapping[str, Any], table: Table) -> None:
    given = {path: None if value is ABSENT else value for path, value in columns.items() if path not in _SCOPE}
    demand_projected(merged({}, given), table)


def _find(table: str | Table) -> Table:
    if not isinstance(table, str):
        return table
    tables = installed().tables
    if table not in tables:
        raise no_such("table", table, tables)
    return tables[table]


def scope_of(row: Row) -> Row:
    """Return the columns that say where *row* is: for another row in the same place."""
    return {name: row[name] for name in ("subscriptionId", "tenantId", "resourceGroup", "location")}


def beside(columns: Row) -> dict[str, str]:
    """Return for :func:`an_id` where another resource must be to be in the resource group that *columns* name."""
    words = {"subscriptionId": "subscription_id", "resourceGroup": "group"}
    return {word: columns[name] for name, word in words.items() if columns.get(name)}


def as_text(moment: datetime) -> str:
    """Return *moment* as Resource Graph writes it."""
    return moment.isoformat().replace("+00:00", "Z")
