"""What Microsoft documents about backing up Azure VMs with Azure Backup: one rule = one file."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tenantlint import Fact, Rule, contributions, hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable


@hookimpl
def register_rules() -> Iterable[Rule]:
    """Return the rules."""
    return contributions(sys.modules[__name__], Rule)


@hookimpl
def register_facts() -> Iterable[Fact]:
    """Return the facts that the rules share."""
    return contributions(sys.modules[__name__], Fact)
