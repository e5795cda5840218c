"""Azure VMs must not be kept from Azure Storage by security rules or routes.

## Why
The backup extension inside a VM talks to Azure Storage. In 2015 and 2016 the documentation demanded a way there:
without it, the extension's requests timed out and the backup failed. In 2018 and 2019 only VMs whose backups fail with
`ExtensionSnapshotFailedNoNetwork` needed one. Today it says that backups need no outbound connection of the VM. Still,
where backups of a VM do fail with that error, what is found here is the first thing to look at.

## Fix
Nothing, as long as backups succeed. Otherwise allow the traffic before it is denied: `az network nsg rule create
--resource-group <group> --nsg-name <nsg> --name allow-storage --priority <below the rule that denies> --direction
Outbound --access Allow --protocol Tcp --source-address-prefixes VirtualNetwork --destination-address-prefixes
Storage.<region> --destination-port-ranges 443 8443`. Where a route leads nowhere, add one for the tag: `az network
route-table route create --resource-group <group> --route-table-name <table> --name storage --address-prefix
Storage.<region> --next-hop-type Internet`. On an Azure Firewall, allow the FQDN tag `AzureBackup` in an application
rule.

## Limits
* A note in every edition: the VM may get around the block through an HTTP proxy or a private endpoint in its own
  network, and neither can be seen.
* TCP port 443 must be open, and since 2018 port 8443 for VMs with managed disks. Port 80, which the documentation of
  2018 names for storage accounts without encryption, is not asked for: all accounts are encrypted by now.
* Looked at are the primary network interface, its network security group, that of its subnet, and the subnet's routes,
  service endpoints and way out. The tags `Storage`, `AzureCloud` (of all or of the VM's region) and `Internet`, and all
  addresses, hold Azure Storage. Rules and routes for public addresses or the tag `AzureBackup`, and rules for some
  sources only, may or may not concern it: where they would change the answer, the rule is not evaluable. So may the tag
  `VirtualNetwork`, but only where the route table has a route that leads there.
* What a virtual appliance or a gateway lets through is not known, unless the appliance is an Azure Firewall that allows
  the FQDN tag `AzureBackup`. Firewalls are found by their private address.
* Azure's own rules and routes let everything out, unless the subnet is private. Routes that a gateway learns, and rules
  of Azure Virtual Network Manager, are not seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint import Dated, Edition, rule
from tenantlint_backup.controls import BACK_UP
from tenantlint_backup.documents import (
    BACK_UP_2019,
    BACK_UP_2026,
    ENCRYPTED_2019,
    PREPARE_2018,
    PREPARE_ARM_2016,
    PREPARE_CLASSIC_2015,
)
from tenantlint_backup.network.outbound import TABLES, outbound
from tenantlint_backup.network.reach import Blocked, Unknown, not_known

if TYPE_CHECKING:
    from tenantlint import Context, Resource, Verdict

_OS_DISK: Final = "properties.storageProfile.osDisk"
_ONLY_OLDER: Final = "only VMs whose backups fail with ExtensionSnapshotFailedNoNetwork need it"


@rule(
    id="outbound-network-blocked",
    on="virtual_machines",
    noun="VM",
    tags=["backup"],
    topic="network",
    controls=BACK_UP,
    visibility="partial",
    level="note",
    reads=TABLES,
    limits={"managed_disk_port": Dated({PREPARE_CLASSIC_2015: 443, PREPARE_2018: 8443})},
    sources=[BACK_UP_2026, ENCRYPTED_2019, BACK_UP_2019, PREPARE_2018, PREPARE_ARM_2016, PREPARE_CLASSIC_2015],
    history=[
        Edition(PREPARE_CLASSIC_2015),
        Edition(PREPARE_ARM_2016),
        Edition(PREPARE_2018, "relaxed", _ONLY_OLDER),
        Edition(BACK_UP_2019, "relaxed", _ONLY_OLDER),
        Edition(BACK_UP_2026, "relaxed", "backups need no outbound connection of the VM"),
    ],
)
def outbound_network_blocked(vm: Resource, ctx: Context) -> Verdict:
    ports = _ports(vm, ctx.limit("managed_disk_port").value)
    way = outbound(vm, ports or (443,), ctx)
    if isinstance(way, Blocked):
        message = f"is kept from Azure Storage by {way.by}"
        return vm.violation(message, level="note", evidence=way.evidence)
    if isinstance(way, Unknown):
        return not_known(vm, way)
    return vm.compliant() if ports else vm.not_evaluable(absent=_OS_DISK)


def _ports(vm: Resource, of_managed: int) -> tuple[int, ...]:
    """Return the ports that the VM's disks need, none where it does not say what kind of disks it has."""
    if isinstance(vm.find(f"{_OS_DISK}.managedDisk"), dict):
        return (443,) if of_managed == 443 else (443, of_managed)  # noqa: PLR2004 - HTTPS is what it is
    return (443,) if isinstance(vm.find(f"{_OS_DISK}.vhd"), dict) else ()
