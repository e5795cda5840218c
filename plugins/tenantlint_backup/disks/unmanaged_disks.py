"""Azure VMs must have managed disks.

## Why
Unmanaged disks, which are page blobs in a storage account of yours, are retired: Microsoft announced in 2023 that from
30 September 2025 VMs with such disks cannot be started, and that those still running are stopped. Azure Backup called
their backup deprecated and then unsupported. Whoever keeps such a VM stands to lose both the VM and its backups.

## Fix
Convert the VM, which has to be deallocated for that and cannot be converted back: `az vm deallocate --resource-group
<group> --name <vm>`, then `az vm convert --resource-group <group> --name <vm>`, then `az vm start`. VMs of an
availability set need the set converted first: `az vm availability-set convert --resource-group <group> --name <set>`.
The recovery points stay usable: restore their disks, and create a VM from those.

## Limits
* By the editions before March 2026 this is a warning: until then the documents call such backups deprecated only.
* Dates of this retirement have been moved before; the rule does not judge by them.
* In 2023 a VM with unmanaged disks could have up to 16 data disks where others could have 32; `too-many-data-disks`
  makes no such difference.
* Disks that are being detached (`toBeDetached`) do not count. VMs of the classic deployment model are not judged here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantlint import Violation, rule
from tenantlint_backup.controls import BACK_UP
from tenantlint_backup.disks.attached import attached, conclude, no_kind
from tenantlint_backup.documents import SUPPORT_MATRIX_2026, SUPPORT_MATRIX_MARCH_2026, UNMANAGED_2023

if TYPE_CHECKING:
    from tenantlint import Context, Level, Resource, Verdict
    from tenantlint_backup.disks.attached import Disk, Finding


@rule(
    id="unmanaged-disks",
    on="virtual_machines",
    noun="VM",
    tags=["backup"],
    topic="disks",
    controls=BACK_UP,
    level="error",
    sources=[SUPPORT_MATRIX_MARCH_2026, SUPPORT_MATRIX_2026, UNMANAGED_2023],
)
def unmanaged_disks(vm: Resource, ctx: Context) -> Verdict:
    disks = attached(vm)
    return conclude(vm, [_judge(disk, vm, ctx) for disk in disks.disks], disks.absent)


def _judge(disk: Disk, vm: Resource, ctx: Context) -> Finding | None:
    if disk.kind == "unknown":
        return no_kind(disk, vm)
    return _violation(disk, ctx.edition) if disk.kind == "unmanaged" else None


def _violation(disk: Disk, edition: str | None) -> Violation:
    unsupported = edition is None or edition >= SUPPORT_MATRIX_MARCH_2026.date[:7]
    level: Level = "error" if unsupported else "warning"
    why = "Azure Backup does not support that" if unsupported else "support for its backup is deprecated"
    vhd = disk.told.get("vhd")
    # A signature may follow the question mark, and who has that has the disk.
    uri = str(vhd.get("uri")).partition("?")[0] if isinstance(vhd, dict) else None
    message = f"has {disk.said} that is not managed; {why}, and VMs with such disks are retired"
    return Violation(message, level, {f"{disk.path}.vhd.uri": uri}, disk.part)
