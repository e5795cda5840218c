"""Points in time as Azure writes them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tenantlint import Resource

_FIRST_YEAR: Final = 2010
"""There were no Azure VMs before: an earlier moment is a zero that stands for no moment, such as 0001-01-01."""


def moment_of(resource: Resource, path: str) -> datetime | None:
    """Return the moment that *resource* has at *path*, which is UTC where it says nothing else; None for none."""
    text = resource.text(path)
    if text is None:
        return None
    try:
        told = datetime.fromisoformat(text)
        moment = told.astimezone(UTC) if told.tzinfo else told.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return moment if moment.year >= _FIRST_YEAR else None
