"""The elements of a JUnit file, each on one line: what a test case is called, and what it says."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from tenantlint.model import CAUSES, INCOMPLETE, LEVELS
from tenantlint.reports.csv_cells import json_cell
from tenantlint.reports.places import visible_id
from tenantlint.sentences import sentence, visible_prose

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenantlint.model import Violation
    from tenantlint.results import Judgement, Problem, Summary, Tally
    from tenantlint.rules import Rule

Kind: TypeAlias = Literal["failures", "errors", "skipped", "passed"]

SCAN: Final = "tenantlint"
"""The suite, and the class of its cases, that tells of the scan itself."""

_COMPLETE: Final = "the scan is complete"
_NO_TIME: Final = "0"
# What XML cannot hold, and what would break a line in two, where somebody forgot to make text visible.
_UNFIT: Final = re.compile("[\x00-\x1f\ud800-\udfff\ufffe\uffff]")


def kind_of(judgement: Judgement) -> Kind:
    """Tell what a judgement that is a case counts as."""
    if judgement.verdict.cause in INCOMPLETE:
        return "errors"
    return "failures" if judgement.open else "skipped"


def case(judgement: Judgement, subscriptions: Mapping[str, str]) -> str:
    """Make the case of a resource: it broke the rule, or is waived, or was not judged."""
    about = visible_id(judgement.subject.id) or visible_prose(judgement.subject.name) or SCAN
    return _case(judgement.rule.id, about, _outcome(judgement, subscriptions))


def scan_cases(summary: Summary) -> list[tuple[Kind, str]]:
    """Make the cases that tell of the scan: each problem, or that there is none.

    What failed of single resources is told by their own cases.
    """
    found: list[tuple[Kind, str]] = [
        ("errors", _problem_case(problem))
        for problem in summary.problems
        if not (problem.rule and problem.subscription is None)
    ]
    if summary.incomplete and not found:
        found = [("errors", _case(SCAN, _COMPLETE, _told("error", "unread", "Something was not read or broke.")))]
    return found or [("passed", _case(SCAN, _COMPLETE, ""))]


def properties(rule: Rule, tally: Tally, only_violations: frozenset[str] = frozenset()) -> str:
    """Make the properties of a rule's suite: where it is explained, and how many resources got which verdict."""
    numbers = {
        "resources": tally.total,
        "compliant": tally.outcomes["compliant"],
        "waived": tally.waived,
        "not-applicable": tally.outcomes["not-applicable"],
        **{f"not-evaluable: {cause}": tally.causes[cause] for cause in CAUSES},
    }
    texts = {"title": visible_prose(rule.page.title), "help": visible_prose(rule.sources[0].url)}
    told = {**texts, **{name: str(number) for name, number in numbers.items()}}
    if rule.id in only_violations:
        told["compliant"] = told["resources"] = "not known"
    each = (f"{tag('property', name=name, value=value)}</property>" for name, value in told.items())
    return f"<properties>{''.join(each)}</properties>"


def tag(_element: str, **attributes: str) -> str:
    """Return the beginning of an element."""
    named = (f' {name}="{_text(value)}"' for name, value in attributes.items())
    return f"<{_element}{''.join(named)}>"


def _case(classname: str, name: str, outcome: str) -> str:
    return f"{tag('testcase', classname=classname, name=name, time=_NO_TIME)}{outcome}</testcase>"


def _told(element: str, kind: str, message: str, *lines: str) -> str:
    """Make what a case came to; viewers show the message, or else the *lines*, which say it again and more."""
    body = "&#10;".join(map(_text, lines or (message,)))
    return f"{tag(element, type=kind, message=message)}{body}</{element}>"


def _outcome(judgement: Judgement, subscriptions: Mapping[str, str]) -> str:
    kind, verdict = kind_of(judgement), judgement.verdict
    if kind == "errors":
        return _told("error", verdict.cause or "failed", sentence(judgement, subscriptions))
    lines = [_violation(judgement, violation, subscriptions) for violation in verdict.violations]
    if kind == "skipped":
        return _told("skipped", "waived", _waived(judgement, verdict.violations[0]), *lines)
    worst = min(judgement.open, key=_badness)
    return _told("failure", worst.level, sentence(judgement, subscriptions, worst), *lines, _see(judgement.rule))


def _badness(violation: Violation) -> int:
    return LEVELS.index(violation.level)


def _violation(judgement: Judgement, violation: Violation, subscriptions: Mapping[str, str]) -> str:
    """Tell of a violation on one line: level, how it stands, what it is, its evidence."""
    state = judgement.mark(violation.part).state
    said = f"{violation.level}{f', {state}' if state else ''}: {sentence(judgement, subscriptions, violation)}"
    waived = _waived(judgement, violation)
    return " ".join(filter(None, (said, waived, json_cell(violation.evidence))))


def _waived(judgement: Judgement, violation: Violation) -> str:
    waiver = judgement.mark(violation.part).waiver
    if not waiver:
        return ""
    return f"Waived until {waiver.expires} by {visible_prose(waiver.owner)}: {visible_prose(waiver.reason)}"


def _see(rule: Rule) -> str:
    return f"See {visible_prose(rule.sources[0].url)}"


def _problem_case(problem: Problem) -> str:
    said = f"{problem.rule}: {problem.message}" if problem.rule else problem.message
    return _case(SCAN, visible_prose(said), _told("error", problem.cause, visible_prose(said)))


def _text(text: str) -> str:
    """Return visible *text* as XML on one line."""
    return escape(_UNFIT.sub("\ufffd", text), quote=False).replace('"', "&quot;")
