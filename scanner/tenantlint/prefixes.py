"""By which start of their ids the rules of one plugin are told from those of others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tenantlint.errors import PluginError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

OUR_START: Final = "tenantlint-"
_BETWEEN: Final = re.compile(r"[-_.]+")


def plain_name(plugin: str) -> str:
    """Return the name of a plugin or distribution as ids spell it: ``contoso-network`` of what has ``tenantlint_``."""
    return _BETWEEN.sub("-", plugin).lower().removeprefix(OUR_START)


def own_prefix(plugin: str, rules: Sequence[str]) -> str:
    """Return what the ids of a plugin's *rules* start with: its name or, where one does not, the first word of one.

    It follows from names alone: a rule that comes or goes makes no other prefix.
    """
    name = plain_name(plugin)
    is_named = all(rule.startswith(f"{name}-") for rule in rules)
    return name if is_named else first_word(min(rules))


def first_word(name: str) -> str:
    """Return the first word of a name."""
    return name.partition("-")[0]


def check_prefixes(ids: Mapping[str, Sequence[str]], held: Collection[str]) -> None:
    """Check that the rules of each plugin in *held* share a prefix that no other plugin's rules start with.

    *ids* are those of the rules by plugin. Raises ``PluginError``.
    """
    for plugin in sorted(held):
        rules = sorted(ids.get(plugin, ()))
        prefix = own_prefix(plugin, rules)
        without = f"go on without it: --without {plugin}"
        for rule in rules:
            if not rule.startswith(f"{prefix}-"):
                raise PluginError(
                    f"the rules of plugin {plugin!r} have no prefix of their own: {rules[0]}, {rule}",
                    hint=f"its author calls them all {plain_name(plugin)}-…; {without}",
                )
        for other, start, _ in _sharing(prefix, plugin, ids, held):
            raise PluginError(
                f"rules of plugins {plugin!r} and {other!r} both start with {start}-: {rules[0]}",
                hint=f"one word more in the names of both tells them apart; {without}",
            )


def taken_by(prefix: str, ids: Mapping[str, Sequence[str]], held: Collection[str]) -> tuple[str, str, str] | None:
    """Return a plugin that a new one with *prefix* could not be told from, with the shared start and a rule of it."""
    found = next(_sharing(prefix, "", ids, held), None)
    if found:
        return found
    theirs = ((plugin, own_prefix(plugin, ids[plugin])) for plugin in sorted(held) if ids.get(plugin))
    return next(((plugin, start, min(ids[plugin])) for plugin, start in theirs if prefix.startswith(f"{start}-")), None)


def _sharing(
    prefix: str, plugin: str, ids: Mapping[str, Sequence[str]], held: Collection[str]
) -> Iterator[tuple[str, str, str]]:
    """Yield the others whose rules start with *prefix*; of plugins that are not *held*, its first word is enough.

    These are our own, whose rules of tomorrow start as those of today do.
    """
    for other in sorted(ids.keys() - {plugin}):
        start = prefix if other in held else first_word(prefix)
        rule = next((rule for rule in sorted(ids[other]) if rule.startswith(f"{start}-")), None)
        if rule:
            yield other, start, rule
