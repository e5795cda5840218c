"""Findings as SARIF: judged as every SARIF file of tenantlint is, and by validators that others made."""

import json
from pathlib import Path
from typing import Any

import pytest

from tenantlint.kql_lint.files import lint_files
from tenantlint.kql_lint.linting import TRAPS
from tenantlint.kql_lint.sarif import write_sarif
from tests.github_rules import multitool_problems, problems, schema_problems
from tests.validators import node

BAD = "// A rule.\nResources\n| join (HealthResources) on id\n| mv-expand x = properties.x\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("a.kql", "b/ü [x].kql", "b/c.kql"):
        file = tmp_path / "rules" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(BAD, "utf-8")
    (tmp_path / "rules" / "b" / "c.kql").write_text("// nothing yet\n")
    return tmp_path


def written(folder: Path, *named: str) -> dict[str, Any]:
    write_sarif(lint_files(named), folder / "x.sarif")
    log: dict[str, Any] = json.loads((folder / "x.sarif").read_bytes())
    return log


def test_github_takes_it(folder: Path) -> None:
    assert problems(written(folder, "rules"), "upload") == []


def test_neither_the_schema_nor_the_multitool_has_anything_against_it(folder: Path) -> None:
    node.demand()
    log = written(folder, "rules")

    assert schema_problems(json.dumps(log).encode()) == []
    assert multitool_problems(folder / "x.sarif") == []


def test_a_result_has_file_line_column_level_and_rule(folder: Path) -> None:
    (run,) = written(folder, "rules")["runs"]

    places = [
        (
            place["artifactLocation"]["uri"],
            place["region"]["startLine"],
            place["region"]["startColumn"],
            result["ruleId"],
        )
        for result in run["results"]
        for place in [result["locations"][0]["physicalLocation"]]
    ]
    assert ("rules/a.kql", 3, 3, "kql-bare-join") in places
    assert ("rules/b/%C3%BC%20%5Bx%5D.kql", 4, 3, "kql-mv-expand-limit") in places
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    assert {rule["id"] for rule in rules} == {*(trap.id for trap in TRAPS), "kql-allow"}


def test_a_finding_keeps_its_identity_when_lines_move(folder: Path) -> None:
    def prints() -> set[str]:
        results = written(folder, "rules/a.kql")["runs"][0]["results"]
        return {result["partialFingerprints"]["primaryLocationLineHash"] for result in results}

    before = prints()
    (folder / "rules" / "a.kql").write_text("// More to say.\n\n" + BAD)

    assert prints() == before
    assert len(before) >= 3


def test_two_findings_of_one_text_are_two_alerts(folder: Path) -> None:
    (folder / "two.kql").write_text("Resources | where id == 'a' or id == 'a' | order by id asc")

    assert problems(written(folder, "two.kql"), "upload") == []


def test_no_finding_is_a_log_without_results(folder: Path) -> None:
    (folder / "good.kql").write_text("Resources | project id | order by id asc")

    log = written(folder, "good.kql")

    assert log["runs"][0]["results"] == []
    assert problems(log, "upload") == []


def test_a_file_outside_the_working_directory_has_a_path_that_github_takes(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder / "rules" / "b")

    for named in ("../a.kql", str(folder / "rules" / "a.kql")):
        assert problems(written(folder, named), "upload") == []
