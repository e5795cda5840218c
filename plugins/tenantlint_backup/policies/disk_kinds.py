"""Of which kind a disk of a VM is: the SKU of its managed disk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tenantlint import Resource
    from tenantlint_backup.disks.attached import Disk

SKU: Final = "sku.name"

_ULTRA: Final = {"ultrassd_lrs": "Ultra", "premiumv2_lrs": "Premium SSD v2"}


def kind_of(disk: Disk, row: Resource | None) -> str | None:
    """Return the SKU of *disk* in lower case: as its *row* says or, without that, its VM; None where neither does.

    Disks that are no managed ones, or that live on the host, have none: that is empty.
    """
    if disk.kind in ("unmanaged", "local"):
        return ""
    managed = disk.told.get("managedDisk")
    by_vm = managed.get("storageAccountType") if isinstance(managed, dict) else None
    told = (row.text(SKU) if row else None) or by_vm
    return told.lower() if isinstance(told, str) and told else None


def ultra_name(kind: str | None) -> str | None:
    """Return what people call disks of that *kind* where it is Ultra or Premium SSD v2."""
    return _ULTRA.get(kind) if kind else None
