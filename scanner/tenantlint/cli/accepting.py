"""The waivers that ``scan`` and ``check`` go by: read before the tenant is, and held against the day that is judged."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from tenantlint.waivers.checks import check_waivers
from tenantlint.waivers.file import check_expiries, load_waivers
from tenantlint.waivers.stage import WaiverStage

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from tenantlint.catalog import Catalog
    from tenantlint.cli.judging import Choices
    from tenantlint.snapshot import Snapshot
    from tenantlint.waivers.waiver import Waiver


def accepted_in(path: Path | None, catalog: Catalog) -> tuple[Waiver, ...]:
    """Return the waivers in *path*; see :func:`tenantlint.waivers.file.load_waivers`. Raises ``ConfigError``."""
    waivers = load_waivers(path, None if catalog.without or catalog.lacks_plugins else catalog.rules)
    check_waivers(waivers, catalog)
    return waivers


def stage_of(choices: Choices, snapshot: Snapshot, now: datetime) -> WaiverStage:
    """Return what marks *snapshot*, judged as of *now*. Raises ``ConfigError`` for waivers that hold too long."""
    today = now.astimezone(UTC).date()
    if not choices.replays:
        check_expiries(choices.waivers, today, choices.max_days)
    return WaiverStage(choices.waivers, snapshot, today)
