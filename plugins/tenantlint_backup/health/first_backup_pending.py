"""A protected Azure VM must have a first recovery point soon after its protection was enabled.

## Why
Enabling protection makes no recovery point. The first backup runs when the policy's schedule next comes round, and
until it has succeeded there is nothing to restore, although every list shows the VM as protected. A VM that is still
waiting after a whole week has missed every schedule that a policy can have: something keeps its first backup from
working.

## Fix
Run the first backup now: `az backup protection backup-now --resource-group <group> --vault-name <vault>
--container-name <container> --item-name <item> --backup-management-type AzureIaasVM --workload-type VM --retain-until
<dd-mm-yyyy>`. Where it fails, the job tells why: `az backup job list --resource-group <group> --vault-name <vault>
--status Failed`. Look at the VM's agent and at the policy's schedule, too.

## Limits
* When protection was enabled is not in Resource Graph. The age of the VM (`properties.timeCreated`) stands for it: a VM
  that was created at most `days` days ago may well be waiting for its schedule and is a note; an older one is a
  warning, even if it was protected only today. So is one of unknown age.
* `days` is 7, because a weekly schedule is the slowest there is.
* An item is pending if its state says so (`IRPending`, `ConfiguringProtection`) and it has no usable time of a last
  recovery point. In any other state without such a time nothing can be told.
* One recovery point is enough, however old: `recovery-point-stale` looks at its age. Of several items the best decides.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from tenantlint import Dated, rule
from tenantlint_backup.controls import MONITOR_BACKUPS
from tenantlint_backup.documents import BACK_UP_2019, BACK_UP_2026, ENCRYPTED_2019, PREPARE_2018
from tenantlint_backup.first_backups import RECOVERY_POINT, is_pending, recovery_point_of
from tenantlint_backup.moments import moment_of
from tenantlint_backup.protection import evidence_of, protecting
from tenantlint_backup.without_protection import without_protection

if TYPE_CHECKING:
    from tenantlint import Context, Level, Resource, Verdict

_CREATED: Final = "properties.timeCreated"


@rule(
    id="first-backup-pending",
    on="virtual_machines",
    noun="VM",
    tags=["backup"],
    topic="health",
    controls=MONITOR_BACKUPS,
    visibility="full",
    level="warning",
    reads=["protected_items"],
    limits={"days": Dated({BACK_UP_2026: 7})},
    sources=[BACK_UP_2026, ENCRYPTED_2019, BACK_UP_2019, PREPARE_2018],
)
def first_backup_pending(vm: Resource, ctx: Context) -> Verdict:
    items = ctx.tenant.owned("protected_items", vm)
    active = protecting(items)
    if any(recovery_point_of(item, ctx.now) for item in active):
        return vm.compliant()
    if not active or items.unread:
        return without_protection(vm, items, ctx)
    unclear = next((item for item in active if not is_pending(item)), None)
    if unclear:
        return vm.not_evaluable(absent=f"{RECOVERY_POINT} of its protected item", evidence=evidence_of(unclear))
    level, age = _judge_age(vm, ctx)
    return vm.violation(
        f"has no recovery point yet: its first backup is still to come, and {age}",
        level=level,
        evidence={_CREATED: vm.find(_CREATED), **evidence_of(active[0])},
    )


def _judge_age(vm: Resource, ctx: Context) -> tuple[Level, str]:
    created, days = moment_of(vm, _CREATED), ctx.limit("days").value
    if created is None or created > ctx.now:
        return "warning", "since when the VM exists is not known"
    if ctx.now - created > timedelta(days=days):
        return "warning", f"the VM is older than {days} days"
    return "note", f"the VM is not older than {days} days"
