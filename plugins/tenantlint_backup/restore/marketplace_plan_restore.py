"""VMs with a Marketplace plan must be restorable without buying that plan again.

## Why
A VM that was made from an image with a plan carries the plan, and so does what is restored from it: making a new VM is
a purchase. It fails where the publisher has withdrawn the offer, or where nobody has accepted its terms in the
subscription. The backups succeed all the while.

## Fix
Restore the disks instead of a VM (`az backup restore restore-disks`), or replace the disks of the existing VM. To make
a VM of restored disks, accept the terms (`az vm image terms accept --publisher <publisher> --offer <product> --plan
<plan>`) and name the plan (`az vm create --attach-os-disk <disk> --plan-publisher … --plan-product … --plan-name …`).
Look from time to time whether the offer is still there: `az vm image list --publisher <publisher> --offer <product>
--all`.

## Limits
Only VMs that are backed up now are judged. Whether the offer still exists, and its terms are accepted, cannot be seen.
A VM that does not say that it has a plan has none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantlint import rule
from tenantlint_backup.documents import SUPPORT_MATRIX_2019, SUPPORT_MATRIX_2023, SUPPORT_MATRIX_2026
from tenantlint_backup.protection import protecting
from tenantlint_backup.without_protection import without_protection

if TYPE_CHECKING:
    from tenantlint import Context, Resource, Verdict


@rule(
    id="marketplace-plan-restore",
    on="virtual_machines",
    noun="VM",
    tags=["backup"],
    topic="restore",
    visibility="partial",
    level="note",
    reads=["protected_items"],
    sources=[SUPPORT_MATRIX_2026, SUPPORT_MATRIX_2023, SUPPORT_MATRIX_2019],
)
def marketplace_plan_restore(vm: Resource, ctx: Context) -> Verdict:
    items = ctx.tenant.owned("protected_items", vm)
    if not protecting(items):
        return without_protection(vm, items, ctx)
    if vm.find("plan") is None:
        return vm.compliant()
    name = vm.text("plan.name")
    if name is None:
        return vm.not_evaluable(absent="plan.name")
    plan = ":".join((vm.text("plan.publisher") or "?", vm.text("plan.product") or "?", name))
    message = f"has the Marketplace plan '{plan}'; it may be impossible to restore it as a new VM, but not its disks"
    return vm.violation(message, level="note", evidence={"plan": vm.find("plan")})
