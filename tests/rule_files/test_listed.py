"""What a KQL rule says of a resource, given the rows of its query that are about it."""

from pathlib import Path
from typing import Any

import pytest

from tenantlint import Verdict
from tenantlint.coverage import Coverage, Unread
from tenantlint.listing import VIOLATIONS
from tenantlint.testing import run
from tenantlint.testing.projecting import with_plugins

ID = "/subscriptions/s/resourceGroups/g/providers/Acme/machines/m"
HEAD = """\
// id: acme-rule
// title: Machines must be right
// level: warning
// source: Guide, 2026-01-01, https://example.test/guide
"""
PLAIN = "\nResources\n| project id, name, a = kind, b = location\n"
MANY = "\nResources\n| mv-expand x = properties.x\n| project id, name, a = kind, b = location\n"
JOINED = "\nResources\n| join (Resources | project id) on id\n| project id, name, a = kind, b = location\n"


def judged(
    tmp_path: Path,
    rows: list[dict[str, Any]] | None,
    head: str = "",
    kql: str = PLAIN,
    coverage: Coverage | None = None,
) -> Verdict:
    (tmp_path / "acme-rule.kql").write_text(HEAD + head + kql, "utf-8")
    catalog = with_plugins(tmp_path / "acme-rule.kql")
    row: dict[str, Any] = {"id": ID, "name": "m", "subscriptionId": "s", "location": "west", VIOLATIONS: rows}
    (verdict,) = run(catalog.rules["acme-rule"], {"acme_rule": [row]}, catalog=catalog, coverage=coverage).values()
    return verdict


def parts(verdict: Verdict) -> list[str]:
    return [violation.part for violation in verdict.violations]


@pytest.mark.parametrize("rows", [None, []])
def test_what_is_not_listed_is_compliant(tmp_path: Path, rows: list[dict[str, Any]] | None) -> None:
    assert judged(tmp_path, rows).outcome == "compliant"


def test_what_is_listed_is_a_violation_with_the_row_for_evidence(tmp_path: Path) -> None:
    (violation,) = judged(tmp_path, [{"name": "m", "a": "x", "b": 3, "c": None, "d": ""}]).violations

    assert (violation.level, violation.part) == ("warning", "")
    assert violation.evidence == {"a": "x", "b": 3}
    assert violation.message == "does not follow 'Machines must be right' (x; 3)"


def test_a_row_that_says_nothing_is_one_all_the_same(tmp_path: Path) -> None:
    (violation,) = judged(tmp_path, [{"name": "m"}]).violations

    assert (violation.message, violation.evidence) == ("does not follow 'Machines must be right'", {})


def test_a_message_shows_columns_of_the_query_and_of_the_resource(tmp_path: Path) -> None:
    verdict = judged(tmp_path, [{"a": ["x"], "b": True}], "// message: in {location}: {a}, {b}, {{}} {id}\n")

    assert verdict.message == f'in west: ["x"], true, {{}} {ID}'


def test_a_row_without_a_column_that_the_message_names_breaks_the_rule_for_that_resource(tmp_path: Path) -> None:
    verdict = judged(tmp_path, [{"b": 1}], "// message: has {a}\n")

    assert (verdict.outcome, verdict.cause) == ("not-evaluable", "failed")
    assert "the query gives no column 'a'" in verdict.message


@pytest.mark.parametrize("kql", [PLAIN, MANY, JOINED])
def test_rows_of_one_resource_are_one_violation_whatever_they_say_and_however_many_there_are(
    tmp_path: Path, kql: str
) -> None:
    one, two = {"a": "x", "b": 1}, {"a": "y", "b": 1}
    found = judged(tmp_path, [one, two, {"a": "y", "b": 1, "id": "twice"}], kql=kql)

    assert parts(found) == parts(judged(tmp_path, [{"a": ["z", "y"], "b": 2}], kql=kql)) == [""]
    assert found.message == "does not follow 'Machines must be right' (x; 1), (y; 1)"
    assert found.evidence == {"rows": [one, two, two]}


