"""The tables of the scanner: one ``.kql`` file each."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from tenantlint import hookimpl, tables_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tenantlint import Table


@hookimpl
def register_queries() -> Iterable[Table]:
    """Return the tables."""
    return tables_in(files(__name__))
