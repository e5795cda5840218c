"""Judges tenant copies before and after, and boils verdicts down to what must be the same."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from tenantlint import Rule, Verdict
from tenantlint.results import Judgement
from tenantlint.scrub.report import exempt_rules
from tests.makers import judge_all
from tests.tenant_copies import catalog, take_snapshot

EXEMPT = [catalog().rules[name] for name in exempt_rules(catalog())]
RULES = [rule for _, rule in sorted(catalog().rules.items()) if rule not in EXEMPT]

Shape = tuple[object, ...]


def judge(copy: Path, work: Path, rules: Sequence[Rule] = RULES) -> list[Judgement]:
    """Judge a copy as a scan does, with the queries run over its raw tables."""
    return judge_all(take_snapshot(copy, work, *rules), rules, catalog().facts.values())[1]


def shape(verdict: Verdict) -> Shape:
    """Return what of a verdict names nothing of the tenant."""
    kinds = sorted((each.level, *sorted(each.evidence)) for each in verdict.violations)
    return (verdict.outcome, verdict.cause, verdict.level, *kinds)


def shapes(judgements: Iterable[Judgement], renamed: Callable[[str], str]) -> Counter[Shape]:
    """Return what was said, by rule and by the id of the resource, as it is called after scrubbing."""
    return Counter((each.rule.id, renamed(each.subject.id).lower(), *shape(each.verdict)) for each in judgements)
