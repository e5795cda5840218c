"""The OS disk of an Azure VM must not use Write Accelerator.

## Why
Azure Backup learned to back up data disks with Write Accelerator, but not an OS disk that has it. Every backup contains
the OS disk, it cannot be left out, and so the backup of the whole VM fails.

## Fix
Turn Write Accelerator off for the OS disk: `az vm update --resource-group <group> --name <vm> --write-accelerator
os=false`; in Bicep, set `writeAcceleratorEnabled: false` at `storageProfile.osDisk`. Move what needs the fast writes (a
database's log) to a data disk, and mind that `write-accelerator-disks` then speaks of that disk.

## Limits
* A disk that does not say whether it has Write Accelerator does not have it: off is the default.
* The documents of 2018 and 2019 speak of disks with Write Accelerator in general, which includes the OS disk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantlint import rule
from tenantlint_backup.controls import BACK_UP
from tenantlint_backup.disks.attached import OS_DISK
from tenantlint_backup.disks.write_accelerator import ENABLED, has_write_accelerator
from tenantlint_backup.documents import FAQ_2025, PREPARE_2018, SUPPORT_MATRIX_2019

if TYPE_CHECKING:
    from tenantlint import Context, Resource, Verdict


@rule(
    id="write-accelerator-os-disk",
    on="virtual_machines",
    noun="VM",
    tags=["backup"],
    topic="disks",
    controls=BACK_UP,
    level="error",
    sources=[FAQ_2025, SUPPORT_MATRIX_2019, PREPARE_2018],
)
def write_accelerator_os_disk(vm: Resource, _ctx: Context) -> Verdict:
    told = vm.find(OS_DISK)
    if not isinstance(told, dict):
        return vm.not_evaluable(absent=OS_DISK)
    enabled = has_write_accelerator(told)
    if enabled is None:
        return vm.not_evaluable(absent=f"{OS_DISK}.{ENABLED}")
    if not enabled:
        return vm.compliant()
    message = "has Write Accelerator on its OS disk; Azure Backup supports it on data disks only"
    return vm.violation(message, level="error", evidence={f"{OS_DISK}.{ENABLED}": True})
