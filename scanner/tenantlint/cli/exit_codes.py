"""Which exit code a scan ends with; ``tenantlint --help`` lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantlint.cli.options import FAIL_ON, NEW

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenantlint.model import Level
    from tenantlint.results import Summary


def exit_code(
    summary: Summary, fail_on: str, fresh: Mapping[Level, int] | None = None, *, violations_first: bool = False
) -> int:
    """Return what the process ends with; see ``tenantlint --help``. *fresh* counts what the baseline does not have."""
    levels = failing(fail_on)
    if fail_on in NEW:
        fails = fresh is not None and any(fresh[level] for level in levels)
    else:
        fails = summary.violations(levels) > 0
    if (summary.incomplete or summary.doubted) and not (fails and violations_first):
        return 3
    return int(fails)


def failing(fail_on: str) -> tuple[Level, ...]:
    """Return the levels at which ``--fail-on`` makes the exit code 1."""
    from tenantlint.model import LEVELS

    lowest = fail_on.removeprefix("new-")
    return () if lowest == "never" else LEVELS[: FAIL_ON.index(lowest) + 1]
