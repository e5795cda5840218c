"""Whether a disk has Write Accelerator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenantlint import Json

ENABLED: Final = "writeAcceleratorEnabled"


def has_write_accelerator(told: Mapping[str, Json]) -> bool | None:
    """Tell whether a disk of a storage profile has it, by what is *told* about it; None where that is no answer."""
    enabled = told.get(ENABLED)
    if enabled is None:
        return False
    return enabled if isinstance(enabled, bool) else None
