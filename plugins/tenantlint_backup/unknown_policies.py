"""What rules about the policy of a VM say where the policy cannot be looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantlint import subscription_of
from tenantlint_backup.policies_of import POLICY, POLICY_TYPE, is_enhanced, policy_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tenantlint import Context, Resource, Verdict


def without_policy(vm: Resource, item: Resource, ctx: Context) -> Verdict:
    """Say why *vm* is not judged, whose protected *item* has no policy that was read."""
    policy_id = item.text(POLICY)
    if policy_id is None:
        return vm.not_evaluable(absent=f"{POLICY} of its protected item", evidence={"protected_items.id": item.id})
    evidence = {f"protected_items.{POLICY}": policy_id}
    unread = ctx.tenant.gap("backup_policies", subscription_of(policy_id))
    if unread:
        return vm.not_evaluable(unread=unread, evidence=evidence)
    return vm.not_evaluable(absent=f"{POLICY} of its protected item: there is no such policy", evidence=evidence)


def unknown_kind(vm: Resource, items: Iterable[Resource], ctx: Context) -> Verdict | None:
    """Say of which of the protected *items* of *vm* it is not known whether its policy is Enhanced; None for none."""
    for item in items:
        policy = policy_of(item, ctx)
        if policy is None:
            return without_policy(vm, item, ctx)
        if is_enhanced(policy) is None:
            evidence = {"backup_policies.id": policy.id}
            return vm.not_evaluable(absent=f"{POLICY_TYPE} of its backup policy", evidence=evidence)
    return None
