"""A VM with Ultra or Premium SSD v2 disks must be backed up by an Enhanced policy.

## Why
Standard policies cannot back up Ultra and Premium SSD v2 disks. A VM that is protected by a Standard policy and gets
such a disk has no valid recovery points of it from then on: its backups fail.

## Fix
Make an Enhanced policy (`az backup policy create --resource-group <group> --vault-name <vault> --name <policy>
--backup-management-type AzureIaasVM --policy <file>` with `"policyType": "V2"` and a schedule of the type
`SimpleSchedulePolicyV2`; in Terraform `policy_type = "V2"` of `azurerm_backup_policy_vm`) and give it to the VM: `az
backup item set-policy --resource-group <group> --vault-name <vault> --container-name <container> --name <item>
--policy-name <policy> --backup-management-type AzureIaasVM --workload-type VM`. There is no way back to a Standard one.

## Limits
* The kind of a disk is taken from the disk itself or, where its row is not known, from the VM, which names it only
  while it runs.
* Disks that selective disk backup leaves out are judged like all others, since Resource Graph may not show that.
* In 2015 premium storage was not supported at all. That was lifted long ago, and nothing is reported of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantlint import Violation, rule
from tenantlint_backup.controls import BACK_UP
from tenantlint_backup.disks.attached import READS, attached, no_row, rows_of
from tenantlint_backup.documents import ENHANCED_POLICY_2025, SUPPORT_MATRIX_2026
from tenantlint_backup.policies.disk_kinds import SKU, kind_of, ultra_name
from tenantlint_backup.policies_of import POLICY_TYPE, is_enhanced, policy_of
from tenantlint_backup.protection import protecting
from tenantlint_backup.unknown_policies import unknown_kind
from tenantlint_backup.without_protection import without_protection

if TYPE_CHECKING:
    from tenantlint import Context, Resource, Verdict
    from tenantlint_backup.disks.attached import Disk


@rule(
    id="ultra-disk-needs-enhanced-policy",
    on="virtual_machines",
    noun="VM",
    tags=["backup"],
    topic="policies",
    controls=BACK_UP,
    level="error",
    reads=["protected_items", "backup_policies", *READS],
    sources=[SUPPORT_MATRIX_2026, ENHANCED_POLICY_2025],
)
def ultra_disk_needs_enhanced_policy(vm: Resource, ctx: Context) -> Verdict:
    items = ctx.tenant.owned("protected_items", vm)
    active = protecting(items)
    if not active:
        return without_protection(vm, items, ctx)
    disks = attached(vm)
    kinds = [(disk, kind_of(disk, row)) for disk, row in rows_of(disks.disks, vm, ctx)]
    ultra = [(disk, kind) for disk, kind in kinds if kind and ultra_name(kind)]
    if ultra:
        return _judge(vm, active, ultra, items.unread, ctx)
    if disks.absent:
        return vm.not_evaluable(absent=disks.absent)
    unknown = next((disk for disk, kind in kinds if kind is None), None)
    return no_row(unknown, vm, ctx, SKU) if unknown else vm.not_applicable("has no Ultra or Premium SSD v2 disk")


def _judge(
    vm: Resource, active: list[Resource], ultra: list[tuple[Disk, str]], unread: str | None, ctx: Context
) -> Verdict:
    policies = (policy_of(item, ctx) for item in active)
    standard = [policy for policy in policies if policy and is_enhanced(policy) is False]
    if standard:
        return vm.violations([_violation(disk, kind, standard[0]) for disk, kind in ultra])
    unknown = unknown_kind(vm, active, ctx) or (vm.not_evaluable(unread=unread) if unread else None)
    return unknown or vm.compliant()


def _violation(disk: Disk, kind: str, policy: Resource) -> Violation:
    return Violation(
        f"has {ultra_name(kind)} storage for {disk.said}, but the Standard backup policy '{policy.name}'; only "
        "Enhanced policies back up such disks",
        "error",
        {
            f"disks.{SKU}": kind,
            "backup_policies.id": policy.id,
            f"backup_policies.{POLICY_TYPE}": policy.find(POLICY_TYPE),
        },
        disk.part,
    )
