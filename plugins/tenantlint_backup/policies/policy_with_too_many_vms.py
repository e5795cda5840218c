"""A backup policy must not be associated with more Azure VMs than Azure Backup recommends.

## Why
All VMs of a policy are due for backup at the same time, which is why the documentation limits their number. The portal
refuses to add VMs to a policy that is full; PowerShell goes on adding them, so that a policy can grow past the limit
without anybody noticing until the portal turns the next VM away.

## Fix
Make further policies, each with a start time of its own (`az backup policy create --resource-group <group> --vault-name
<vault> --name <policy> --backup-management-type AzureIaasVM --policy <file>`), and move VMs to them: `az backup item
set-policy --resource-group <group> --vault-name <vault> --container-name <container> --name <item> --policy-name
<policy> --backup-management-type AzureIaasVM --workload-type VM`.

## Limits
* This is a warning: more VMs than that do work where they were not added in the portal.
* The items that name the policy are counted, without those that were stopped or deleted. The number that the policy
  itself reports (`protectedItemsCount`) is shown, but does not decide, because it is not known how current it is.
* An item that protects a VM but does not say by which policy may belong to any policy of its vault: where such items
  would make the difference, the policy cannot be judged.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from tenantlint import Dated, fact, rule
from tenantlint_backup.controls import BACK_UP
from tenantlint_backup.documents import FAQ_2022, POWERSHELL_2022
from tenantlint_backup.policies_of import POLICY
from tenantlint_backup.protection import Protection, protection_told

if TYPE_CHECKING:
    from tenantlint import Context, FactTables, Json, Resource, Verdict

_COUNT: Final = "properties.protectedItemsCount"
_STATES: Final = (
    "properties_protectionState",
    "properties_currentProtectionState",
    "properties_isScheduledForDeferredDelete",
)
_GONE: Final = frozenset({Protection.STOPPED, Protection.SOFT_DELETED})


@fact(name="vms_by_policy", reads=["protected_items"])
def vms_by_policy(tables: FactTables) -> Counter[str]:
    """Count the VMs by the id, in lower case, of their policy or, where their items name none, of their vault.

    Where they do not name their vault either, the key is empty.
    """
    counted: Counter[str] = Counter()
    columns = ("properties_policyId", "properties_vaultId", *_STATES)
    for (policy, vault, state, current_state, deleted), vms in tables.counts("protected_items", *columns):
        if protection_told(state, current_state, deleted) not in _GONE:
            counted[_key(policy) or _key(vault)] += vms
    return counted


def _key(value: Json) -> str:
    return value.lower() if isinstance(value, str) else ""


@rule(
    id="policy-with-too-many-vms",
    on="backup_policies",
    noun="backup policy",
    tags=["backup"],
    topic="policies",
    controls=BACK_UP,
    level="warning",
    limits={"vms": Dated({POWERSHELL_2022: 100})},
    reads=["protected_items", "vms_by_policy"],
    sources=[FAQ_2022, POWERSHELL_2022],
)
def policy_with_too_many_vms(policy: Resource, ctx: Context) -> Verdict:
    counted = ctx.fact("vms_by_policy", Counter)
    vms, limit = counted[policy.key], ctx.limit("vms").value
    evidence: dict[str, Json] = {"protected_items": vms, _COUNT: policy.find(_COUNT)}
    if vms > limit:
        message = f"is the policy of {vms} VMs; up to {limit} VMs are recommended for one policy"
        return policy.violation(message, level="warning", evidence=evidence)
    if unread := ctx.tenant.gap("protected_items", policy.subscription_id):
        return policy.not_evaluable(unread=unread)
    others = counted[(policy.text("vaultId") or "").lower()] + (counted[""] if policy.text("vaultId") else 0)
    if vms + others > limit:
        return policy.not_evaluable(absent=f"{POLICY} of some items of its vault", evidence=evidence)
    return policy.compliant() if vms + others else policy.not_applicable("no VM is protected by it")
