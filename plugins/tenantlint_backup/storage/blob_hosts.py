"""Which storage accounts hold the unmanaged disks of VMs."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from tenantlint import fact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenantlint import Context, FactTables, Json, Resource

_OS_DISK: Final = "properties.storageProfile.osDisk.vhd.uri"
_DATA_DISKS: Final = "properties.storageProfile.dataDisks[*].vhd.uri"


def host_of(url: Json) -> str:
    """Return the host of *url*, in lower case; empty where *url* is no URL with a host."""
    try:
        return (urlsplit(url).hostname or "") if isinstance(url, str) else ""
    except ValueError:
        return ""


def account_of(host: str) -> str:
    """Return the account that *host* belongs to, as ``<account>.blob``; empty where it is not of that form."""
    account, _, rest = host.partition(".")
    return f"{account}.blob" if rest.startswith("blob.") else ""


def holds_unmanaged_disks(account: Resource, ctx: Context) -> bool:
    """Tell whether disks of VMs that were seen are in *account*."""
    host = host_of(account.find("properties.primaryEndpoints.blob")) or f"{account.name.lower()}.blob"
    return host in ctx.fact("vhd_hosts", frozenset)


@fact(name="vhd_hosts", reads=["unmanaged_disk_vms"])
def vhd_hosts(tables: FactTables) -> frozenset[str]:
    """Collect the blob hosts that serve disks of VMs: each as it is and by :func:`account_of`."""
    columns = ("properties_storageProfile_osDisk_vhd", "properties_storageProfile_dataDisks")
    hosts = {host_of(url) for vm in tables.rows("unmanaged_disk_vms", *columns) for url in _disks(vm)}
    return frozenset(chain(hosts, map(account_of, hosts)))


def _disks(vm: Resource) -> Iterator[Json]:
    yield vm.find(_OS_DISK)
    yield from vm.items(_DATA_DISKS) or ()
