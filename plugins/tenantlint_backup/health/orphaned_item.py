"""A protected item must belong to a VM that exists.

## Why
Deleting a VM does not delete its backups. The item stays in the vault with all its recovery points, costs money every
month, and its scheduled backups fail from now on. That may be wanted: a deleted VM can be restored from them. It must
be somebody's decision, though, and where nobody took it, the recovery points go on being paid for and those that the
policy has expire are gone when the VM is finally missed.

## Fix
Where the VM is to come back, restore it: `az backup restore restore-disks`. Where the recovery points are to be kept,
stop the protection and keep them: `az backup protection disable --resource-group <group> --vault-name <vault>
--container-name <container> --item-name <item> --backup-management-type AzureIaasVM --workload-type VM`. Where nobody
needs them, add `--delete-backup-data true`.

## Limits
* An item whose protection was stopped is a note: somebody decided to keep it. Any other is a warning. Soft-deleted
  items are left out, they go by themselves.
* The service's own word (`isDatasourceDeleted`) is enough, even where a VM has the same id again. Without it the VM
  must be missing from a subscription that was read fully; otherwise the item is not judged.
* A VM that the reader may not see within a subscription that can be read looks like one that is gone.
* A VM that was moved to another group or subscription has another id: the item of the old one is orphaned.
* Items of classic VMs are looked up among the classic VMs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint import rule, subscription_of
from tenantlint_backup.documents import FAQ_2025, SUPPORT_MATRIX_2019, SUPPORT_MATRIX_2026
from tenantlint_backup.protection import Protection, evidence_of, protecting, protection_by

if TYPE_CHECKING:
    from tenantlint import Context, Level, Resource, Verdict

_KEPT: Final = "its recovery points are kept and cost money"
_DELETED: Final = "properties.isDatasourceDeleted"
_CLASSIC: Final = "/providers/microsoft.classiccompute/virtualmachines/"
_VM: Final = "/providers/microsoft.compute/virtualmachines/"


@rule(
    id="orphaned-item",
    on="protected_items",
    noun="protected item",
    tags=["backup"],
    topic="health",
    visibility="full",
    level="warning",
    reads=["virtual_machines", "classic_virtual_machines"],
    sources=[SUPPORT_MATRIX_2026, FAQ_2025, SUPPORT_MATRIX_2019],
)
def orphaned_item(item: Resource, ctx: Context) -> Verdict:
    if protection_by(item) is Protection.SOFT_DELETED:
        return item.not_applicable("is soft-deleted")
    deleted, vm_id = item.find(_DELETED), (item.text("vmId") or "").lower()
    if deleted is True:
        return _violation(item, "belongs to a VM that was deleted, as Azure Backup says")
    if _VM not in vm_id and _CLASSIC not in vm_id:
        return item.not_evaluable(absent="properties.sourceResourceId")
    exists, unread = _find_vm(item, vm_id, ctx)
    if not exists and unread:
        return item.not_evaluable(unread=unread)
    if not exists:
        return _violation(item, "belongs to a VM that no longer exists")
    return item.compliant() if deleted is None or deleted is False else item.not_evaluable(absent=_DELETED)


def _find_vm(item: Resource, vm_id: str, ctx: Context) -> tuple[bool, str | None]:
    """Tell whether the VM exists, and why it may exist although it was not seen."""
    if _CLASSIC in vm_id:
        found = ctx.tenant.by_id("classic_virtual_machines", vm_id)
        return found is not None, ctx.tenant.gap("classic_virtual_machines", subscription_of(vm_id))
    rows = ctx.tenant.owned("virtual_machines", item)
    return bool(rows), rows.unread


def _violation(item: Resource, message: str) -> Verdict:
    protection = protection_by(item)
    level: Level = "note" if protection is Protection.STOPPED else "warning"
    told = "its backups fail and its recovery points cost money" if protecting([item]) else _KEPT
    evidence = {"vmId": item.find("vmId"), _DELETED: item.find(_DELETED), **evidence_of(item)}
    return item.violation(f"{message}; {told}", level=level, evidence=evidence)
