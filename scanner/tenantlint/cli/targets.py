"""The ``--report`` options."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from tenantlint.checking import Target
from tenantlint.errors import UsageError
from tenantlint.names import no_such

if TYPE_CHECKING:
    from tenantlint.catalog import Catalog


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
    if None not in places:
        found.append(Target(catalog.reports["text"], None))
    return sorted(found, key=lambda target: target.path is None)  # its reader may go (`| head`): files come first