def test_a_message_tells_the_first_rows_and_the_evidence_all(tmp_path: Path) -> None:
    rows = [{"a": str(number)} for number in range(9)]
    plain, filled = judged(tmp_path, rows), judged(tmp_path, rows, "// message: has {a}\n")

    assert plain.message.endswith(" (0), (1), (2), (3), (4), and 4 more")
    assert filled.message == "has 0, has 1, has 2, has 3, has 4, and 4 more"
    assert filled.evidence == {"rows": rows}


def test_a_part_may_be_named(tmp_path: Path) -> None:
    rows = [{"a": "x", "b": 1}, {"a": "y", "b": 2}]

    assert parts(judged(tmp_path, rows, "// part: disk {a}\n", MANY)) == ["disk x", "disk y"]
    assert parts(judged(tmp_path, rows[:1], "// part: disk {a}\n")) == ["disk x"]


def test_rows_of_one_part_are_one_violation(tmp_path: Path) -> None:
    rows = [{"a": "x", "b": 1}, {"a": "x", "b": 2}, {"a": "w", "b": 1}]
    found = judged(tmp_path, rows, "// part: {a}\n", MANY)

    assert [(each.part, each.evidence) for each in found.violations] == [("w", rows[2]), ("x", {"rows": rows[:2]})]
    assert parts(judged(tmp_path, rows[1:2], "// part: {a}\n", MANY)) == ["x"]


def test_no_part_is_long_and_long_ones_differ_where_their_ends_do(tmp_path: Path) -> None:
    rows = [{"a": "z" * 1000, "b": 1}, {"a": "z" * 1000, "b": 2}, {"a": "z" * 999, "b": 1}]
    found = parts(judged(tmp_path, rows, "// part: {a}\n", MANY))

    assert len(set(found)) == len(found) == 2
    assert all(len(part) < 140 for part in found)
    assert set(parts(judged(tmp_path, rows[:1], "// part: {a}\n", MANY))) < set(found)


BARE = "\nResources\n| join (Resources | distinct type) on type\n| project id\n"


def test_what_a_join_may_have_left_out_is_not_compliant(tmp_path: Path) -> None:
    verdict = judged(tmp_path, None, kql=BARE)

    assert (verdict.outcome, verdict.cause) == ("not-evaluable", "unread")
    assert "its join without a kind, on line 7 of the query, keeps one row for each key" in verdict.message
    assert judged(tmp_path, [{"a": 1}], kql=BARE).outcome == "violation"
    assert judged(tmp_path, None, kql=BARE.replace("join", "join kind=inner")).outcome == "compliant"


@pytest.mark.parametrize(
    ("kql", "rows", "gap", "outcome"),
    [
        (PLAIN, None, Unread("x", "s"), "unread"),
        (PLAIN, [{"a": 1}], Unread("x", "s"), "violation"),
        (PLAIN, None, Unread("x", "other"), "compliant"),
        (PLAIN, None, Unread("x", table="acme_rule"), "unread"),
        (PLAIN, None, Unread("x", table="AdvisorResources"), "compliant"),
        (JOINED, None, Unread("x", "other"), "unread"),
        (JOINED, [{"a": 1}], Unread("x", "other"), "unread"),
        (JOINED, [{"a": 1}], Unread("x", table="AdvisorResources"), "violation"),
        (JOINED, None, Unread("x", "other", "Resources"), "unread"),
    ],
)
def test_what_was_not_read_proves_nothing(
    tmp_path: Path, kql: str, rows: list[dict[str, Any]] | None, gap: Unread, outcome: str
) -> None:
    verdict = judged(tmp_path, rows, kql=kql, coverage=Coverage(frozenset({"s"}), (gap,)))

    assert (verdict.cause or verdict.outcome) == outcome
