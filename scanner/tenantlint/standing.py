"""What editions and users make of a rule's verdicts: a relaxed constraint only warns, and a level can be chosen."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from tenantlint.history import demanded_by, standing
from tenantlint.model import LEVELS, Verdict, Violation

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenantlint.history import Edition
    from tenantlint.model import Level
    from tenantlint.rules import Rule
    from tenantlint.settings import Settings

Change: TypeAlias = "Callable[[Violation], Violation]"


def instead_of_judging(rule: Rule, edition: str | None) -> Verdict | None:
    """Return the verdict on everything where *edition* does not demand what *rule* does; None where it does."""
    stand = standing(rule.history, edition)
    if stand is None:
        first = rule.history[0].document
        return Verdict("not-applicable", f"was not yet demanded: '{first.title}' is of {first.date}")
    if stand.stance == "obsolete":
        return Verdict("not-applicable", f"is no longer demanded: {_told(stand)}")
    return None


def _told(stand: Edition) -> str:
    told = f"'{stand.document.title}' ({stand.document.date})"
    return f"{told}: {stand.note}" if stand.note else told


def is_demanded(rule: Rule, edition: str | None) -> bool:
    """Tell whether *edition* demands what *rule* does, in full or relaxed."""
    return instead_of_judging(rule, edition) is None


def changes_of(rule: Rule, edition: str | None, level: Level | None) -> list[Change]:
    """Return what is done to each violation of *rule* as of *edition*, where the user chose a *level* or did not."""
    stand = standing(rule.history, edition)
    changes: list[Change] = []
    if stand and stand.stance == "relaxed":
        before = demanded_by(rule.history, stand)
        why = f"demanded by '{before.title}' ({before.date}), relaxed by {_told(stand)}"
        changes.append(partial(_relaxed, why=why))
    if level:
        changes.append(partial(_at_level, level=level))
    return changes


def worst_level(rule: Rule, settings: Settings) -> Level:
    """Return the worst level at which *rule* can report, as its violations are changed."""
    stand = standing(rule.history, settings.edition)
    level = _milder(rule.level) if stand and stand.stance == "relaxed" else rule.level
    return settings.levels.get(rule.id, level)


def changed(verdict: Verdict, changes: list[Change]) -> Verdict:
    """Return *verdict* with each violation as the *changes* make it."""
    violations = verdict.violations
    for change in changes:
        violations = tuple(map(change, violations))
    return replace(verdict, message=violations[0].message, violations=violations)


def _relaxed(violation: Violation, why: str) -> Violation:
    return replace(violation, level=_milder(violation.level), message=f"{violation.message} ({why})")


def _milder(level: Level) -> Level:
    return max(level, "warning", key=LEVELS.index)


def _at_level(violation: Violation, level: Level) -> Violation:
    return replace(violation, level=level)
