"""The backup policies by which VMs are protected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tenantlint import Context, Resource

POLICY: Final = "properties.policyId"
POLICY_TYPE: Final = "properties.policyType"
CONSISTENCY: Final = "properties.snapshotConsistencyType"
_SCHEDULE_TYPE: Final = "properties.schedulePolicy.schedulePolicyType"


def policy_of(item: Resource, ctx: Context) -> Resource | None:
    """Return the row of the policy of *item* in ``backup_policies``; None where it has none, or none that was read."""
    policy_id = item.text(POLICY)
    return ctx.tenant.by_id("backup_policies", policy_id) if policy_id else None


def is_enhanced(policy: Resource) -> bool | None:
    """Tell whether *policy* is an Enhanced one (V2) rather than a Standard one; None where it says neither.

    Policies older than the distinction have no type: then the type of their schedule decides.
    """
    told = (policy.text(POLICY_TYPE) or "").lower()
    if told:
        return {"v1": False, "v2": True}.get(told)
    schedule = (policy.text(_SCHEDULE_TYPE) or "").lower()
    return schedule.endswith("v2") if schedule else None


def is_crash_consistent(policy: Resource) -> bool:
    """Tell whether *policy* takes crash-consistent snapshots only; one that does not say takes consistent ones."""
    return (policy.text(CONSISTENCY) or "").lower() == "onlycrashconsistent"
