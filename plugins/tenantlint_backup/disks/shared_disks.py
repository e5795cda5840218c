"""Azure VMs that are backed up must not have shared disks, other than such as an Enhanced policy leaves out.

## Why
A disk that several VMs may attach at the same time cannot be backed up with any of them: nobody stops the other VMs
from writing meanwhile. With a Standard policy the VM cannot be backed up at all while such a disk is attached. With an
Enhanced policy it can, if selective disk backup leaves the shared disk out.

## Fix
Protect the VM with an Enhanced policy (a VM can move from Standard to Enhanced, but not back) and leave the shared
disks out by their LUNs: `az backup protection update-for-vm --resource-group <vault's group> --vault-name <vault>
--container-name <container> --item-name <item> --disk-list-setting exclude --diskslist <lun> [<lun> …]`. Then protect
the shared disk itself by Azure Disk Backup (`az dataprotection backup-instance create`), or back up what is on it from
inside the cluster.

## Limits
* Seen are managed disks with `maxShares` greater than 1, whether or not other VMs have attached them. Volumes that a
  cluster shares by its own means (Cluster Shared Volumes, Scale-Out File Server, Storage Spaces Direct) are not
  supported either, but are made inside the VMs, where Resource Graph does not look.
* Whether Resource Graph shows which disks an item leaves out is not certain. An item that says nothing is taken to
  leave out none: an exclusion that cannot be checked excuses nothing. If yours does, waive the finding.
* A VM that nothing backs up is not judged; `unprotected-vm` speaks of it.
* A disk without a row, because the reader may not see it, may be a shared one: then the VM is not evaluable.
* The OS disk is part of every backup and cannot be left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint import Violation, rule
from tenantlint_backup.controls import BACK_UP
from tenantlint_backup.disks.attached import OS_DISK, READS, attached, conclude, no_row, no_value, rows_of, shared_row
from tenantlint_backup.disks.left_out_disks import EXCLUSION, leaves_out
from tenantlint_backup.documents import (
    ENHANCED_POLICY_2025,
    SELECTIVE_DISKS_2026,
    SUPPORT_MATRIX_2023,
    SUPPORT_MATRIX_2026,
)
from tenantlint_backup.policies_of import is_enhanced, policy_of
from tenantlint_backup.protection import protecting
from tenantlint_backup.unknown_policies import without_policy
from tenantlint_backup.without_protection import without_protection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenantlint import Context, Resource, Verdict
    from tenantlint_backup.disks.attached import Disk, Finding

_MAX_SHARES: Final = "properties.maxShares"
_SHOWN: Final = f"disks.{_MAX_SHARES}"
_TYPE: Final = "properties.policyType"


@rule(
    id="shared-disks",
    on="virtual_machines",
    noun="VM",
    tags=["backup"],
    topic="disks",
    controls=BACK_UP,
    visibility="partial",
    level="error",
    reads=[*READS, "protected_items", "backup_policies"],
    sources=[SUPPORT_MATRIX_2026, SELECTIVE_DISKS_2026, ENHANCED_POLICY_2025, SUPPORT_MATRIX_2023],
)
def shared_disks(vm: Resource, ctx: Context) -> Verdict:
    disks = attached(vm)
    shared = [(disk, row) for disk in disks.disks if (row := shared_row(disk, ctx))]
    unread = ctx.tenant.gap("shared_disks", vm.subscription_id)
    found = _unseen(vm, ctx)
    if shared:
        items = ctx.tenant.owned("protected_items", vm)
        active = protecting(items)
        if not active:
            return without_protection(vm, items, ctx)
        found += [_judge(disk, row, active, vm, ctx) for disk, row in shared]
        unread = unread or items.unread
    if unread:
        found.append(vm.not_evaluable(unread=unread))
    return conclude(vm, found, disks.absent)


def _unseen(vm: Resource, ctx: Context) -> list[Finding | None]:
    """Say of each disk without a row why it has none: any of these may be shared."""
    rows = rows_of(attached(vm).disks, vm, ctx)
    return [no_row(disk, vm, ctx, _SHOWN) for disk, row in rows if row is None and disk.kind in ("managed", "unknown")]


def _judge(disk: Disk, row: Resource, items: Sequence[Resource], vm: Resource, ctx: Context) -> Finding | None:
    found = [finding for item in items if (finding := _judge_by(item, disk, row, vm, ctx))]
    return min(found, key=lambda finding: not isinstance(finding, Violation), default=None)


def _judge_by(item: Resource, disk: Disk, row: Resource, vm: Resource, ctx: Context) -> Finding | None:
    policy = policy_of(item, ctx)
    enhanced = is_enhanced(policy) if policy else None
    if policy is None:
        return without_policy(vm, item, ctx)
    if enhanced is None:
        return vm.not_evaluable(absent=f"{_TYPE} of its backup policy", evidence={"backup_policies.id": policy.id})
    left_out = enhanced and disk.path != OS_DISK and leaves_out(item, disk.told.get("lun"))
    if left_out is None:
        return no_value(disk, vm, f"{EXCLUSION} of its protected item or the lun")
    return None if left_out else _violation(disk, row, item, policy, enhanced=enhanced)


def _violation(disk: Disk, row: Resource, item: Resource, policy: Resource, *, enhanced: bool) -> Violation:
    why = "does not leave that out" if enhanced else "is a Standard one, which cannot leave that out"
    who = "its protected item" if enhanced else f"its policy '{policy.name}'"
    return Violation(
        f"has the shared {disk.said}; {who} {why}, and Azure Backup does not support shared disks",
        "error",
        {
            "shared_disks.id": row.id,
            f"shared_disks.{_MAX_SHARES}": row.find(_MAX_SHARES),
            f"{disk.path}.lun": disk.told.get("lun"),
            "backup_policies.id": policy.id,
            f"protected_items.{EXCLUSION}": item.find(EXCLUSION),
        },
        disk.part,
    )
