"""Points in time as Azure writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint import parse_time

if TYPE_CHECKING:
    from datetime import datetime

    from tenantlint import Resource

_FIRST_YEAR: Final = 2010
"""There were no Azure VMs before: an earlier moment is a zero that stands for no moment, such as 0001-01-01."""


def moment_of(resource: Resource, path: str) -> datetime | None:
    """Return the moment that *resource* has at *path*; None for none."""
    moment = parse_time(resource.find(path))
    return moment if moment and moment.year >= _FIRST_YEAR else None
