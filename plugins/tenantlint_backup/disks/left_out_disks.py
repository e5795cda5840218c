"""Which disks of a VM selective disk backup leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tenantlint import Json, Resource

EXCLUSION: Final = "properties.extendedProperties.diskExclusionProperties"


def leaves_out(item: Resource, lun: Json) -> bool | None:
    """Tell whether the protected *item* of a VM leaves out its data disk at *lun*; None where it does not tell.

    An item that says nothing of exclusions has none.
    """
    exclusion = item.find(EXCLUSION)
    if exclusion is None:
        return False
    luns = exclusion.get("diskLunList") if isinstance(exclusion, dict) else None
    included = exclusion.get("isInclusionList") if isinstance(exclusion, dict) else None
    if not (_is_lun(lun) and isinstance(luns, list) and all(map(_is_lun, luns)) and isinstance(included, bool)):
        return None
    return (lun in luns) is not included


def _is_lun(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
