"""Spot VMs must be made Spot VMs again by hand after a restore.

## Why
Azure Backup restores a Spot VM as a regular one. It costs the full price from then on, counts against the quota of
regular cores, and is not evicted when whoever runs it expects that.

## Fix
Restore the disks instead of a VM (`az backup restore restore-disks`) and make a Spot VM of them: `az vm create
--attach-os-disk <disk> --os-type <Linux or Windows> --priority Spot --eviction-policy Deallocate`. A VM whose disks
hold nothing worth a restore needs no backup.

## Limits
Only VMs that are backed up now are judged. A VM that does not say its priority is a regular one: that is the default.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint import rule
from tenantlint_backup.documents import SUPPORT_MATRIX_2023, SUPPORT_MATRIX_2026
from tenantlint_backup.protection import protecting
from tenantlint_backup.without_protection import without_protection

if TYPE_CHECKING:
    from tenantlint import Context, Resource, Verdict

_PRIORITY: Final = "properties.priority"


@rule(
    id="spot-vm-restore",
    on="virtual_machines",
    noun="VM",
    tags=["backup"],
    topic="restore",
    level="note",
    reads=["protected_items"],
    sources=[SUPPORT_MATRIX_2026, SUPPORT_MATRIX_2023],
)
def spot_vm_restore(vm: Resource, ctx: Context) -> Verdict:
    items = ctx.tenant.owned("protected_items", vm)
    if not protecting(items):
        return without_protection(vm, items, ctx)
    told = vm.find(_PRIORITY)
    priority = "regular" if told is None else str(told).lower()
    if priority in ("spot", "low"):
        message = "is a Spot VM; a restore makes a regular VM of it, at the full price"
        return vm.violation(message, level="note", evidence={_PRIORITY: told})
    if priority != "regular":
        return vm.not_evaluable(absent=_PRIORITY)
    # no properties, no priority: only then is the default not what is meant
    return vm.compliant() if vm.text("properties.provisioningState") or told else vm.not_evaluable(absent="properties")
