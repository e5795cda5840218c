"""Writes tenant copies of resources that a test spells out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import orjson

from tenantlint.capture import choose_tables
from tenantlint.errors import UsageError
from tenantlint.graph.copies import HEAD, read_copy
from tenantlint.graph.engine import STANDARD_COLUMNS
from tenantlint.testing.building import TENANT_ID
from tenantlint.testing.running import NOW

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from tenantlint.model import Json

_RESOURCES: Final = "Resources"
_CONTAINERS: Final = "ResourceContainers"
_TABLES: Final = (
    ("microsoft.authorization/role", "AuthorizationResources"),
    ("microsoft.desktopvirtualization/hostpools/sessionhosts", "DesktopVirtualizationResources"),
    ("microsoft.guestconfiguration/", "GuestConfigurationResources"),
    ("microsoft.management/managementgroups", _CONTAINERS),
    ("microsoft.network/firewallpolicies/rulecollectiongroups", "NetworkResources"),
    ("microsoft.recoveryservices/locations/", "RecoveryServicesResources"),
    ("microsoft.recoveryservices/vaults/", "RecoveryServicesResources"),
    ("microsoft.resources/subscriptions", _CONTAINERS),
)
"""Where Resource Graph keeps the types that start so; of the usual tables, all others are in ``Resources``."""

_USUAL: Final = (_RESOURCES, *sorted({table for _, table in _TABLES}))


def tenant_copy(  # noqa: PLR0913 - a test says only what differs from a fully read tenant
    folder: Path,
    *resources: Mapping[str, Json],
    tables: Mapping[str, Iterable[Mapping[str, Json]]] | None = None,
    missing: Sequence[str] = (),
    unread: Sequence[Mapping[str, str]] = (),
    now: datetime = NOW,
    cloud: str = "AzureCloud",
    tenant_id: str = TENANT_ID,
) -> Path:
    """Write *resources* as a tenant copy to the new *folder*, each to the table that holds its type; return the folder.

    The subscriptions that they are in are there, too, even where nobody made them. Rows of other tables of Resource
    Graph are given in *tables*, by name. The usual tables are there even where they are empty, but for those that are
    *missing*. *unread* entries are as in ``copy.json``. Columns that queries compute (``vmId``) are left out: here they
    are computed.

    Raises ``UsageError`` for a resource without an id or type and for a table that Resource Graph does not have,
    ``CopyError`` where the copy cannot be read.
    """
    choose_tables([*(tables or {}), *missing], _USUAL)
    rows = _by_table(resources, tables or {})
    gone = {entry["subscription"].lower() for entry in unread if "subscription" in entry and not entry.get("table")}
    named = {str(row.get("subscriptionId") or "").lower() for given in rows.values() for row in given}
    read = sorted(named - gone - {""})
    rows[_CONTAINERS] += _subscriptions(read, rows[_CONTAINERS], tenant_id)
    kept = {name: given for name, given in rows.items() if name not in missing}
    head = {"captured_at": now.isoformat(), "cloud": cloud, "tenant_id": tenant_id, "subscriptions": read}
    return _written(folder, {**head, "tables": sorted(kept), "unread": [dict(entry) for entry in unread]}, kept)


def _by_table(
    resources: Iterable[Mapping[str, Json]], tables: Mapping[str, Iterable[Mapping[str, Json]]]
) -> dict[str, list[Mapping[str, Json]]]:
    """Return the rows of every usual table and of those in *tables*, by name."""
    rows: dict[str, list[Mapping[str, Json]]] = {name: [] for name in _USUAL}
    for resource in resources:
        rows[_table_of(resource)].append(resource)
    for name, given in tables.items():
        rows.setdefault(name, []).extend(given)
    return rows


def _written(folder: Path, head: Mapping[str, object], rows: Mapping[str, Iterable[Mapping[str, Json]]]) -> Path:
    folder.mkdir(parents=True)
    (folder / HEAD).write_bytes(orjson.dumps(head))
    for name, given in rows.items():
        (folder / f"{name}.jsonl").write_bytes(b"".join(_line(row) for row in given))
    return read_copy(folder).folder


def _table_of(resource: Mapping[str, Json]) -> str:
    type_ = resource.get("type")
    if not (resource.get("id") and isinstance(type_, str) and type_):
        raise UsageError("a resource of a tenant copy needs an id and a type", hint="make it with a_resource(…)")
    return next((table for start, table in _TABLES if type_.lower().startswith(start)), _RESOURCES)


def _subscriptions(
    read: Iterable[str], known: Iterable[Mapping[str, Json]], tenant_id: str
) -> Iterator[Mapping[str, Json]]:
    """Yield a row for each subscription that is not *known*: one without a row cannot be seen."""
    there = {str(row.get("id")).lower() for row in known}
    for id_ in read:
        row = {"id": f"/subscriptions/{id_}", "name": id_, "type": "microsoft.resources/subscriptions"}
        if row["id"].lower() not in there:
            yield {**row, "subscriptionId": id_, "tenantId": tenant_id, "properties": {"state": "Enabled"}}


def _line(row: Mapping[str, Json]) -> bytes:
    return orjson.dumps({name: value for name, value in row.items() if name in STANDARD_COLUMNS}) + b"\n"
