"""Azure VMs must not have more data disks than Azure Backup supports.

## Why
Backing up a VM with more data disks than the documented number fails: none of its disks is protected then, although
the VM is listed in a vault.

## Fix
Detach the data disks that the VM no longer needs (`az vm disk detach --resource-group <group> --vm-name <vm> --name
<disk>`), merge small disks into larger ones, or spread the workload over several VMs. Disks can also be left out with
selective disk backup, but then they are not protected.

## Limits
The document does not say whether the disk of the operating system counts; here it does not. Disks that are being
detached (`toBeDetached`) do not count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint import Dated, rule
from tenantlint_backup.documents import PREPARE_2018, PREPARE_ARM_2016, PREPARE_CLASSIC_2015, SUPPORT_MATRIX_2026

if TYPE_CHECKING:
    from tenantlint import Context, Json, Resource, Verdict

DISKS: Final = "properties.storageProfile.dataDisks"


@rule(
    id="too-many-data-disks",
    on="virtual_machines",
    noun="VM",
    tags=["backup"],
    topic="disks",
    level="error",
    limits={"data_disks": Dated({"2015-10": 16, "2026-01": 32})},
    sources=[SUPPORT_MATRIX_2026, PREPARE_2018, PREPARE_ARM_2016, PREPARE_CLASSIC_2015],
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
        return vm.violation(
            f"has {len(disks)} data disks; '{PREPARE_2018.title}' ({PREPARE_2018.date}) allowed {limit.stricter}, "
            f"'{SUPPORT_MATRIX_2026.title}' ({SUPPORT_MATRIX_2026.date}) raised that to {limit.value}",
            level="warning",
            evidence=evidence,
        )
    return vm.compliant()


def _is_leaving(disk: Json) -> bool:
    return isinstance(disk, dict) and disk.get("toBeDetached") is True
