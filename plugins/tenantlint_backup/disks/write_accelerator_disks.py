"""Azure VMs must not use Write Accelerator on the OS disk, and must reach the internet where data disks use it.

## Why
Azure Backup cannot take snapshots of an OS disk with Write Accelerator. For data disks the documentation changed: in
2018 their snapshots were not supported either and spoilt the application-consistent snapshot of all other disks; in
2019 such disks were left out of the backup by themselves; today they are backed up, but the VM then needs a connection
to the internet, which no other VM needs for its backup, and needs it even where these disks are left out. Without the
connection, backups fail.

## Fix
Turn Write Accelerator off where it is not needed: `az vm update --resource-group <group> --name <vm>
--write-accelerator os=false <lun>=false`. Where data disks need it, see that the VM can reach the internet, and check
that its last backups succeeded.

## Limits
* A disk that does not say whether it has Write Accelerator does not have it: off is the default.
* Whether the VM can reach the internet is not looked at.
* A restored disk has no Write Accelerator, and single files cannot be restored from such VMs.
* Disks that are being detached (`toBeDetached`) do not count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint import Violation, rule
from tenantlint_backup.documents import FAQ_2025, PREPARE_2018, SUPPORT_MATRIX_2019, SUPPORT_MATRIX_2026

if TYPE_CHECKING:
    from tenantlint import Context, Json, Resource, Verdict

_PROFILE: Final = "properties.storageProfile"
_ENABLED: Final = "writeAcceleratorEnabled"
_OS_DISK: Final = "os-disk"


@rule(
    id="write-accelerator-disks",
    on="virtual_machines",
    noun="VM",
    tags=["backup"],
    topic="disks",
    level="error",
    sources=[SUPPORT_MATRIX_2026, FAQ_2025, SUPPORT_MATRIX_2019, PREPARE_2018],
)
def write_accelerator_disks(vm: Resource, _ctx: Context) -> Verdict:
    os_disk, data_disks = vm.find(f"{_PROFILE}.osDisk"), vm.items(f"{_PROFILE}.dataDisks")
    accelerated = [_is_accelerated(disk) for disk in (os_disk, *(data_disks or ()))]
    if any(accelerated):
        parts = zip(_by_part(os_disk, data_disks or []), accelerated, strict=True)
        return vm.violations([_violation(part) for part, enabled in parts if enabled])
    if data_disks is None or None in accelerated:
        return vm.not_evaluable(absent=_PROFILE)
    return vm.compliant()


def _by_part(os_disk: Json, data_disks: list[Json]) -> dict[str, Json]:
    """Name every disk once: by its own name, or by its place in the list where that is missing or taken."""
    disks = {_OS_DISK: os_disk}
    for at, disk in enumerate(data_disks):
        name = disk.get("name") if isinstance(disk, dict) else None
        usable = isinstance(name, str) and name and name not in disks
        disks[str(name) if usable else f"#{at}"] = disk
    return disks


def _is_accelerated(disk: Json) -> bool | None:
    """Tell whether *disk* has Write Accelerator and stays; None where it is no disk, or its value no answer."""
    if not isinstance(disk, dict):
        return None
    enabled = disk.get(_ENABLED)
    if enabled is None or disk.get("toBeDetached") is True:
        return False
    return enabled if isinstance(enabled, bool) else None


def _violation(part: str) -> Violation:
    if part == _OS_DISK:
        return Violation(
            "has Write Accelerator on its OS disk; Azure Backup supports it on data disks only",
            "error",
            {f"{_PROFILE}.osDisk.{_ENABLED}": True},
            part,
        )
    return Violation(
        f"has Write Accelerator on data disk '{part}'; '{PREPARE_2018.title}' ({PREPARE_2018.date}) did not support "
        f"that, '{SUPPORT_MATRIX_2026.title}' ({SUPPORT_MATRIX_2026.date}) does if the VM can reach the internet",
        "warning",
        {f"{_PROFILE}.dataDisks[].name": part, f"{_PROFILE}.dataDisks[].{_ENABLED}": True},
        part,
    )
