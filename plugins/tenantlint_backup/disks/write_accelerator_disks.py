"""Azure VMs must not have data disks with Write Accelerator unless the VM can reach the internet.

## Why
The documentation changed. In 2018 Azure Backup could take no snapshot of such a disk, which spoilt the
application-consistent snapshot of all the others as well; in 2019 it left such disks out of the backup by itself; since
2022 it backs them up. But the VM then needs a connection to the internet, which no other VM needs for its backup, and
needs it even where these disks are left out. Without the connection, backups fail.

## Fix
Turn Write Accelerator off where it is not needed: `az vm update --resource-group <group> --name <vm>
--write-accelerator <lun>=false`. Where the disks need it, see that the VM can reach the internet (a NAT gateway on its
subnet will do: `az network vnet subnet update --resource-group <group> --vnet-name <network> --name <subnet>
--nat-gateway <gateway>`), and check that its last backups succeeded.

## Limits
* A disk that does not say whether it has Write Accelerator does not have it: off is the default.
* Whether the VM can reach the internet is not looked at; `write-accelerator-needs-internet` does that, as far as it can
  be seen.
* A restored disk has no Write Accelerator, and single files cannot be restored from such VMs.
* Disks that are being detached (`toBeDetached`) do not count; the disk of the operating system has a rule of its own,
  `write-accelerator-os-disk`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint import Edition, Violation, rule
from tenantlint_backup.controls import BACK_UP
from tenantlint_backup.disks.attached import DATA_DISKS, attached, conclude, no_value
from tenantlint_backup.disks.write_accelerator import ENABLED, has_write_accelerator
from tenantlint_backup.documents import PREPARE_2018, SUPPORT_MATRIX_2019, SUPPORT_MATRIX_2023, SUPPORT_MATRIX_2026

if TYPE_CHECKING:
    from tenantlint import Context, Resource, Verdict
    from tenantlint_backup.disks.attached import Disk, Finding

_SINCE: Final = "such disks are backed up where the VM can reach the internet"


@rule(
    id="write-accelerator-disks",
    on="virtual_machines",
    noun="VM",
    tags=["backup"],
    topic="disks",
    controls=BACK_UP,
    level="error",
    sources=[SUPPORT_MATRIX_2026, SUPPORT_MATRIX_2023, SUPPORT_MATRIX_2019, PREPARE_2018],
    history=[
        Edition(PREPARE_2018),
        Edition(SUPPORT_MATRIX_2019),
        Edition(SUPPORT_MATRIX_2023, "relaxed", _SINCE),
        Edition(SUPPORT_MATRIX_2026, "relaxed", _SINCE),
    ],
)
def write_accelerator_disks(vm: Resource, _ctx: Context) -> Verdict:
    disks = attached(vm)
    return conclude(vm, (_judge(disk, vm) for disk in disks.data_disks), disks.absent_data_disks)


def _judge(disk: Disk, vm: Resource) -> Finding | None:
    enabled = has_write_accelerator(disk.told)
    if enabled is None:
        return no_value(disk, vm, f"{DATA_DISKS}.{ENABLED}")
    return _violation(disk.part) if enabled else None


def _violation(part: str) -> Violation:
    return Violation(
        f"has Write Accelerator on data disk '{part}', which a VM that is backed up must do without",
        "error",
        {f"{DATA_DISKS}[].name": part, f"{DATA_DISKS}[].{ENABLED}": True},
        part,
    )
