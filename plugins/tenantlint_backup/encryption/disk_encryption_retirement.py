"""VMs must have moved from Azure Disk Encryption to another kind of encryption before it retires on 2028-09-15.

## Why
From that day on, disks that Azure Disk Encryption has encrypted are no longer unlocked when their VM restarts. Backups
do not help: a VM that is restored from one comes with its disks as encrypted as they were, so that recovery points from
before the move are of no use any more.

## Fix
There is no switch: encryption at host refuses disks that Azure Disk Encryption has touched, even after decryption.
Decrypt (`az vm encryption disable --resource-group <group> --name <vm> --volume-type <type>`; a Linux OS disk cannot be
decrypted, and its VM has to be set up anew), copy each disk's content into a new one (`az disk create --for-upload true
--upload-size-bytes <bytes> …`, `az disk grant-access`, `azcopy copy`), create a VM from these (`az vm create
--attach-os-disk <disk> --encryption-at-host true …`) and protect it. Then take a backup, and keep in mind until when
the recovery points of the old VM are needed.

## Limits
* A note until the retirement is `warning_days` away, then a warning. By default that is a year.
* The extension stays after decryption: a VM whose extension was told to decrypt is left out, one whose extension does
  not say what it was told is not evaluable.
* Recovery points of VMs that were encrypted once and no longer are, or that are gone, are not seen.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from tenantlint import Setting, rule
from tenantlint_backup.disk_encryption import OPERATION, TABLES, VM_SETTINGS, disk_encryption
from tenantlint_backup.documents import DISK_ENCRYPTION_RETIREMENT_2025

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenantlint import Context, Resource, Verdict
    from tenantlint_backup.disk_encryption import Source

_RETIRES: Final = date(2028, 9, 15)
_OS_DISK: Final = "properties.storageProfile.osDisk"
_SHOWN_BY: Final[Mapping[Source, str]] = {
    "disk": "encrypted_disks.properties.encryptionSettingsCollection",
    "vm": VM_SETTINGS,
    "extension": f"disk_encryption_extensions.{OPERATION}",
}


def _days(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise ValueError(f"expected a number of days, not {value!r}")


WARNING_DAYS: Final = Setting(
    "warning_days", "How many days before the retirement a finding becomes a warning.", _days, default=365
)


@rule(
    id="disk-encryption-retirement",
    on="virtual_machines",
    noun="VM",
    tags=["backup"],
    topic="encryption",
    level="warning",
    reads=TABLES,
    settings=[WARNING_DAYS],
    sources=[DISK_ENCRYPTION_RETIREMENT_2025],
)
def disk_encryption_retirement(vm: Resource, ctx: Context) -> Verdict:
    encryption, gap = disk_encryption(vm, ctx.tenant)
    if encryption and encryption.certain:
        return _violation(vm, ctx, _SHOWN_BY[encryption.source])
    if gap:
        return vm.not_evaluable(unread=gap)
    if encryption:
        return vm.not_evaluable(absent=f"{OPERATION} of its disk encryption extension")
    if not isinstance(vm.find(_OS_DISK), dict):
        return vm.not_evaluable(absent=_OS_DISK)
    return vm.not_applicable("is not encrypted with Azure Disk Encryption")


def _violation(vm: Resource, ctx: Context, shown_by: str) -> Verdict:
    left = (_RETIRES - ctx.now.date()).days
    retires = f"which retires on {_RETIRES}" if left > 0 else f"which retired on {_RETIRES}"
    return vm.violation(
        f"is encrypted with Azure Disk Encryption, {retires}; after that its disks, restored ones included, are not "
        "unlocked when it restarts",
        level="warning" if left <= ctx.settings[WARNING_DAYS.name] else "note",
        evidence={"encryption shown by": shown_by, "retirement": str(_RETIRES)},
    )
