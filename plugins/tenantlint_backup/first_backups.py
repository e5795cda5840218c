"""Whether a protected item was backed up already."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from tenantlint_backup.moments import moment_of
from tenantlint_backup.protection import CURRENT_STATE, STATE

if TYPE_CHECKING:
    from datetime import datetime

    from tenantlint import Resource

RECOVERY_POINT: Final = "properties.lastRecoveryPoint"
_PENDING: Final = frozenset({"irpending", "configuringprotection"})
_AHEAD: Final = timedelta(days=1)
"""By how much clocks may differ: a recovery point that is further ahead is a mistake."""


def recovery_point_of(item: Resource, now: datetime) -> datetime | None:
    """Return when the last recovery point of *item* was made; None where it does not tell, or nothing usable."""
    point = moment_of(item, RECOVERY_POINT)
    return point if point and point - now <= _AHEAD else None


def is_pending(item: Resource) -> bool:
    """Tell whether *item* says that its first backup is still to come."""
    return any((item.text(path) or "").lower() in _PENDING for path in (STATE, CURRENT_STATE))
