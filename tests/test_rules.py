"""Every rule of the packs, judged by the real host on the cases in fixtures/rules."""

from collections.abc import Iterator
from functools import cache

import pytest

from tenantlint.model import LEVELS
from tenantlint.table_columns import columns_of
from tests.rule_cases import RULES, Case, cases, catalog, judge, messages, outcomes, unsaid, with_odd_values


@cache
def columns(table: str) -> tuple[str, ...]:
    return columns_of(catalog().tables[table])[0]


def unprojected(value: object, path: str, known: tuple[str, ...]) -> Iterator[str]:
    """Yield the paths in a row that no column holds: the rule would never see what the case spells there."""
    if path in known:
        return
    if isinstance(value, dict):
        for name, below in value.items():
            yield from unprojected(below, f"{path}_{name}" if path else name, known)
    elif value is not None or not any(column.startswith(f"{path}_") for column in known):
        yield path


@pytest.mark.parametrize(
    ("rule", "case"), [pytest.param(rule, case, id=f"{rule}: {case.case}") for rule in RULES for case in cases(rule)]
)
def test_case(rule: str, case: Case) -> None:
    verdicts = judge(catalog().rules[rule], case, case.tables)

    assert outcomes(verdicts) == case.outcomes
    assert unsaid(case, verdicts) == {}
    assert not any(text.endswith(".") for verdict in verdicts.values() for text in messages(verdict))


@pytest.mark.parametrize("rule", RULES)
def test_cases_spell_nothing_that_the_rule_cannot_see(rule: str) -> None:
    assert cases(rule)
    for case in cases(rule):
        assert case.missing.keys() <= catalog().tables.keys()
        for table, rows in case.tables.items():
            assert [path for row in rows for path in unprojected(row, "", columns(table))] == [], case.case


@pytest.mark.parametrize("rule", RULES)
def test_cases_show_every_outcome_at_worst_the_level_that_the_rule_declares(rule: str) -> None:
    expected = [entry for case in cases(rule) for entry in case.expected.values()]
    levels = {entry.level for entry in expected if entry.level}

    assert {"violation", "not-evaluable"} <= {entry.verdict for entry in expected}
    assert next(level for level in LEVELS if level in levels) == catalog().rules[rule].level


@pytest.mark.parametrize("rule", RULES)
def test_no_value_of_any_type_breaks_a_rule(rule: str) -> None:
    for case in cases(rule):
        for tables in with_odd_values(case.tables):
            for id_, verdict in judge(catalog().rules[rule], case, tables).items():
                assert verdict.cause != "failed", (case.case, id_, verdict.message)


def test_every_rule_has_cases_and_every_case_a_rule() -> None:
    assert sorted(catalog().rules) == RULES
