"""Azure VMs in an Extended Zone must be protected by an Enhanced policy.

## Why
Azure Backup supports VMs in Extended Zones through the Enhanced policy only. A Standard policy cannot back up what lies
in such a zone: the VM is listed in a vault and has no recovery points to rely on.

## Fix
Give the item an Enhanced policy of the same vault: `az backup item set-policy --resource-group <group> --vault-name
<vault> --container-name <container> --name <item> --policy-name <Enhanced policy> --backup-management-type AzureIaasVM
--workload-type VM`. There is no way back to a Standard policy afterwards. To make such a policy, set its type: in Bicep
`policyType: 'V2'` with a `schedulePolicy` whose `schedulePolicyType` is `'SimpleSchedulePolicyV2'`, in Terraform
`policy_type = "V2"` of `azurerm_backup_policy_vm`.

## Limits
* A VM without `extendedLocation` is in no zone of that kind.
* A policy without `policyType` is told by the type of its schedule.
* An item that was stopped, soft-deleted or never configured has no say; `unprotected-vm` speaks of those.
* Which zones Azure Backup supports at all is not in Resource Graph, and neither is the list of its regions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint import Violation, rule
from tenantlint_backup.controls import BACK_UP
from tenantlint_backup.documents import SUPPORT_MATRIX_2026
from tenantlint_backup.policies_of import POLICY, is_enhanced, policy_of
from tenantlint_backup.protection import protecting
from tenantlint_backup.unknown_policies import unknown_kind
from tenantlint_backup.without_protection import without_protection

if TYPE_CHECKING:
    from tenantlint import Context, Resource, Rows, Verdict

_ZONE: Final = "extendedLocation"


@rule(
    id="extended-zone-needs-enhanced-policy",
    on="virtual_machines",
    noun="VM",
    tags=["backup"],
    topic="coverage",
    controls=BACK_UP,
    visibility="full",
    level="error",
    reads=["protected_items", "backup_policies"],
    sources=[SUPPORT_MATRIX_2026],
)
def extended_zone_needs_enhanced_policy(vm: Resource, ctx: Context) -> Verdict:
    if vm.find(_ZONE) is None:
        return vm.not_applicable("is in no Extended Zone")
    kind = vm.text(f"{_ZONE}.type")
    if kind is None:
        return vm.not_evaluable(absent=f"{_ZONE}.type")
    if kind.lower() != "edgezone":
        return vm.not_applicable("is in no Extended Zone")
    items = ctx.tenant.owned("protected_items", vm)
    return _judge(vm, items, ctx) if protecting(items) else without_protection(vm, items, ctx)


def _judge(vm: Resource, items: Rows, ctx: Context) -> Verdict:
    policies = [(item, policy_of(item, ctx)) for item in protecting(items)]
    standard = [_violation(vm, item) for item, policy in policies if policy and is_enhanced(policy) is False]
    if standard:
        return vm.violations(standard)
    unread = vm.not_evaluable(unread=items.unread) if items.unread else None
    return unknown_kind(vm, protecting(items), ctx) or unread or vm.compliant()


def _violation(vm: Resource, item: Resource) -> Violation:
    policy = (item.text(POLICY) or "").rpartition("/")[2]
    return Violation(
        f"is in the Extended Zone '{vm.text(f'{_ZONE}.name') or 'unknown'}' and has the Standard policy '{policy}'; "
        "Azure Backup supports it through an Enhanced policy only",
        "error",
        {_ZONE: vm.find(_ZONE), "protected_items.id": item.id, f"protected_items.{POLICY}": item.find(POLICY)},
        part=item.key,
    )
