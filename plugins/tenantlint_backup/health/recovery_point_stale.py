"""The last recovery point of a protected Azure VM must not be older than its policy allows.

## Why
A VM can be protected, its last backup can read as completed, and still nothing was backed up for days: runs were
skipped, or the service was paused and did not come back. What is lost after a disaster is everything since the last
recovery point, so its age is what counts in the end.

## Fix
Look at the VM's backup jobs (`az backup job list --resource-group <group> --vault-name <vault>`), make a recovery point
now (`az backup protection backup-now`), and watch whether the next scheduled run makes one by itself. Where backups are
wanted more often, change the policy's schedule; an Enhanced policy can run every 4 hours.

## Limits
* What the policy allows is the longest pause in its own schedule: a day; the longest gap between the chosen weekdays;
  or, for an hourly schedule, from the last run in one day's window to the first in the next. A run that would fall on
  the very end of the window is not counted on.
* `hours` of grace, 24, come on top: a run may start 2 hours late, then it takes its time, and one that failed may be
  repeated before anybody is called. A daily backup is therefore stale after 48 hours.
* An item whose policy or schedule is not known, or whose time of the last recovery point is missing or lies more than a
  day ahead, cannot be judged.
* Of several items one with a fresh recovery point is enough. A VM whose first backup is still to come belongs to
  `first-backup-pending`.
* A policy whose schedule was made denser only now is applied at once: until its first run the finding may come early.
* A recovery point made by hand is as good as any other. Whether it is consistent is not in Resource Graph.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tenantlint import Dated, rule
from tenantlint_backup.controls import MONITOR_BACKUPS
from tenantlint_backup.documents import BACK_UP_2019, BACK_UP_2026, ENHANCED_POLICY_2025, FAQ_2025, PREPARE_2018
from tenantlint_backup.first_backups import RECOVERY_POINT, is_pending, recovery_point_of
from tenantlint_backup.longest_pauses import SCHEDULE, longest_pause
from tenantlint_backup.policies_of import POLICY, policy_of
from tenantlint_backup.protection import protecting
from tenantlint_backup.unknown_policies import without_policy
from tenantlint_backup.without_protection import without_protection

if TYPE_CHECKING:
    from datetime import datetime

    from tenantlint import Context, Resource, Verdict


@rule(
    id="recovery-point-stale",
    on="virtual_machines",
    noun="VM",
    tags=["backup"],
    topic="health",
    controls=MONITOR_BACKUPS,
    visibility="full",
    level="warning",
    reads=["protected_items", "backup_policies"],
    limits={"hours": Dated({FAQ_2025: 24})},
    sources=[BACK_UP_2026, FAQ_2025, ENHANCED_POLICY_2025, BACK_UP_2019, PREPARE_2018],
)
def recovery_point_stale(vm: Resource, ctx: Context) -> Verdict:
    items = ctx.tenant.owned("protected_items", vm)
    active = protecting(items)
    if not active:
        return without_protection(vm, items, ctx)
    if any(_is_fresh(item, ctx) for item in active):
        return vm.compliant()
    if items.unread:
        return vm.not_evaluable(unread=items.unread)
    backed_up = [item for item in active if not is_pending(item) or recovery_point_of(item, ctx.now)]
    if not backed_up:
        return vm.not_applicable("its first backup is still to come")
    return _judge_without_fresh(vm, backed_up, ctx)


def _is_fresh(item: Resource, ctx: Context) -> bool:
    """Tell whether *item* is known to have a recovery point that is not too old."""
    point = recovery_point_of(item, ctx.now)
    policy = policy_of(item, ctx) if point else None
    pause = longest_pause(policy) if policy else None
    return bool(point and pause and ctx.now - point <= pause + timedelta(hours=ctx.limit("hours").value))


def _judge_without_fresh(vm: Resource, items: list[Resource], ctx: Context) -> Verdict:
    """Judge by *items*, none of which is known to be fresh: all must be known to be stale."""
    found: list[tuple[datetime, timedelta, Resource]] = []
    for item in items:
        point, policy = recovery_point_of(item, ctx.now), policy_of(item, ctx)
        if point is None:
            evidence = {f"protected_items.{path}": item.find(path) for path in ("id", RECOVERY_POINT)}
            return vm.not_evaluable(absent=f"{RECOVERY_POINT} of its protected item", evidence=evidence)
        if policy is None:
            return without_policy(vm, item, ctx)
        pause = longest_pause(policy)
        if pause is None:
            return vm.not_evaluable(absent=f"{SCHEDULE} of its policy", evidence={"backup_policies.id": policy.id})
        found.append((point, pause, item))
    return _violation(vm, *max(found, key=_by_point), ctx)


def _by_point(found: tuple[datetime, timedelta, Resource]) -> datetime:
    return found[0]


def _violation(vm: Resource, point: datetime, pause: timedelta, item: Resource, ctx: Context) -> Verdict:
    hours, grace = round(pause / timedelta(hours=1), 1), ctx.limit("hours").value
    return vm.violation(
        f"has its last recovery point from {point:%Y-%m-%d %H:%M} UTC; its policy makes one at least every {hours:g} "
        f"hours, and {grace} hours of grace are over",
        level="warning",
        evidence={f"protected_items.{path}": item.find(path) for path in ("id", RECOVERY_POINT, POLICY)},
    )
