"""VMs of which only crash-consistent backups are made: these need neither an agent nor a certain operating system."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint_backup.policies_of import is_crash_consistent, policy_of
from tenantlint_backup.protection import protecting

if TYPE_CHECKING:
    from tenantlint import Context, Resource, Verdict

TABLES: Final = ("protected_items", "backup_policies")
"""What a rule that asks for this must declare in its ``reads``."""


def is_agentless(vm: Resource, ctx: Context) -> bool:
    """Tell whether *vm* is known to be backed up without an agent.

    An item whose policy cannot be looked at proves nothing, and a policy that does not say takes consistent snapshots.
    """
    policies = [policy_of(item, ctx) for item in protecting(ctx.tenant.owned("protected_items", vm))]
    return bool(policies) and all(policy and is_crash_consistent(policy) for policy in policies)


def unless_agentless(vm: Resource, verdict: Verdict, ctx: Context, whatever: str = "") -> Verdict:
    """Return *verdict*, or that nothing is demanded where it is not compliant and *vm* is backed up without an agent.

    *whatever* ends the reason: ", whatever its distribution".
    """
    if verdict.outcome != "compliant" and is_agentless(vm, ctx):
        return vm.not_applicable(f"is backed up without an agent{whatever}")
    return verdict
