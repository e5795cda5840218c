"""Small Azure tenants: subscriptions and VMs that break rules of the backup pack, as copies and as snapshots."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from tenantlint import Rule
from tenantlint.catalog import Catalog
from tenantlint.plugins import load_plugins
from tenantlint.snapshot import Snapshot
from tests import makers
from tests.makers import Row

TENANT = "aaaaaaaa-0000-4000-8000-000000000000"
TABLES = (
    "Resources",
    "RecoveryServicesResources",
    "ResourceContainers",
    "AuthorizationResources",
    "GuestConfigurationResources",
    "NetworkResources",
    "DesktopVirtualizationResources",
)


def subscription(number: int) -> str:
    """Return the id of the `number`th subscription."""
    return f"bbbbbbbb-0000-4000-8000-{number:012}"


def subscription_row(number: int, name: str | None = None) -> Row:
    id_ = subscription(number)
    return {
        "id": f"/subscriptions/{id_}",
        "name": f"Subscription {number}" if name is None else name,
        "type": "microsoft.resources/subscriptions",
        "subscriptionId": id_,
        "tenantId": TENANT,
        "properties": {"state": "Enabled"},
    }


def vm_row(number: int, name: str, disks: int = 0, **changes: object) -> Row:
    """Make a VM of the `number`th subscription: 17 data disks are a warning, 33 an error, and so is no backup."""
    group = f"/subscriptions/{subscription(number)}/resourceGroups/rg-Web"
    return {
        "id": f"{group}/providers/Microsoft.Compute/virtualMachines/{name}",
        "name": name,
        "type": "microsoft.compute/virtualmachines",
        "subscriptionId": subscription(number),
        "tenantId": TENANT,
        "location": "westeurope",
        "resourceGroup": "rg-web",
        "tags": {},
        "properties": {
            "storageProfile": {"osDisk": {"osType": "Windows"}, "dataDisks": [{"lun": lun} for lun in range(disks)]}
        },
        **changes,
    }


def write_copy(
    folder: Path,
    rows: Mapping[str, Iterable[Row]],
    *,
    subscriptions: Iterable[int],
    unread: Iterable[Mapping[str, str]] = (),
    tables: Iterable[str] = TABLES,
) -> Path:
    """Write a tenant copy of `rows` by table; `tables` are captured, `subscriptions` are fully read."""
    return makers.write_copy(
        folder,
        {table: rows.get(table, ()) for table in tables},
        captured_at="2026-11-20T03:30:00+01:30",
        tenant_id=TENANT,
        subscriptions=[subscription(number) for number in subscriptions],
        unread=list(unread),
    )


@cache
def catalog() -> Catalog:
    """Return what the installed plugins contribute."""
    return load_plugins()


def take_snapshot(copy: Path, into: Path, *rules: Rule) -> Snapshot:
    """Collect what `rules` need, as a scan does, from a tenant copy."""
    return makers.collect_copy(copy, catalog().needed_tables(rules), into)
