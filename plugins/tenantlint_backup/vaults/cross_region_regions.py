"""Where VMs with new kinds of disks can be restored in the paired region: the lists of the support matrix of 2026."""

from __future__ import annotations

from typing import Final

from tenantlint import Setting


def regions(value: object) -> tuple[str, ...]:
    """Read a list of regions, spelled in either way ("East US 2", "eastus2")."""
    if isinstance(value, list) and value and all(isinstance(region, str) and region.strip() for region in value):
        return tuple("".join(region.lower().split()) for region in value)
    raise ValueError(f'expected a list of regions such as ["westeurope"], not {value!r}')


ULTRA_REGIONS: Final = Setting(
    "ultra_disk_regions",
    "The regions whose VMs with Ultra disks can be restored in the paired region; by default those documented in 2026.",
    regions,
    (
        *("brazilsouth", "canadacentral", "canadaeast", "centralus", "eastasia", "eastus", "eastus2", "koreacentral"),
        *("koreasouth", "northcentralus", "northeurope", "southcentralus", "southeastasia", "usgovarizona"),
        *("usgovtexas", "westcentralus", "westeurope", "westus", "westus2"),
    ),
)
PREMIUM_V2_REGIONS: Final = Setting(
    "premium_v2_regions",
    "The same for Premium SSD v2 disks.",
    regions,
    (
        *("brazilsouth", "centralus", "eastasia", "eastus", "eastus2", "japaneast", "japanwest", "northcentralus"),
        *("northeurope", "norwayeast", "norwaywest", "southcentralus", "southeastasia", "uksouth", "ukwest"),
        *("westeurope", "westus", "westus3"),
    ),
)
