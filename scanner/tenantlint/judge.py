"""Asks a rule for its verdict on a resource, and accepts nothing that is not one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from tenantlint.errors import MissingColumnError
from tenantlint.model import COMPLIANT, LEVELS, OUTCOMES, Verdict, Violation

if TYPE_CHECKING:
    from tenantlint.context import Context
    from tenantlint.resource import Resource
    from tenantlint.rules import Rule


def judge(rule: Rule, resource: Resource, context: Context) -> Verdict:
    """Return the verdict of *rule* on *resource*; ``not-evaluable: failed`` where it raises or gives no verdict."""
    try:
        verdict = rule.judge(resource, context)
    except MissingColumnError as error:
        return Verdict("not-evaluable", str(error), "unread")
    except Exception as error:  # noqa: BLE001 - a rule may raise anything; it stops neither the scan nor other rules
        return Verdict("not-evaluable", f"the rule broke: {describe(error)}", "failed")
    if verdict is COMPLIANT or _is_sound(verdict):
        return verdict
    return Verdict("not-evaluable", f"the rule gave no verdict but {verdict!r:.80}", "failed")


def _is_sound(verdict: object) -> bool:
    if not isinstance(verdict, Verdict) or verdict.outcome not in OUTCOMES:
        return False
    told: list[Verdict | Violation] = [verdict, *verdict.violations]
    parts = [violation.part for violation in verdict.violations]
    return (
        (verdict.outcome == "violation") == bool(parts)
        and (verdict.outcome == "not-evaluable") == (verdict.cause is not None)
        and len(set(parts)) == len(parts)
        and all(violation.level in LEVELS for violation in verdict.violations)
        and all(_can_be_told(said) for said in told)
    )


def _can_be_told(said: Verdict | Violation) -> bool:
    """Tell whether reports can write what a verdict or violation says."""
    try:
        orjson.dumps([said.message, dict(said.evidence)])
    except (TypeError, ValueError):
        return False
    return isinstance(said.message, str)


def describe(error: Exception) -> str:
    """Say what was raised."""
    return f"{type(error).__name__}: {error}"
