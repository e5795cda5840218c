"""Which rules judge apart, and what a process must know to judge as the host would."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from tenantlint.isolation.budget import Budget, read_budget
from tenantlint.plugin_checks import GROUP, OURS
from tenantlint.wanted import EVERYTHING, Wanted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
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


def isolate(
    catalog: Catalog, rules: Sequence[Rule], wanted: Wanted, config: Mapping[str, Any], edition: str | None
) -> Isolation:
    """Return which of *rules* judge apart, and the least that their processes must load and read.

    *config* is the user's, which was read before. Raises ``ConfigError`` where their budget makes no sense.
    """
    apart, given = third_party(catalog, rules), config.get("rules", {})
    needed = _needed(catalog, [rule for rule in rules if rule.id in apart], wanted)
    own = {"rules": {rule: given[rule] for rule in apart & given.keys()}}
    return Isolation(apart, needed, own, edition, read_budget(config))


def _needed(catalog: Catalog, rules: Sequence[Rule], wanted: Wanted) -> Wanted:
    """Leave out rule files, which take their time to read, where *rules* do not look into their tables."""
    origins = {catalog.origins[table.name] for table in catalog.needed_tables(rules)}
    if wanted.without or origins & catalog.rule_files.keys():
        return wanted
    only = tuple(name for name in wanted.only if name not in catalog.rule_files)
    return replace(wanted, rules=(), only=only or ((GROUP,) if wanted.only else ()))


def third_party(catalog: Catalog, rules: Iterable[Rule]) -> frozenset[str]:
    """Return the ids of those of *rules* that are Python of others. What rule files say is run by code of the host."""
    ours = {plugin.name for plugin in catalog.plugins if plugin.distribution == OURS}
    return frozenset(rule.id for rule in rules if catalog.origins[rule.id] not in ours and not _is_of_host(rule))


def _is_of_host(rule: Rule) -> bool:
    return type(rule.judge).__module__.startswith("tenantlint.")
