"""How long a backup policy keeps recovery points: in the vault, and as snapshots for instant restore."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint_backup.policies_of import is_enhanced

if TYPE_CHECKING:
    from tenantlint import Resource

INSTANT: Final = "properties.instantRpRetentionRangeInDays"
RETENTION: Final = "properties.retentionPolicy"
FREQUENCY: Final = "properties.schedulePolicy.scheduleRunFrequency"
_STANDARD_DAYS: Final = 2
_WEEKLY_DAYS: Final = 5
_ENHANCED_DAYS: Final = 7
_DAYS: Final = {"days": 1, "weeks": 7, "months": 30, "years": 365}


def days_of(policy: Resource, schedule: str) -> float | None:
    """Return for how many days the *schedule* of *policy* keeps recovery points; None where it does not say."""
    path = f"{RETENTION}.{schedule}.retentionDuration"
    count, unit = policy.number(f"{path}.count"), policy.text(f"{path}.durationType")
    days = _DAYS.get(unit.lower()) if unit else None
    return None if count is None or days is None else count * days


def base_schedule(policy: Resource) -> str | None:
    """Return the schedule of *policy* that keeps all of its recovery points: the daily or, without it, the weekly."""
    schedules = ("dailySchedule", "weeklySchedule")
    return next((name for name in schedules if policy.find(f"{RETENTION}.{name}") is not None), None)


def snapshot_days(policy: Resource) -> float | None:
    """Return for how many days *policy* keeps snapshots, by default where it does not say; None for no usable value."""
    if policy.find(INSTANT) is not None:
        return policy.number(INSTANT)
    enhanced = is_enhanced(policy)
    if enhanced is None:
        return None
    return _ENHANCED_DAYS if enhanced else _WEEKLY_DAYS if is_weekly(policy) else _STANDARD_DAYS


def is_weekly(policy: Resource) -> bool | None:
    """Tell whether *policy* backs up weekly rather than more often; None where it does not say."""
    frequency = policy.text(FREQUENCY)
    return {"weekly": True, "daily": False, "hourly": False}.get(frequency.lower()) if frequency else None
