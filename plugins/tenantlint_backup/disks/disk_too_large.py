"""Disks of an Azure VM must not be larger than Azure Backup supports, neither each nor all together.

## Why
Azure Backup takes in disks up to a documented size, and VMs up to a documented sum of their disks. Beyond either, the
backup of the whole VM fails. Both sizes were raised over the years; what the edition before did not allow yet is a
warning, and a reason to see whether the VM's backups succeed.

## Fix
Disks cannot shrink. Move the data to several smaller disks (`az vm disk attach --resource-group <group> --vm-name <vm>
--name <new disk> --new --size-gb <size>`) and detach the large one (`az vm disk detach`), spread the data over several
VMs, or leave the disk out with selective disk backup and protect it by other means.

## Limits
* A TB is taken for 1024 GB as Azure counts them, that is for 1 TiB: 64 TB, the limit of today, is then exactly the
  largest disk that Azure has, 65,536 GiB. The matrix of 2019 said 4095 GB in one place and 4 TB in another; here 4096
  GiB are still allowed.
* The size is that of the disk's own row, or else the one that the VM reports. Where neither tells it, the VM is not
  found compliant: it may be too large.
* The disk of the operating system counts as any other. Disks that are being detached (`toBeDetached`) do not count.
* Whether a disk is left out of the backup is not looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from tenantlint import Dated, Verdict, Violation, rule
from tenantlint_backup.controls import BACK_UP
from tenantlint_backup.disks.attached import READS, attached, conclude, no_row, no_value, rows_of
from tenantlint_backup.documents import (
    GENERAL_MATRIX_2023,
    SUPPORT_MATRIX_2019,
    SUPPORT_MATRIX_2023,
    SUPPORT_MATRIX_2026,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tenantlint import Context, Json, Resource
    from tenantlint_backup.disks.attached import Disk

_SIZE: Final = "properties.diskSizeGB"
_SHOWN: Final = f"disks.{_SIZE}"
_GIB_PER_TB: Final = 1024


class _Size(NamedTuple):
    """The size of a disk, and the path of the property that tells it."""

    gib: float
    path: str


@rule(
    id="disk-too-large",
    on="virtual_machines",
    noun="VM",
    tags=["backup"],
    topic="disks",
    controls=BACK_UP,
    level="error",
    reads=READS,
    limits={
        "disk_tb": Dated({SUPPORT_MATRIX_2019: 4, SUPPORT_MATRIX_2023: 32, SUPPORT_MATRIX_2026: 64}),
        "vm_tb": Dated({SUPPORT_MATRIX_2023: 256, SUPPORT_MATRIX_2026: 512}),
    },
    sources=[SUPPORT_MATRIX_2026, GENERAL_MATRIX_2023, SUPPORT_MATRIX_2023, SUPPORT_MATRIX_2019],
)
def disk_too_large(vm: Resource, ctx: Context) -> Verdict:
    disks = attached(vm)
    sizes = [(disk, _size(disk, row, vm, ctx)) for disk, row in rows_of(disks.disks, vm, ctx)]
    known = [size.gib for _, size in sizes if isinstance(size, _Size)]
    found = [_judge_disk(disk, size, ctx) if isinstance(size, _Size) else size for disk, size in sizes]
    return conclude(vm, [*found, _judge_sum(known, ctx)], disks.absent)


def _size(disk: Disk, row: Resource | None, vm: Resource, ctx: Context) -> _Size | Verdict:
    """Return the size of *disk*, or why it is not known."""
    path, size = _SHOWN, row.find(_SIZE) if row else None
    if size is None:
        path, size = f"{disk.path}.diskSizeGB", disk.told.get("diskSizeGB")
    if isinstance(size, int | float) and not isinstance(size, bool) and size > 0:
        return _Size(size, path)
    missing = row is None and size is None and disk.kind == "managed"
    return no_row(disk, vm, ctx, _SHOWN) if missing else no_value(disk, vm, path)


def _judge_disk(disk: Disk, size: _Size, ctx: Context) -> Violation | None:
    return _beyond("disk_tb", size.gib, ctx, f"has {disk.said} of {size.gib:,} GiB", {size.path: size.gib}, disk.part)


def _judge_sum(sizes: Sequence[float], ctx: Context) -> Violation | None:
    total = sum(sizes)
    evidence: dict[str, Json] = {"sum of the disks' sizes": total, "disks": len(sizes)}
    return _beyond("vm_tb", total, ctx, f"has {len(sizes)} disks of {total:,} GiB together", evidence, "")


def _beyond(  # noqa: PLR0913, PLR0917 - what a violation is made of
    name: str, size: float, ctx: Context, has: str, evidence: Mapping[str, Json], part: str
) -> Violation | None:
    """Return the violation by a *size* in GiB that is beyond the limit *name*, or beyond a stricter one of before."""
    limit = ctx.limit(name)
    if size > limit.value * _GIB_PER_TB:
        message = f"{has}; Azure Backup supports up to {limit.value} TB ({limit.value * _GIB_PER_TB:,} GiB)"
        return Violation(message, "error", evidence, part)
    if limit.stricter is not None and size > limit.stricter * _GIB_PER_TB:
        return Violation(f"{has}; in TB, {limit.raised}", "warning", evidence, part)
    return None
