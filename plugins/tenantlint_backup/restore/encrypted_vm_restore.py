"""VMs that Azure Disk Encryption has encrypted must be restored whole, beside the VM that they replace.

## Why
Two ways of restoring that are open to other VMs are closed to encrypted ones: single files and folders cannot be taken
out of a backup, and disks cannot be swapped on the existing VM ("replace existing"). Who finds that out only when a
file is missing has to restore all disks first.

## Fix
Plan for it: practise `az backup restore restore-disks` and making a VM of the restored disks, with the key vault at
hand. Where single files must come back fast, back them up in another way as well. Azure Disk Encryption will be retired
in 2028: make new VMs with encryption at host instead (`az vm create --encryption-at-host true`), which has none of
these limits. A VM that has ever had Azure Disk Encryption cannot be turned over; its data has to move.

## Limits
* Only VMs that are backed up now are judged.
* An extension for disk encryption that does not say what it was told to do is not evaluable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint import rule
from tenantlint_backup.disk_encryption import OPERATION, TABLES, disk_encryption
from tenantlint_backup.documents import ENCRYPTED_2019, ENCRYPTED_2022, SUPPORT_MATRIX_2019, SUPPORT_MATRIX_2026
from tenantlint_backup.protection import protecting
from tenantlint_backup.without_protection import without_protection

if TYPE_CHECKING:
    from tenantlint import Context, Resource, Verdict

_OS_DISK: Final = "properties.storageProfile.osDisk"


@rule(
    id="encrypted-vm-restore",
    on="virtual_machines",
    noun="VM",
    tags=["backup"],
    topic="restore",
    level="note",
    reads=["protected_items", *TABLES],
    sources=[SUPPORT_MATRIX_2026, ENCRYPTED_2022, SUPPORT_MATRIX_2019, ENCRYPTED_2019],
)
def encrypted_vm_restore(vm: Resource, ctx: Context) -> Verdict:
    items = ctx.tenant.owned("protected_items", vm)
    if not protecting(items):
        return without_protection(vm, items, ctx)
    encryption, unread = disk_encryption(vm, ctx.tenant)
    if encryption and encryption.certain:
        message = "is encrypted by Azure Disk Encryption; neither single files can be restored nor disks replaced in it"
        return vm.violation(message, level="note", evidence={"encryption": encryption.source})
    if unread:
        return vm.not_evaluable(unread=unread)
    if encryption:
        return vm.not_evaluable(absent=f"{OPERATION} of its extension for disk encryption")
    return vm.compliant() if isinstance(vm.find(_OS_DISK), dict) else vm.not_evaluable(absent=_OS_DISK)
