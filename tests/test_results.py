"""Judgements counted: nothing is lost, and what is lost is said."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenantlint import Level, Verdict, Violation
from tenantlint.model import CAUSES, COMPLIANT, LEVELS
from tenantlint.results import Problem, Summary, Tally

VERDICTS = [
    COMPLIANT,
    Verdict("not-applicable", "is no such thing"),
    *(Verdict("not-evaluable", "why", cause) for cause in CAUSES),
    *(Verdict("violation", "is bad", None, {}, (Violation("is bad", level),)) for level in LEVELS),
    Verdict("violation", "is bad", None, {}, (Violation("", "note", part="a"), Violation("", "error", part="b"))),
]
MANY = st.lists(st.sampled_from(VERDICTS), max_size=30)


def tally_of(verdicts: list[Verdict]) -> Tally:
    tally = Tally()
    for verdict in verdicts:
        tally.add([verdict])
    return tally


def test_a_verdict_counts_once_by_outcome_cause_and_worst_level() -> None:
    tally = tally_of(VERDICTS)

    assert tally.total == len(VERDICTS)
    assert tally.outcomes == {"compliant": 1, "not-applicable": 1, "not-evaluable": 4, "violation": 4}
    assert tally.causes == dict.fromkeys(CAUSES, 1)
    assert tally.levels == {"error": 2, "warning": 1, "note": 1}


@settings(deadline=None, max_examples=100, database=None)
@given(MANY, MANY)
def test_merged_tallies_are_the_tally_of_all(some: list[Verdict], others: list[Verdict]) -> None:
    merged = tally_of(some)
    merged.merge(tally_of(others))

    assert merged == tally_of(some + others)
    assert merged.total == len(some) + len(others)
    assert merged.causes.total() == merged.outcomes["not-evaluable"]
    assert merged.levels.total() == merged.outcomes["violation"]


@pytest.mark.parametrize(
    ("verdict", "incomplete"),
    [(verdict, verdict.cause in ("unread", "failed")) for verdict in VERDICTS],
    ids=[f"{verdict.outcome} {verdict.cause or verdict.level or ''}" for verdict in VERDICTS],
)
def test_only_what_was_not_read_or_broke_makes_a_scan_incomplete(verdict: Verdict, incomplete: bool) -> None:  # noqa: FBT001 - a parameter of the test
    summary = Summary({"acme-rule": tally_of([COMPLIANT, verdict]), "other": tally_of([COMPLIANT])})

    assert summary.incomplete is incomplete


def test_a_problem_makes_a_scan_incomplete_whatever_the_verdicts() -> None:
    assert not Summary({}).incomplete
    assert Summary({}, [Problem("unread", "table 'x' was not read")]).incomplete


@pytest.mark.parametrize(
    ("levels", "count"), [([], 0), (["error"], 4), (["warning"], 2), (["error", "warning"], 6), (LEVELS, 8)]
)
def test_violations_are_counted_by_their_worst_level_over_all_rules(levels: list[Level], count: int) -> None:
    summary = Summary({"one": tally_of(VERDICTS), "two": tally_of(VERDICTS)})

    assert summary.violations(levels) == count
    assert summary.violations(iter(levels)) == count


@pytest.mark.parametrize("rows", [0, 8, 9, 11, 20])
def test_a_sum_that_does_not_match_the_rows_is_a_problem(rows: int) -> None:
    summary = Summary({"acme-rule": tally_of(VERDICTS)})
    summary.check_sums({"acme-rule": rows})

    message = f"{len(VERDICTS)} verdicts for {rows} resources: the difference was not judged"
    assert summary.problems == [Problem("failed", message, "acme-rule", "")]
    assert summary.incomplete


def test_sums_that_match_are_no_problem_and_each_rule_has_its_own() -> None:
    summary = Summary({"one": tally_of(VERDICTS), "two": tally_of(VERDICTS[:2]), "three": Tally()})
    summary.check_sums({"one": len(VERDICTS), "two": 2, "three": 0})

    assert summary.problems == []
    summary.check_sums({"one": len(VERDICTS), "two": 3, "three": 1})
    assert Counter(problem.rule for problem in summary.problems) == {"two": 1, "three": 1}
