"""Data disks of Azure VMs must not have the security type of a trusted launch or confidential VM.

## Why
The OS disk of a trusted launch or confidential VM has a security type of its own, which it keeps for good. Somebody who
attaches such a disk to another VM as a data disk, to repair it or to read it, makes that VM one that Azure Backup does
not support: its backups fail until the disk is gone.

## Fix
Detach the disk when the work is done: `az vm disk detach --resource-group <group> --vm-name <vm> --name <disk>`. If the
VM needs what is on it, copy that to an ordinary data disk first (`az vm disk attach --resource-group <group> --vm-name
<vm> --name <new disk> --new --size-gb <size>`).

## Limits
* A disk that names no security type is an ordinary one: that is the default.
* The OS disk of the VM itself may have any; it is the one that the VM's storage profile calls so.
* Unmanaged disks have no security type. Disks that are being detached (`toBeDetached`) do not count.
* Whether the disk is left out of the backup is not looked at: nothing says that this would help.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint import Violation, rule
from tenantlint_backup.controls import BACK_UP
from tenantlint_backup.disks.attached import READS, attached, conclude, no_row, no_value, rows_of
from tenantlint_backup.documents import SUPPORT_MATRIX_2026

if TYPE_CHECKING:
    from tenantlint import Context, Resource, Verdict
    from tenantlint_backup.disks.attached import Disk, Finding

_TYPE: Final = "properties.securityProfile.securityType"
_SHOWN: Final = f"disks.{_TYPE}"
_UNSUPPORTED: Final = ("trustedlaunch", "confidentialvm")


@rule(
    id="confidential-data-disks",
    on="virtual_machines",
    noun="VM",
    tags=["backup"],
    topic="disks",
    controls=BACK_UP,
    level="error",
    reads=READS,
    sources=[SUPPORT_MATRIX_2026],
)
def confidential_data_disks(vm: Resource, ctx: Context) -> Verdict:
    disks = attached(vm)
    found = [_judge(*each, vm, ctx) for each in rows_of(disks.data_disks, vm, ctx)]
    return conclude(vm, found, disks.absent_data_disks)


def _judge(disk: Disk, row: Resource | None, vm: Resource, ctx: Context) -> Finding | None:
    if row is None:
        return None if disk.kind == "unmanaged" else no_row(disk, vm, ctx, _SHOWN)
    security = row.find(_TYPE)
    if security is None:
        return None
    told = security.lower() if isinstance(security, str) else ""
    if told.startswith(_UNSUPPORTED):
        message = f"has {disk.said} of security type {security}; Azure Backup supports that for OS disks only"
        return Violation(message, "error", {"disks.id": row.id, _SHOWN: security}, disk.part)
    return None if told == "standard" else no_value(disk, vm, _SHOWN)
