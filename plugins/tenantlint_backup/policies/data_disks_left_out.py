"""Every data disk of a protected Azure VM must be in its backup, above all where its disks are encrypted.

## Why
Selective disk backup leaves data disks out. They have no recovery points, which is easily forgotten once something is
stored on them, and the VM cannot be restored as a whole: neither as a new VM nor in place of the old one, only disk by
disk. For VMs with Azure Disk Encryption under a Standard policy it is not supported at all, and backups fail.

## Fix
Back up all disks again: `az backup protection update-for-vm --resource-group <group> --vault-name <vault>
--container-name <container> --item-name <item> --disk-list-setting resetexclusionsettings`. In Terraform, remove
`exclude_disk_luns` and `include_disk_luns` from `azurerm_backup_protected_vm`. For an encrypted VM, an Enhanced policy
is the other way. Where a disk needs no backup, waive the finding and say why.

## Limits
* Nobody has confirmed that Resource Graph shows which disks are left out. An item that says nothing is taken to leave
  none out only if some other item of the tenant says something; else it is not evaluable.
* Shared disks do not count: they cannot be backed up, so that leaving them out is right. Nor do disks that are being
  detached.
* Where it is not known whether the VM is encrypted, or by which policy it is backed up, the finding is a warning.
* The OS disk cannot be left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint import Violation, fact, rule
from tenantlint_backup import disk_encryption
from tenantlint_backup.controls import BACK_UP
from tenantlint_backup.disks.attached import DATA_DISKS, READS, attached, shared_row
from tenantlint_backup.disks.left_out_disks import EXCLUSION, leaves_out
from tenantlint_backup.documents import ENCRYPTED_TROUBLE_2025, SELECTIVE_DISKS_2026
from tenantlint_backup.policies_of import is_enhanced, policy_of
from tenantlint_backup.protection import protecting
from tenantlint_backup.without_protection import without_protection

if TYPE_CHECKING:
    from tenantlint import Context, FactTables, Json, Resource, Verdict

_COLUMN: Final = EXCLUSION.replace(".", "_")


@fact(name="disk_exclusions_are_shown", reads=["protected_items"])
def disk_exclusions_are_shown(tables: FactTables) -> bool:
    """Tell whether any protected item says which disks it leaves out."""
    return any(True for _ in tables.values("protected_items", "id", having={_COLUMN: None}))


@rule(
    id="data-disks-left-out",
    on="virtual_machines",
    noun="VM",
    tags=["backup"],
    topic="policies",
    controls=BACK_UP,
    visibility="partial",
    level="error",
    reads=["protected_items", "backup_policies", "disk_exclusions_are_shown", *READS, *disk_encryption.TABLES],
    sources=[SELECTIVE_DISKS_2026, ENCRYPTED_TROUBLE_2025],
)
def data_disks_left_out(vm: Resource, ctx: Context) -> Verdict:
    items = ctx.tenant.owned("protected_items", vm)
    active = protecting(items)
    if not active:
        return without_protection(vm, items, ctx)
    disks = attached(vm)
    if not disks.data_disks and not disks.absent_data_disks:
        return vm.not_applicable("has no data disks")
    telling = [item for item in active if item.find(EXCLUSION) is not None]
    found = _judge_by(telling, vm, ctx) if telling else None
    if found or disks.absent_data_disks:
        return found or vm.not_evaluable(absent=DATA_DISKS)
    if len(telling) < len(active) and not ctx.fact("disk_exclusions_are_shown", bool):
        return vm.not_evaluable(unobservable="whether selective disk backup leaves disks out")
    return vm.not_evaluable(unread=items.unread) if items.unread else vm.compliant()


def _judge_by(telling: list[Resource], vm: Resource, ctx: Context) -> Verdict | None:
    """Judge *vm* by the items *telling* what they leave out; None where they leave nothing out."""
    disks = [disk for disk in attached(vm).data_disks if not shared_row(disk, ctx)]
    answers = {item: [leaves_out(item, disk.told.get("lun")) for disk in disks] for item in telling}
    left_out = {
        item: [disk.part for disk, out in zip(disks, told, strict=True) if out] for item, told in answers.items()
    }
    violations = [_violation(vm, item, parts, ctx) for item, parts in left_out.items() if parts]
    if violations:
        return vm.violations(violations)
    if any(None in told for told in answers.values()):
        return vm.not_evaluable(absent=f"{EXCLUSION} of its protected item, or the lun of its data disks")
    return None


def _violation(vm: Resource, item: Resource, disks: list[str], ctx: Context) -> Violation:
    names: list[Json] = [*disks]
    evidence = {f"protected_items.{EXCLUSION}": item.find(EXCLUSION), f"{DATA_DISKS}[].name": names}
    message = f"has data disks that its backup leaves out ({', '.join(disks)})"
    found, _ = disk_encryption.disk_encryption(vm, ctx.tenant)
    policy = policy_of(item, ctx)
    if found and found.certain and policy and is_enhanced(policy) is False:
        message += "; that is not supported with Azure Disk Encryption and a Standard policy"
        return Violation(message, "error", {**evidence, "backup_policies.id": policy.id}, item.key)
    return Violation(f"{message}; they have no recovery points", "warning", evidence, item.key)
