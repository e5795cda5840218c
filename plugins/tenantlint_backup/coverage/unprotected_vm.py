"""Azure VMs must be protected by Azure Backup.

## Why
A VM that nobody put into a Recovery Services vault has no recovery points: whatever is deleted, broken by an update or
encrypted by an attacker is gone. A VM can also drop out of protection without leaving the vault's lists, because its
protected item stays behind: deleted but not yet purged, stopped, paused or suspended. Such an item makes no new
recovery points, and this rule does not take it for protection.

## Fix
Protect the VM: `az backup protection enable-for-vm --resource-group <vault's group> --vault-name <vault> --vm <VM's id>
--policy-name <policy>`. Where an item is soft-deleted, the VM cannot be selected again until that item is gone or
restored: `az backup protection undelete --resource-group <group> --vault-name <vault> --container-name <container>
--item-name <item> --backup-management-type AzureIaasVM --workload-type VM`. To resume after protection was stopped, use
`az backup protection resume` with a policy. Where the item is in error, look at the vault's backup jobs.

## Limits
* Only Azure Backup in Recovery Services vaults is seen: neither other products, nor agents inside the VM, nor snapshots
  of single disks.
* That a VM has no item is proven for its own subscription, where its vault is as a rule. An item in a vault of another
  subscription that could not be read is not known; such a scan is incomplete anyway.
* An item in the state `ProtectionError` is a warning: the VM still has its policy and whatever recovery points were
  made, and the state does not tell whether the next backup will work. Where protection could not even be configured,
  there is nothing yet that could restore the VM: that is an error, like no protection at all.
* As of editions before August 2016 nothing is judged: that of 2015 supported classic VMs only.
* A first backup that is still to come counts as protection, and so does an item whose last backup failed: the rule asks
  whether the VM is protected, not how well.
* Of several items the best decides, because an item that was stopped stays in the old vault when a VM moves to another.
* VMs of Azure Databricks and Azure Red Hat OpenShift are left out, as in Microsoft's own policy definition for VM
  backup. They are recognised by the resource group `databricks-rg-…` and by the publisher of their image; a VM whose
  image is not known is judged like any other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint import Level, rule
from tenantlint_backup.controls import BACK_UP
from tenantlint_backup.documents import BACK_UP_2019, BACK_UP_2026, PREPARE_2018, PREPARE_ARM_2016
from tenantlint_backup.managed_vms import managing_service
from tenantlint_backup.protection import STATE, Protection, evidence_of, protection_by

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenantlint import Context, Resource, Verdict

_VERDICTS: Final[Mapping[Protection, tuple[Level, str]]] = {
    Protection.IN_ERROR: (
        "warning",
        "has a protected item in the state ProtectionError; whether backups still succeed is not known",
    ),
    Protection.NOT_CONFIGURED: (
        "error",
        "has a protected item for which configuring protection failed; it was never protected",
    ),
    Protection.SUSPENDED: ("error", "has a protected item whose backups are suspended; no recovery points are made"),
    Protection.PAUSED: ("error", "has a protected item whose protection is paused; no recovery points are made"),
    Protection.STOPPED: ("error", "has a protected item whose protection is stopped; no recovery points are made"),
    Protection.SOFT_DELETED: (
        "error",
        "has only a soft-deleted protected item; it cannot be protected again before that is undeleted or purged",
    ),
}


@rule(
    id="unprotected-vm",
    on="virtual_machines",
    noun="VM",
    tags=["backup"],
    topic="coverage",
    controls=BACK_UP,
    level="error",
    reads=["protected_items"],
    sources=[BACK_UP_2026, BACK_UP_2019, PREPARE_2018, PREPARE_ARM_2016],
)
def unprotected_vm(vm: Resource, ctx: Context) -> Verdict:
    if service := managing_service(vm):
        return vm.not_applicable(f"is managed by {service}")
    items = ctx.tenant.owned("protected_items", vm)
    protections = [protection_by(item) for item in items]
    if Protection.ACTIVE in protections:
        return vm.compliant()
    if items.unread:
        return vm.not_evaluable(unread=items.unread)
    if not protections:
        message = "has no protected item in any Recovery Services vault; Azure Backup does not back it up"
        return vm.violation(message, level="error", evidence={"protected_items": 0})
    best = min(protections)
    return _judge_by(best, items[protections.index(best)], vm)


def _judge_by(protection: Protection, item: Resource, vm: Resource) -> Verdict:
    if protection is Protection.UNKNOWN:
        return vm.not_evaluable(absent=f"{STATE} of its protected item", evidence=evidence_of(item))
    level, message = _VERDICTS[protection]
    return vm.violation(message, level=level, evidence=evidence_of(item))
