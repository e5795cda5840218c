"""Azure VMs must not have several network interfaces.

## Why
In 2015 Azure Backup did not support VMs with more than one network interface. From 2016 on it backed them up, but
restored their interfaces only with PowerShell. Since 2019 such VMs are supported. The rule matters to those who look at
a tenant as of an older edition of the documentation.

## Fix
Nothing today, but know how to restore: restore the disks, not the VM (`az backup restore restore-disks`), then make
the VM from them with its network interfaces (`az vm create --attach-os-disk <disk> --nics <nic> <nic>`).

## Limits
* Counted are the network interfaces that the VM names, whether or not they have addresses.
* How many interfaces a restored VM has is decided by how many it had when protection was enabled; that is not seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantlint import rule
from tenantlint_backup.network.interfaces import INTERFACES, named_interfaces
from tenantlint_backup.network.reach import not_known
from tenantlint_backup.network.special_networks import HISTORY, SOURCES

if TYPE_CHECKING:
    from tenantlint import Context, Resource, Verdict


@rule(
    id="several-network-interfaces",
    on="virtual_machines",
    noun="VM",
    tags=["backup"],
    topic="network",
    level="error",
    sources=SOURCES,
    history=HISTORY,
)
def several_network_interfaces(vm: Resource, _ctx: Context) -> Verdict:
    named, unknown = named_interfaces(vm)
    if len(named) > 1:
        message = f"has {len(named)} network interfaces; Azure Backup supports one"
        return vm.violation(message, level="error", evidence={INTERFACES: len(named)})
    return not_known(vm, unknown) if unknown else vm.compliant()
