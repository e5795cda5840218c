"""Which rules judge, and what is said of the settings that they judge by."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import orjson

from tenantlint.standing import is_demanded, worst_level

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenantlint.catalog import Catalog
    from tenantlint.exclusions import Exclusion
    from tenantlint.rules import Rule
    from tenantlint.settings import Settings


def select(catalog: Catalog, ids: Sequence[str], settings: Settings) -> list[Rule]:
    """Return the rules with *ids*, sorted by id; for none, all that are enabled and that the edition demands.

    Raises ``UsageError`` for an unknown id.
    """
    rules = catalog.select(ids)
    if ids:
        return rules
    enabled = settings.enabled
    return [rule for rule in rules if enabled.get(rule.id, rule.enabled) and is_demanded(rule, settings.edition)]


def speaking_of(rules: Sequence[Rule], exclusions: Sequence[Exclusion]) -> tuple[Exclusion, ...]:
    """Return those of *exclusions* that are for any of *rules*: of the others nobody can say that nothing fits them."""
    return tuple(each for each in exclusions if any(each.speaks_of(rule.id) for rule in rules))


def effective(rules: Sequence[Rule], settings: Settings) -> dict[str, Any]:
    """Return as JSON by what *rules* judge: the same for the same settings, whatever was left unsaid."""
    return {
        "edition": settings.edition or "newest",
        "rules": {rule.id: _of_rule(rule, settings) for rule in rules},
        "exclude": [_told(exclusion) for exclusion in settings.exclusions],
        **({"waivers": asdict(settings.waivers)} if settings.waivers else {}),
    }


def _of_rule(rule: Rule, settings: Settings) -> dict[str, Any]:
    limits = {name: dated.at(settings.edition).value for name, dated in rule.limits.items()}
    parameters = {name: _as_json(value) for name, value in settings.parameters.get(rule.id, {}).items()}
    return {"level": worst_level(rule, settings), **limits, **parameters}


def _as_json(value: object) -> Any:  # noqa: ANN401 - JSON
    """Return as JSON what a rule's own function read: that may be any object."""
    return orjson.loads(orjson.dumps(value, default=_plain, option=orjson.OPT_NON_STR_KEYS))


def _plain(value: object) -> object:
    return sorted(value, key=str) if isinstance(value, (set, frozenset)) else str(value)


def _told(exclusion: Exclusion) -> dict[str, Any]:
    """Return what an exclusion names, as the user wrote it but for the case."""
    named = {name: value for name, value in asdict(exclusion).items() if value}
    return {name: dict(value) if name in ("tags", "where") else value for name, value in named.items()}
