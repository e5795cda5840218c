"""Azure VMs with Write Accelerator on data disks must be able to reach the internet.

## Why
No other VM needs a connection for its backup, but one that has data disks with Write Accelerator does: Azure Backup
takes the snapshots of such VMs from inside. Where security rules or routes keep the VM from Azure Storage, its backups
fail, even if selective disk backup leaves these disks out.

## Fix
Allow the traffic before it is denied: `az network nsg rule create --resource-group <group> --nsg-name <nsg> --name
allow-storage --priority <below the rule that denies> --direction Outbound --access Allow --protocol Tcp
--source-address-prefixes VirtualNetwork --destination-address-prefixes Storage.<region> --destination-port-ranges 443`.
In Bicep, among the `securityRules` of the group:

```bicep
{
  name: 'allow-storage'
  properties: {
    priority: 100
    direction: 'Outbound'
    access: 'Allow'
    protocol: 'Tcp'
    sourceAddressPrefix: 'VirtualNetwork'
    sourcePortRange: '*'
    destinationAddressPrefix: 'Storage.${location}'
    destinationPortRange: '443'
  }
}
```

Give a private subnet a NAT gateway: `az network vnet subnet update --resource-group <group> --vnet-name <vnet> --name
<subnet> --nat-gateway <gateway>`. Or turn Write Accelerator off where it is not needed: `az vm update --resource-group
<group> --name <vm> --write-accelerator <lun>=false`.

## Limits
* The documentation says "internet" and names neither addresses nor ports; asked is for Azure Storage on TCP port 443,
  to which the backup extension talks.
* What is looked at, what is not seen and when the rule is not evaluable is as with `outbound-network-blocked`. A VM
  that goes through an HTTP proxy in its own network is reported all the same: waive the finding if its backups succeed.
* An OS disk with Write Accelerator does not count: Azure Backup does not support that at all, and
  `write-accelerator-os-disk` reports it.
* A disk that does not say whether it has Write Accelerator does not have it: off is the default. Disks that are being
  detached (`toBeDetached`) do not count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint import rule
from tenantlint_backup.controls import BACK_UP
from tenantlint_backup.disks.attached import DATA_DISKS, attached
from tenantlint_backup.disks.write_accelerator import ENABLED, has_write_accelerator
from tenantlint_backup.documents import SUPPORT_MATRIX_2023, SUPPORT_MATRIX_2026
from tenantlint_backup.network.outbound import TABLES, outbound
from tenantlint_backup.network.reach import Blocked, Unknown, not_known

if TYPE_CHECKING:
    from tenantlint import Context, Resource, Verdict

_SHOWN: Final = f"{DATA_DISKS}[].{ENABLED}"
_NO_DISK: Final = "has no data disk with Write Accelerator"


@rule(
    id="write-accelerator-needs-internet",
    on="virtual_machines",
    noun="VM",
    tags=["backup"],
    topic="network",
    controls=BACK_UP,
    visibility="partial",
    level="error",
    reads=TABLES,
    sources=[SUPPORT_MATRIX_2026, SUPPORT_MATRIX_2023],
)
def write_accelerator_needs_internet(vm: Resource, ctx: Context) -> Verdict:
    disks = attached(vm)
    told = [has_write_accelerator(disk.told) for disk in disks.data_disks]
    if True not in told:
        absent = _SHOWN if None in told else disks.absent_data_disks
        return vm.not_evaluable(absent=absent) if absent else vm.not_applicable(_NO_DISK)
    way = outbound(vm, (443,), ctx)
    if isinstance(way, Blocked):
        message = f"has data disks with Write Accelerator but is kept from the internet by {way.by}; its backups fail"
        return vm.violation(message, level="error", evidence={_SHOWN: True, **way.evidence})
    return not_known(vm, way) if isinstance(way, Unknown) else vm.compliant()
