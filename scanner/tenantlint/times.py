"""Moments as Azure writes them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tenantlint.model import Json


def parse_time(value: Json) -> datetime | None:
    """Return the moment that *value* tells, in UTC; None where it is no date with a time.

    Azure writes up to seven decimals, and ``Z`` or an offset; what has neither is in UTC.
    """
    if not isinstance(value, str) or "T" not in value.upper():
        return None
    try:
        moment = datetime.fromisoformat(value.strip().upper())
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
