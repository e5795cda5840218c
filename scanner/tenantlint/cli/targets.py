"""The ``--report`` options."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tenantlint.checking import Target
from tenantlint.errors import UsageError
from tenantlint.names import no_such
from tenantlint.reports.sarif_names import Profile, may_write

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tenantlint.catalog import Catalog

_PROFILES: Final[Mapping[str, Profile]] = {"sarif": "upload", "sarif-full": "archive"}


def targets(reports: tuple[str, ...], catalog: Catalog) -> list[Target]:
    """Read the ``--report`` options; text goes to standard output unless another report does. It is the last."""
    found: list[Target] = []
    for value in reports:
        name, equals, path = value.partition("=")
        if name not in catalog.reports:
            raise no_such("report format", name, catalog.reports)
        if not equals or not path:
            raise UsageError(
                f"--report {value}: where to?", hint=f"--report {name}=FILE, or {name}=- for standard output"
            )
        found.append(Target(catalog.reports[name], None if path == "-" else Path(path)))
    places = Counter(target.path and os.path.realpath(target.path) for target in found)
    for target in found:
        if places[target.path and os.path.realpath(target.path)] > 1:
            where = target.path or "standard output"
            raise UsageError(f"two reports cannot both go to {where}", hint="name another file for one of them")
    for target in found:
        _refuse_further(target, found)
    if None not in places:
        found.append(Target(catalog.reports["text"], None))
    return sorted(found, key=_order)


def _order(target: Target) -> tuple[bool, bool]:
    """Put standard output last, whose reader may go (`| head`); before it the page, which tells what others lack."""
    return target.path is None, target.report.name == "markdown"


def _refuse_further(target: Target, others: Sequence[Target]) -> None:
    """Raise ``UsageError`` where another report goes to one of the further files that *target* may need."""
    profile = _PROFILES.get(target.report.name)
    if profile is None or target.path is None:
        return
    mine = Path(os.path.realpath(target.path))
    for other in others:
        if other.path and may_write(mine, profile, Path(os.path.realpath(other.path))):
            raise UsageError(
                f"{other.path} may be needed for a further file of {target.path}",
                hint="name another file for one of them",
            )
