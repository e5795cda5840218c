"""Every rule of the packs, judged by the real host on the cases in fixtures/rules."""

import pytest

from tenantlint.model import LEVELS
from tenantlint.table_columns import columns_of
from tenantlint.testing.cases import Case, cases_in, messages
from tenantlint.testing.projecting import unprojected
from tests.rule_cases import FOLDER, RULES, cases, catalog


@pytest.mark.parametrize("case", cases_in(FOLDER), ids=str)
def test_case(case: Case) -> None:
    case.check(catalog=catalog())

    assert not any(
        text.endswith(".") for verdict in case.judge(catalog=catalog()).values() for text in messages(verdict)
    )


@pytest.mark.parametrize("rule", RULES)
def test_cases_spell_nothing_that_the_rule_cannot_see(rule: str) -> None:
    assert cases(rule)
    for case in cases(rule):
        assert case.missing.keys() <= catalog().tables.keys()
        for table, rows in case.tables.items():
            columns, _ = columns_of(catalog().tables[table])
            assert [path for row in rows for path in unprojected(row, columns)] == [], case.case


@pytest.mark.parametrize("rule", RULES)
def test_cases_show_every_outcome_at_worst_the_level_that_the_rule_declares(rule: str) -> None:
    expected = [entry for case in cases(rule) for entry in case.expect.values()]
    levels = {entry.level for entry in expected if entry.level}

    assert {"violation", "not-evaluable"} <= {entry.verdict for entry in expected}
    assert next(level for level in LEVELS if level in levels) == catalog().rules[rule].level


@pytest.mark.parametrize("rule", RULES)
def test_no_value_of_any_type_breaks_a_rule(rule: str) -> None:
    for case in cases(rule):
        case.check_odd_values(catalog=catalog())


def test_every_rule_has_cases_and_every_case_a_rule() -> None:
    assert sorted(catalog().rules) == RULES
