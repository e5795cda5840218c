"""Azure VMs must not have more data disks than Azure Backup supports.

## Why
Backing up a VM with more data disks than the documented number fails: none of its disks is protected then, although
the VM is listed in a vault.

## Fix
Detach the data disks that the VM no longer needs (`az vm disk detach --resource-group <group> --vm-name <vm> --name
<disk>`), merge small disks into larger ones, or spread the workload over several VMs. Disks can also be left out with
selective disk backup, but then they are not protected.

## Limits
* Today's documents speak of up to 32 disks and do not say whether the disk of the operating system counts; here it does
  not.
* Disks that are being detached (`toBeDetached`) do not count.
* A VM with more disks than an earlier edition allowed gets a warning: a reason to see whether its backups succeed.
* For VMs with unmanaged disks the number stayed at 16 in 2023; `unmanaged-disks` speaks of those.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint import Dated, rule
from tenantlint_backup.controls import BACK_UP
from tenantlint_backup.documents import (
    PREPARE_2018,
    PREPARE_ARM_2016,
    PREPARE_CLASSIC_2015,
    SUPPORT_MATRIX_2019,
    SUPPORT_MATRIX_2023,
    SUPPORT_MATRIX_2026,
)

if TYPE_CHECKING:
    from tenantlint import Context, Json, Resource, Verdict

DISKS: Final = "properties.storageProfile.dataDisks"


@rule(
    id="too-many-data-disks",
    on="virtual_machines",
    noun="VM",
    tags=["backup"],
    topic="disks",
    controls=BACK_UP,
    level="error",
    limits={"data_disks": Dated({PREPARE_CLASSIC_2015: 16, SUPPORT_MATRIX_2019: 16, SUPPORT_MATRIX_2023: 32})},
    sources=[
        SUPPORT_MATRIX_2026,
        SUPPORT_MATRIX_2023,
        SUPPORT_MATRIX_2019,
        PREPARE_2018,
        PREPARE_ARM_2016,
        PREPARE_CLASSIC_2015,
    ],
)
def too_many_data_disks(vm: Resource, ctx: Context) -> Verdict:
    attached = vm.items(DISKS)
    if attached is None:
        return vm.not_evaluable(absent=DISKS)
    disks = [disk for disk in attached if not _is_leaving(disk)]
    limit, evidence = ctx.limit("data_disks"), {DISKS: len(disks)}
    if len(disks) > limit.value:
        return vm.violation(
            f"has {len(disks)} data disks; Azure Backup supports up to {limit.value}", level="error", evidence=evidence
        )
    if limit.stricter is not None and len(disks) > limit.stricter:
        return vm.violation(f"has {len(disks)} data disks; {limit.raised}", level="warning", evidence=evidence)
    return vm.compliant()


def _is_leaving(disk: Json) -> bool:
    return isinstance(disk, dict) and disk.get("toBeDetached") is True
