"""How long a backup policy may go without making a recovery point, by its own schedule."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from math import ceil
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tenantlint import Resource

SCHEDULE: Final = "properties.schedulePolicy"
_DAY: Final = 24
_WEEK: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@lru_cache(maxsize=1024)  # many VMs have one policy
def longest_pause(policy: Resource) -> timedelta | None:
    """Return the longest time between two runs of *policy*; None where its schedule does not tell."""
    frequency = (policy.text(f"{SCHEDULE}.scheduleRunFrequency") or "").lower()
    known = {"daily": lambda _: _DAY, "weekly": _hours_between_days, "hourly": _hours_between_windows}
    hours = known[frequency](policy) if frequency in known else None
    return timedelta(hours=hours) if hours else None


def _hours_between_days(policy: Resource) -> float | None:
    """Return the hours of the longest pause of a weekly schedule; a Standard policy lists its days at the top."""
    days = policy.items(f"{SCHEDULE}.scheduleRunDays") or policy.items(f"{SCHEDULE}.weeklySchedule.scheduleRunDays")
    names = [day.lower() if isinstance(day, str) else "" for day in days or ()]
    if not names or not set(names) <= set(_WEEK):
        return None
    run = sorted(map(_WEEK.index, set(names)))
    return max((after - before) % 7 or 7 for before, after in zip(run, [*run[1:], run[0]], strict=True)) * _DAY


def _hours_between_windows(policy: Resource) -> float | None:
    """Return the hours of the longest pause of an hourly schedule: mostly that from one day's window to the next.

    A run that falls on the very end of the window is not counted on.
    """
    interval = policy.number(f"{SCHEDULE}.hourlySchedule.interval")
    window = policy.number(f"{SCHEDULE}.hourlySchedule.scheduleWindowDuration")
    if interval is None or window is None or not 0 < interval <= _DAY or not 0 < window <= _DAY:
        return None
    last_run = (ceil(window / interval) - 1) * interval
    return max(interval, _DAY - last_run)
