"""A backup policy must keep its instant-restore snapshots for 1 to 5 days if it is Standard, 1 to 30 if Enhanced.

## Why
Snapshots beside the disks make a restore quick. Azure Backup keeps them for a range of days that depends on the type of
the policy, and for exactly 5 days where a Standard policy backs up weekly. It does not accept a policy with another
number, so that such a policy cannot be changed or deployed again.

## Fix
Set a number within the range: `az backup policy show --resource-group <group> --vault-name <vault> --name <policy>`
into a file, change `instantRpRetentionRangeInDays`, then `az backup policy set --resource-group <group> --vault-name
<vault> --name <policy> --policy <file>`. In Terraform: `instant_restore_retention_days` of `azurerm_backup_policy_vm`.
Who needs more than 5 days makes an Enhanced policy (`policyType` V2) and moves the VMs to it.

## Limits
* This is a warning: backups by such a policy go on, it is only that no change to it is accepted.
* The more snapshots an hourly schedule makes in a day, the fewer days Azure Backup allows; that is not looked at.
* A policy that does not say how long it keeps snapshots keeps them for the default of its kind, which is in the range.
* Where a policy does not say whether it is Standard or Enhanced, the type of its schedule tells.
* The documents fix 5 days for weekly backups when they speak of Standard policies. They do not say whether that holds
  for Enhanced ones, so those may keep weekly snapshots for 1 to 30 days here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint import Dated, rule
from tenantlint_backup.documents import ENHANCED_POLICY_2025, INSTANT_RESTORE_2023, POWERSHELL_2022
from tenantlint_backup.policies.retention_of import FREQUENCY, INSTANT, is_weekly
from tenantlint_backup.policies_of import POLICY_TYPE, is_enhanced

if TYPE_CHECKING:
    from tenantlint import Context, Resource, Verdict

_WEEKLY_DAYS: Final = 5


@rule(
    id="policy-instant-restore-range",
    on="backup_policies",
    noun="backup policy",
    tags=["backup"],
    topic="policies",
    level="warning",
    limits={"standard_days": Dated({POWERSHELL_2022: 5}), "enhanced_days": Dated({ENHANCED_POLICY_2025: 30})},
    sources=[ENHANCED_POLICY_2025, INSTANT_RESTORE_2023, POWERSHELL_2022],
)
def policy_instant_restore_range(policy: Resource, ctx: Context) -> Verdict:
    days, enhanced = policy.number(INSTANT), is_enhanced(policy)
    if enhanced is None:
        return policy.not_evaluable(absent=POLICY_TYPE)
    if policy.find(INSTANT) is None:
        return policy.compliant()
    if days is None:
        return policy.not_evaluable(absent=INSTANT, evidence={INSTANT: policy.find(INSTANT)})
    return _judge(policy, days, enhanced=enhanced, ctx=ctx)


def _judge(policy: Resource, days: float, *, enhanced: bool, ctx: Context) -> Verdict:
    most = ctx.limit("enhanced_days" if enhanced else "standard_days").value
    if not 1 <= days <= most:
        kind = "an Enhanced" if enhanced else "a Standard"
        return _violation(policy, f"keeps snapshots for {days:g} days; {kind} policy keeps them for 1 to {most}")
    if enhanced or days == _WEEKLY_DAYS or is_weekly(policy) is False:
        return policy.compliant()
    if is_weekly(policy) is None:
        return policy.not_evaluable(absent=FREQUENCY)
    return _violation(policy, f"backs up weekly and keeps snapshots for {days:g} days; that takes {_WEEKLY_DAYS} days")


def _violation(policy: Resource, message: str) -> Verdict:
    paths = (INSTANT, POLICY_TYPE, FREQUENCY)
    return policy.violation(message, level="warning", evidence={path: policy.find(path) for path in paths})
