"""The register of constraints: complete, and in step with the rules."""

import re
from pathlib import Path

import pytest

from tenantlint.plugins import load_plugins
from tenantlint.rules import VISIBILITIES
from tenantlint_backup.register import STATUSES, Constraint, constraints

GROUPS = {"A": 14, "B": 4, "C": 7, "D": 4, "E": 6, "F": 5, "G": 4, "H": 2, "I": 9, "X": 33}
RULES = {name: rule for name, rule in load_plugins().rules.items() if rule.module.startswith("tenantlint_backup.")}
PAGE = (Path(__file__).parents[1] / "docs" / "constraints.md").read_text("utf-8")

each = pytest.mark.parametrize("constraint", constraints(), ids=lambda constraint: constraint.id)


def test_ids_are_complete_and_in_order() -> None:
    expected = [f"{letter}{number}" for letter, count in GROUPS.items() for number in range(1, count + 1)]
    expected.insert(expected.index("C1") + 1, "C1b")

    assert [constraint.id for constraint in constraints()] == expected


@each
def test_a_constraint_is_judged_by_rules_that_exist_or_says_why_not(constraint: Constraint) -> None:
    assert set(constraint.rules) <= RULES.keys()
    assert bool(constraint.rules) == bool(constraint.evidence) != bool(constraint.why_none)


@each
def test_a_constraint_is_a_sentence_with_documents_a_status_and_a_visibility(constraint: Constraint) -> None:
    texts = [constraint.says, constraint.today, constraint.evidence, constraint.why_none]

    assert all(text.endswith(".") and "|" not in text and "\n" not in text for text in filter(None, texts))
    assert constraint.documents
    assert constraint.status in STATUSES
    assert constraint.visibility in VISIBILITIES
    assert [each.date for each in constraint.documents] == sorted(
        (each.date for each in constraint.documents), reverse=True
    )


@pytest.mark.parametrize("rule", sorted(RULES))
def test_a_rule_is_in_the_register_with_documents_in_common(rule: str) -> None:
    entries = [constraint for constraint in constraints() if rule in constraint.rules]
    stated = {document for entry in entries for document in entry.documents}

    assert entries
    assert stated & set(RULES[rule].sources)


@each
def test_the_page_has_a_row_for_each_constraint(constraint: Constraint) -> None:
    (row,) = re.findall(rf"^\| \*\*{constraint.id}\*\* .*$", PAGE, re.MULTILINE)

    assert constraint.says in row
    assert all(f"rules/{rule}.md" in row for rule in constraint.rules)
    assert all(document.date in row and document.title in row for document in constraint.documents)


def test_documents_are_not_named_by_abbreviations() -> None:
    assert re.findall(r"\b(S[0-4]|MX\d\d|PREP26|FAQ25|ENC22|AFS25|GEN23)\b", PAGE) == []
