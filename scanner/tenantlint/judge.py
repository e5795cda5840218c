"""Asks a rule for its verdict on a resource, and accepts nothing that is not one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import orjson

from tenantlint.errors import MissingColumnError
from tenantlint.model import CAUSES, COMPLIANT, LEVELS, NO_EVIDENCE, OUTCOMES, Verdict
from tenantlint.untrusted import visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tenantlint.context import Context
    from tenantlint.resource import Resource
    from tenantlint.rules import Rule

BROKEN: Final = (Exception, SystemExit)
"""What a plugin's code may raise; it stops neither the scan nor other rules. A plugin that exits has not finished."""


_SOUND: Final[dict[int, Verdict]] = {}
"""Verdicts without evidence that were found sound, by their ``id()``: a rule gives the same few to most resources."""
_SOUND_AT_MOST: Final = 4096


def judge(rule: Rule, resources: Iterable[Resource], context: Context) -> list[Verdict]:
    """Return the verdict of *rule* on each of *resources*: the inner loop of a scan.

    It is ``not-evaluable: failed`` where the rule raises or gives no verdict.
    """
    ask, verdicts = rule.judge, []
    for resource in resources:
        try:
            verdict = ask(resource, context)
            if not (verdict is COMPLIANT or id(verdict) in _SOUND or _is_sound(verdict)):
                verdict = _no_verdict(verdict)
        except MissingColumnError as error:
            verdict = Verdict("not-evaluable", visible(str(error)), "unread")
        except BROKEN as error:
            verdict = failed(f"the rule broke: {describe(error)}")
        verdicts.append(verdict)
    return verdicts


def accepted(verdict: object) -> Verdict:
    """Return *verdict* where it is one that a rule may give, else that the rule failed."""
    try:
        return verdict if isinstance(verdict, Verdict) and _is_sound(verdict) else _no_verdict(verdict)
    except BROKEN as error:
        return failed(f"the rule broke: {describe(error)}")


def failed(said: str) -> Verdict:
    """Return the verdict of a rule that broke."""
    return Verdict("not-evaluable", visible(said), "failed")


def _no_verdict(given: object) -> Verdict:
    return failed(f"the rule gave no verdict but {given!r:.80}")


def _is_sound(verdict: object) -> bool:
    if not isinstance(verdict, Verdict) or verdict.outcome not in OUTCOMES or type(verdict.violations) is not tuple:
        return False
    if verdict.violations == () and verdict.evidence is NO_EVIDENCE:
        return _is_plain(verdict) and _remember(verdict)
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


def _remember(verdict: Verdict) -> bool:
    if len(_SOUND) >= _SOUND_AT_MOST:
        _SOUND.clear()
    _SOUND[id(verdict)] = verdict  # it is kept, and so its id is not given to another
    return True


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
