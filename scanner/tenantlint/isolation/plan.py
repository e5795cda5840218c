"""Which rules judge apart, and what a process must know to judge as the host would."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tenantlint.isolation.budget import Budget
from tenantlint.plugin_checks import OURS
from tenantlint.wanted import EVERYTHING, Wanted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from pathlib import Path

    from tenantlint.catalog import Catalog
    from tenantlint.rules import Rule


@dataclass(frozen=True)
class Isolation:
    """The *rules* that judge apart, and how the host came to know and to set them; none where nothing is said."""

    rules: frozenset[str] = frozenset()
    wanted: Wanted = EVERYTHING
    config: Mapping[str, Any] = field(default_factory=dict)
    edition: str | None = None
    budget: Budget = field(default_factory=Budget)


NO_ISOLATION: Final = Isolation()


@dataclass(frozen=True)
class Plan:
    """What one process does: judge these *partitions* of a snapshot, in their order, by one rule.

    ``path`` is where the host finds modules.
    """

    isolation: Isolation
    rule: str
    partitions: tuple[str, ...]
    snapshot: Path
    now: datetime
    path: tuple[str, ...]


def third_party(catalog: Catalog, rules: Iterable[Rule]) -> frozenset[str]:
    """Return the ids of those of *rules* that are Python of others. What rule files say is run by code of the host."""
    ours = {plugin.name for plugin in catalog.plugins if plugin.distribution == OURS}
    return frozenset(rule.id for rule in rules if catalog.origins[rule.id] not in ours and not _is_of_host(rule))


def _is_of_host(rule: Rule) -> bool:
    return type(rule.judge).__module__.startswith("tenantlint.")
