"""How the documentation treated VMs with special network settings: unsupported, restored in one way only, supported."""

from __future__ import annotations

from typing import Final

from tenantlint import Document, Edition
from tenantlint_backup.documents import (
    PREPARE_2018,
    PREPARE_ARM_2016,
    PREPARE_CLASSIC_2015,
    SUPPORT_MATRIX_2019,
    SUPPORT_MATRIX_2026,
)

_ONLY_RESTORE: Final = "they are backed up, but only PowerShell restores these network settings"
_SUPPORTED: Final = "they are supported; to keep these network settings, restore the disks and make the VM from them"

SOURCES: Final[tuple[Document, ...]] = (
    SUPPORT_MATRIX_2026,
    SUPPORT_MATRIX_2019,
    PREPARE_2018,
    PREPARE_ARM_2016,
    PREPARE_CLASSIC_2015,
)
"""Newest first."""

HISTORY: Final[tuple[Edition, ...]] = (
    Edition(PREPARE_CLASSIC_2015),
    Edition(PREPARE_ARM_2016, "relaxed", _ONLY_RESTORE),
    Edition(PREPARE_2018, "relaxed", _ONLY_RESTORE),
    Edition(SUPPORT_MATRIX_2019, "obsolete", _SUPPORTED),
    Edition(SUPPORT_MATRIX_2026, "obsolete", _SUPPORTED),
)
