"""Asks a rule for its verdict on a resource, and accepts nothing that is not one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import orjson

from tenantlint.errors import MissingColumnError
from tenantlint.model import CAUSES, COMPLIANT, LEVELS, OUTCOMES, Verdict
from tenantlint.untrusted import visible

if TYPE_CHECKING:
    from tenantlint.context import Context
    from tenantlint.resource import Resource
    from tenantlint.rules import Rule

BROKEN: Final = (Exception, SystemExit)
"""What a plugin's code may raise; it stops neither the scan nor other rules. A plugin that exits has not finished."""


def judge(rule: Rule, resource: Resource, context: Context) -> Verdict:
    """Return the verdict of *rule* on *resource*; ``not-evaluable: failed`` where it raises or gives no verdict."""
    try:
        verdict = rule.judge(resource, context)
        if verdict is COMPLIANT or _is_sound(verdict):
            return verdict
        said = visible(f"the rule gave no verdict but {verdict!r:.80}")
    except MissingColumnError as error:
        return Verdict("not-evaluable", visible(str(error)), "unread")
    except BROKEN as error:
        said = f"the rule broke: {describe(error)}"
    return Verdict("not-evaluable", said, "failed")


def _is_sound(verdict: object) -> bool:
    if not isinstance(verdict, Verdict) or verdict.outcome not in OUTCOMES or type(verdict.violations) is not tuple:
        return False
    if verdict.violations == () and verdict.evidence == {}:
        return _is_plain(verdict)
    parts = [violation.part for violation in verdict.violations]
    causes = CAUSES if verdict.outcome == "not-evaluable" else (None,)
    return (
        (verdict.outcome == "violation") == bool(parts)
        and verdict.cause in causes
        and len(set(parts)) == len(parts)
        and all(violation.level in LEVELS for violation in verdict.violations)
        and _can_be_told(verdict.message, verdict.evidence)
        and all(_can_be_told(said.message, said.evidence, said.part) for said in verdict.violations)
    )


def _is_plain(verdict: Verdict) -> bool:
    """Tell whether a verdict without evidence, as most are, is sound."""
    message = verdict.message
    if type(message) is not str or not (message.isascii() or _can_be_told(message, {})):
        return False
    if verdict.outcome == "not-evaluable":
        return verdict.cause in CAUSES
    return verdict.outcome != "violation" and verdict.cause is None


def _can_be_told(message: object, evidence: object, part: object = "") -> bool:
    """Tell whether reports can write what is said; orjson raises where that holds what is not JSON."""
    if not (isinstance(message, str) and isinstance(part, str) and isinstance(evidence, Mapping)):
        return False
    return bool(orjson.dumps([message, part, dict(evidence)]))


def describe(error: BaseException) -> str:
    """Say on one line what was raised; the text that it brings along may be anything."""
    try:
        said = str(error)
    except BROKEN:
        said = "it cannot say what"
    return visible(" ".join(f"{type(error).__name__}: {said}".split()))
