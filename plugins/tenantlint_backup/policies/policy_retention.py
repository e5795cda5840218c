"""A backup policy must keep daily recovery points for at least 7 days, and none shorter than their snapshots.

## Why
Azure Backup keeps daily recovery points for 7 days or more. A policy from before that minimum goes on, but no change to
it is accepted until its retention is raised, and a VM that broke more than a few days ago cannot be restored. A
recovery point in the vault cannot be removed before its snapshot: a policy that keeps snapshots longer than it keeps
recovery points contradicts itself.

## Fix
Raise the daily retention, or lower that of the snapshots. `az backup policy show --resource-group <group> --vault-name
<vault> --name <policy>` into a file, change `retentionPolicy.dailySchedule.retentionDuration.count` or
`instantRpRetentionRangeInDays`, then `az backup policy set --resource-group <group> --vault-name <vault> --name
<policy> --policy <file>`. In Terraform: `retention_daily` and `instant_restore_retention_days` of
`azurerm_backup_policy_vm`.

## Limits
* This is a warning: backups by such a policy go on, it is only that no change to it is accepted.
* A policy that backs up weekly has no daily retention: only its snapshots are compared with its weekly retention.
* A policy that does not say how long it keeps snapshots keeps them for the default: 2 days in a Standard policy, 5 in
  one that backs up weekly, 7 in an Enhanced one.
* A month counts as 30 days, a year as 365. Monthly and yearly recovery points are extra and do not count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantlint import Dated, Violation, rule
from tenantlint_backup.controls import BACK_UP
from tenantlint_backup.documents import ENHANCED_POLICY_2025, FAQ_2022, FAQ_2025, INSTANT_RESTORE_2023
from tenantlint_backup.policies.retention_of import INSTANT, RETENTION, base_schedule, days_of, snapshot_days

if TYPE_CHECKING:
    from tenantlint import Context, Resource, Verdict


@rule(
    id="policy-retention",
    on="backup_policies",
    noun="backup policy",
    tags=["backup"],
    topic="policies",
    controls=BACK_UP,
    level="warning",
    limits={"daily_days": Dated({FAQ_2022: 7})},
    sources=[FAQ_2025, ENHANCED_POLICY_2025, INSTANT_RESTORE_2023, FAQ_2022],
)
def policy_retention(policy: Resource, ctx: Context) -> Verdict:
    schedule = base_schedule(policy)
    if schedule is None:
        return policy.not_evaluable(absent=RETENTION)
    path = f"{RETENTION}.{schedule}.retentionDuration"
    kept, snapshots, limit = days_of(policy, schedule), snapshot_days(policy), ctx.limit("daily_days").value
    if kept is None:
        return policy.not_evaluable(absent=path, evidence={path: policy.find(path)})
    found: list[Violation] = []
    if schedule == "dailySchedule" and kept < limit:
        message = f"keeps daily recovery points for {kept:g} days; at least {limit} are required"
        found.append(Violation(message, "warning", {path: policy.find(path)}, "daily-retention"))
    if snapshots is not None and snapshots > kept:
        message = f"keeps snapshots for {snapshots:g} days, but recovery points in the vault only for {kept:g}"
        evidence = {path: policy.find(path), INSTANT: policy.find(INSTANT)}
        found.append(Violation(message, "warning", evidence, "instant-restore"))
    if found:
        return policy.violations(found)
    return policy.compliant() if snapshots is not None else policy.not_evaluable(absent=INSTANT)
