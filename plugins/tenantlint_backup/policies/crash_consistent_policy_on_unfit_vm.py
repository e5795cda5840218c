"""A VM whose policy takes crash-consistent snapshots only must have a size and disks that support them.

## Why
Agentless crash-consistent backup works for some VMs only. It needs a size that takes premium storage, and supports
neither the newer Azure Boost sizes nor Ultra, Premium SSD v2, shared, ephemeral OS and Write Accelerator disks. Backups
of other VMs by such a policy fail, and there is no other kind of snapshot that it could fall back to.

## Fix
Give the VM an Enhanced policy that takes application-consistent snapshots: one without `snapshotConsistencyType`. `az
backup item set-policy --resource-group <group> --vault-name <vault> --container-name <container> --name <item>
--policy-name <policy> --backup-management-type AzureIaasVM --workload-type VM`. Or change the VM: `az vm resize
--resource-group <group> --name <vm> --size <size>`, `az vm disk detach`.

## Limits
* What a size supports is read from its name: "s" for premium storage, "a" for AMD, "p" for Arm. Azure Boost sizes are
  those that the document names: Intel from v6 on, AMD from v7 on. Arm sizes from v6 on are not named and therefore not
  evaluable; older sizes that use Azure Boost as well (some of version 4 and 5) are not recognised.
* A policy that does not say which snapshots it takes takes application-consistent ones.
* Disks that are being detached (`toBeDetached`) do not count; those left out by selective disk backup do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantlint import rule
from tenantlint_backup.controls import BACK_UP
from tenantlint_backup.disks.attached import READS
from tenantlint_backup.documents import CRASH_CONSISTENT_2024
from tenantlint_backup.policies.unfit_for_crash_consistency import reasons, unknown_reason
from tenantlint_backup.policies_of import CONSISTENCY, is_crash_consistent, policy_of
from tenantlint_backup.protection import protecting
from tenantlint_backup.unknown_policies import without_policy
from tenantlint_backup.without_protection import without_protection

if TYPE_CHECKING:
    from tenantlint import Context, Resource, Rows, Verdict


@rule(
    id="crash-consistent-policy-on-unfit-vm",
    on="virtual_machines",
    noun="VM",
    tags=["backup"],
    topic="policies",
    controls=BACK_UP,
    level="error",
    reads=["protected_items", "backup_policies", *READS],
    sources=[CRASH_CONSISTENT_2024],
)
def crash_consistent_policy_on_unfit_vm(vm: Resource, ctx: Context) -> Verdict:
    items = ctx.tenant.owned("protected_items", vm)
    active = protecting(items)
    if not active:
        return without_protection(vm, items, ctx)
    for item in active:
        policy = policy_of(item, ctx)
        if policy and is_crash_consistent(policy):
            return _judge(vm, policy, ctx)
    return _without(vm, items, active, ctx)


def _judge(vm: Resource, policy: Resource, ctx: Context) -> Verdict:
    if violations := reasons(vm, policy, ctx):
        return vm.violations(violations)
    unknown = unknown_reason(vm, ctx)
    return unknown or vm.compliant()


def _without(vm: Resource, items: Rows, active: list[Resource], ctx: Context) -> Verdict:
    """Judge a VM none of whose policies is known to be a crash-consistent one."""
    for item in active:
        policy = policy_of(item, ctx)
        if policy is None:
            return without_policy(vm, item, ctx)
        if policy.find(CONSISTENCY) is not None:
            return vm.not_evaluable(
                absent=f"{CONSISTENCY} of its backup policy", evidence={"backup_policies.id": policy.id}
            )
    if items.unread:
        return vm.not_evaluable(unread=items.unread)
    return vm.not_applicable("its policy takes application-consistent snapshots")
