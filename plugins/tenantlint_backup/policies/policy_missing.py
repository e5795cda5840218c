"""Every item that protects an Azure VM must have a backup policy, and that policy must exist.

## Why
The policy says when a VM is backed up and how long its recovery points are kept. An item that claims to protect a VM
but has no policy, or one that was deleted, is not backed up on any schedule, while the vault still lists the VM as
protected.

## Fix
Give the item a policy: `az backup item set-policy --resource-group <vault's group> --vault-name <vault>
--container-name <container> --name <item> --policy-name <policy> --backup-management-type AzureIaasVM --workload-type
VM`. In Terraform, set `backup_policy_id` of `azurerm_backup_protected_vm`; in Bicep, `policyId` of the item's
`properties`. Where the VM shall not be backed up any more, stop its protection instead: `az backup protection disable`.

## Limits
* An item that tells its state, but no policy, has none. One that tells no state is not judged.
* Items whose protection was stopped, paused, suspended or deleted do not count: a stopped item has no policy.
  `unprotected-vm` speaks of VMs that have only such items.
* That a policy does not exist is said only where all policies of the vault's subscription were read. A policy is read
  by whoever may read the vault, so one that is hidden from the reader is not to be expected.
* Whether the policy suits the VM is not looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantlint import Violation, rule
from tenantlint_backup.controls import BACK_UP
from tenantlint_backup.documents import BACK_UP_2019, BACK_UP_2026, PREPARE_2018, PREPARE_ARM_2016
from tenantlint_backup.policies_of import POLICY, policy_of
from tenantlint_backup.protection import evidence_of, protecting
from tenantlint_backup.without_protection import without_protection

if TYPE_CHECKING:
    from tenantlint import Context, Resource, Verdict


@rule(
    id="policy-missing",
    on="virtual_machines",
    noun="VM",
    tags=["backup"],
    topic="policies",
    controls=BACK_UP,
    level="error",
    reads=["protected_items", "backup_policies"],
    sources=[BACK_UP_2026, BACK_UP_2019, PREPARE_2018, PREPARE_ARM_2016],
)
def policy_missing(vm: Resource, ctx: Context) -> Verdict:
    items = ctx.tenant.owned("protected_items", vm)
    active = protecting(items)
    if not active:
        return without_protection(vm, items, ctx)
    without = [item for item in active if policy_of(item, ctx) is None]
    if not without:
        return vm.not_evaluable(unread=items.unread) if items.unread else vm.compliant()
    return _judge(vm, without, ctx)


def _judge(vm: Resource, without: list[Resource], ctx: Context) -> Verdict:
    """Judge by the items *without* a policy that was read: it may not exist, not be readable or not be named."""
    violations = [found for item in without if (found := _violation(item, ctx))]
    if violations:
        return vm.violations(violations)
    unread = [gap for item in without if _names_a_policy(item) and (gap := _gap(item, ctx))]
    return vm.not_evaluable(unread=unread[0]) if unread else vm.not_evaluable(absent=f"{POLICY} of its protected item")


def _violation(item: Resource, ctx: Context) -> Violation | None:
    vault = item.key.partition("/backupfabrics/")[0].rpartition("/")[2]
    evidence = evidence_of(item) | {f"protected_items.{POLICY}": item.find(POLICY)}
    if item.find(POLICY) in (None, ""):
        message = f"has a protected item in vault '{vault}' without a backup policy; nothing schedules its backups"
        return Violation(message, "error", evidence, item.key)
    if not _names_a_policy(item) or _gap(item, ctx):
        return None
    policy = (item.text(POLICY) or "").rpartition("/")[2]
    message = f"has a protected item in vault '{vault}' with the backup policy '{policy}', which does not exist there"
    return Violation(message, "error", evidence, item.key)


def _names_a_policy(item: Resource) -> bool:
    return "/backuppolicies/" in (item.text(POLICY) or "").lower()


def _gap(item: Resource, ctx: Context) -> str | None:
    """Say why policies of the vault that holds *item* may be missing; a policy lies in the vault of its items."""
    return ctx.tenant.gap("backup_policies", item.subscription_id)
