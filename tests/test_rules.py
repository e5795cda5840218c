"""Every rule of the packs, judged by the real host on the cases in fixtures/rules."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import pytest

from tenantlint import Rule, Verdict
from tenantlint.catalog import Catalog
from tenantlint.coverage import Coverage, Unread
from tenantlint.model import LEVELS
from tenantlint.plugins import load_plugins
from tenantlint.testing import columns_of, run

FOLDER = Path(__file__).parents[1] / "fixtures" / "rules"
RULES = sorted(folder.name for folder in FOLDER.iterdir())
ODD_VALUES = (None, True, 7, "", "odd", ["odd"], {"odd": None})

Row = dict[str, Any]
Tables = dict[str, list[Row]]


@dataclass(frozen=True)
class Expected:
    """What a case expects of one resource. `parts` are those of its violations, `says` what its messages contain."""

    verdict: str
    level: str | None = None
    cause: str | None = None
    parts: list[str] | None = None
    says: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Case:
    """One case of a rule: rows by table, what was not read, and what is expected by resource id."""

    case: str
    tables: Tables
    expect: dict[str, dict[str, Any]]
    settings: dict[str, Any] = field(default_factory=dict)
    unread: list[dict[str, str]] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)
    tenant_id: str = ""
    edition: str | None = None

    @property
    def expected(self) -> dict[str, Expected]:
        return {id_: Expected(**entry) for id_, entry in self.expect.items()}

    @property
    def coverage(self) -> Coverage:
        """The subscriptions that rows name were read, but for those that are said to be unread as a whole."""
        gaps = tuple(Unread(**entry) for entry in self.unread)
        named = {str(row.get("subscriptionId", "")).lower() for rows in self.tables.values() for row in rows}
        return Coverage(frozenset(named - {gap.subscription for gap in gaps if not gap.table}), gaps)


@cache
def catalog() -> Catalog:
    return load_plugins()


@cache
def columns(table: str) -> tuple[str, ...]:
    return columns_of(catalog().tables[table])[0]


@cache
def cases(rule: str) -> tuple[Case, ...]:
    """Read the cases of a rule; a key that no case has raises."""
    return tuple(Case(**entry) for entry in orjson.loads((FOLDER / rule / "cases.json").read_bytes()))


def settings(rule: Rule, given: dict[str, Any]) -> dict[str, Any]:
    """Read settings as the host does; a name that the rule does not have raises."""
    known = {setting.name: setting for setting in rule.settings}
    return {name: known[name].read(value) for name, value in given.items()}


def judge(rule: Rule, case: Case, tables: Tables) -> dict[str, Verdict]:
    return run(
        rule,
        tables,
        settings=settings(rule, case.settings),
        coverage=case.coverage,
        missing=case.missing,
        tenant_id=case.tenant_id,
        edition=case.edition,
        catalog=catalog(),
    )


def messages(verdict: Verdict) -> list[str]:
    return [violation.message for violation in verdict.violations] or [verdict.message]


def unprojected(value: object, path: str, known: tuple[str, ...]) -> Iterator[str]:
    """Yield the paths in a row that no column holds: the rule would never see what the case spells there."""
    if path in known:
        return
    if isinstance(value, dict):
        for name, below in value.items():
            yield from unprojected(below, f"{path}_{name}" if path else name, known)
    elif value is not None or not any(column.startswith(f"{path}_") for column in known):
        yield path


def with_odd_values(tables: Tables) -> Iterator[Tables]:
    """Yield the tables again and again, each time with one value of one row, at any depth, made odd."""
    for name, rows in tables.items():
        for at, row in enumerate(rows):
            for odd in _odd(row):
                if odd["id"] == row["id"]:
                    yield {**tables, name: [*rows[:at], odd, *rows[at + 1 :]]}


def _odd(value: object) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from ({**value, key: odd} for key, below in value.items() for odd in (*ODD_VALUES, *_odd(below)))
    if isinstance(value, list):
        for at, below in enumerate(value):
            yield from ([*value[:at], odd, *value[at + 1 :]] for odd in (*ODD_VALUES, *_odd(below)))


@pytest.mark.parametrize(
    ("rule", "case"), [pytest.param(rule, case, id=f"{rule}: {case.case}") for rule in RULES for case in cases(rule)]
)
def test_case(rule: str, case: Case) -> None:
    verdicts = judge(catalog().rules[rule], case, case.tables)
    said = {
        id_: (verdict.outcome, verdict.level, verdict.cause, [violation.part for violation in verdict.violations])
        for id_, verdict in verdicts.items()
    }

    assert said == {
        id_: (
            expected.verdict,
            expected.level,
            expected.cause,
            expected.parts if expected.parts is not None else [""] * (expected.verdict == "violation"),
        )
        for id_, expected in case.expected.items()
    }
    for id_, expected in case.expected.items():
        text = "\n".join(messages(verdicts[id_]))
        assert [words for words in expected.says if words not in text] == [], text
        assert not any(message.endswith(".") for message in messages(verdicts[id_]))


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
