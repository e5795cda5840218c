"""What the row of a Recovery Services vault says of its settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tenantlint import Resource

REDUNDANCY: Final = "properties.redundancySettings.standardTierStorageRedundancy"
CROSS_REGION_RESTORE: Final = "properties.redundancySettings.crossRegionRestore"
SECURITY: Final = "properties.securitySettings"

_BLOCKS: Final = ("properties.redundancySettings", SECURITY, "properties.monitoringSettings")


def choice(vault: Resource, path: str, default: str = "") -> str:
    """Return in lower case what *vault* chose at *path*; *default* for nothing, and empty for what is no text."""
    value = vault.find(path)
    if value is None:
        return default
    return value.lower() if isinstance(value, str) else ""


def shows_properties(vault: Resource) -> bool:
    """Tell whether the row of *vault* has properties at all, so that one that is missing was left at its default."""
    return any(isinstance(vault.find(block), dict) for block in _BLOCKS)
