"""Azure VMs must not have disks on premium storage.

## Why
In 2015 Azure Backup could not back up VMs with disks on premium storage. The list of what it could not do lost that
entry a year later, and today every type of premium disk is supported. The rule exists for those who judge a tenant by
the edition of 2015; by any later one it reports nothing.

## Fix
By the edition of 2015, move the disk to standard storage while the VM is deallocated: `az disk update --resource-group
<group> --name <disk> --sku StandardSSD_LRS`. By any later edition, nothing.

## Limits
* The document of 2016 lifts the constraint without a word: it repeats the list of 2015 and leaves this entry out. The
  first that names premium disks as supported is the support matrix of 2019.
* Ultra disks and Premium SSD v2 came later and need an Enhanced policy, which is another constraint. Here, Premium SSD
  v2 counts as premium and ultra disks do not.
* The account that holds an unmanaged disk is not looked at: such a disk may be premium. An ephemeral OS disk is not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint import Edition, Violation, rule
from tenantlint_backup.disks.attached import READS, attached, conclude, no_row, no_value, rows_of
from tenantlint_backup.documents import PREPARE_ARM_2016, PREPARE_CLASSIC_2015, SUPPORT_MATRIX_2019

if TYPE_CHECKING:
    from tenantlint import Context, Json, Resource, Verdict
    from tenantlint_backup.disks.attached import Disk, Finding

_SKU: Final = "disks.sku.name"


@rule(
    id="premium-storage",
    on="virtual_machines",
    noun="VM",
    tags=["backup"],
    topic="disks",
    level="error",
    reads=READS,
    sources=[SUPPORT_MATRIX_2019, PREPARE_ARM_2016, PREPARE_CLASSIC_2015],
    history=[
        Edition(PREPARE_CLASSIC_2015),
        Edition(PREPARE_ARM_2016, "obsolete", "it no longer lists premium storage as unsupported"),
        Edition(SUPPORT_MATRIX_2019, "obsolete", "premium SSD is among the types of storage that it supports"),
    ],
)
def premium_storage(vm: Resource, ctx: Context) -> Verdict:
    disks = attached(vm)
    return conclude(vm, [_judge(*each, vm, ctx) for each in rows_of(disks.disks, vm, ctx)], disks.absent)


def _judge(disk: Disk, row: Resource | None, vm: Resource, ctx: Context) -> Finding | None:
    if disk.kind == "local":
        return None
    told = disk.told.get("managedDisk")
    sku: Json = row.find("sku.name") if row else told.get("storageAccountType") if isinstance(told, dict) else None
    if not isinstance(sku, str):
        return no_value(disk, vm, _SKU) if row or disk.kind == "unmanaged" else no_row(disk, vm, ctx, _SKU)
    if not sku.lower().startswith("premium"):
        return None
    message = f"has {disk.said} on premium storage ({sku}), which Azure Backup does not support"
    return Violation(message, "error", {_SKU: sku}, disk.part)
