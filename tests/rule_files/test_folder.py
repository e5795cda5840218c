"""A folder of rule files."""

import os
from pathlib import Path

import pytest

import tenantlint
from tenantlint.errors import RuleFileError
from tenantlint.rule_files.folder import name_of, read_folder
from tests.rule_files_texts import DECLARED, LISTED


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "Our Rules"
    (folder / "below").mkdir(parents=True)
    (folder / "acme-large.kql").write_text(LISTED)
    (folder / "below" / "acme-tagged.yaml").write_text(DECLARED)
    return folder


def test_rules_of_both_kinds_are_found_at_any_depth(rules: Path) -> None:
    found = tenantlint.rule_files(rules)

    assert sorted(rule.id for rule in found.rules) == ["acme-large", "acme-tagged"]
    assert [table.name for table in found.tables] == ["acme_large"]
    assert found.passed_over == ()


def test_a_file_can_be_given_for_a_folder(rules: Path) -> None:
    assert [rule.id for rule in tenantlint.rule_files(rules / "acme-large.kql").rules] == ["acme-large"]


def test_the_name_is_the_folders(rules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(rules)

    assert (name_of(rules), name_of(Path()), name_of(rules / "acme-large.kql")) == (
        "our-rules",
        "our-rules",
        "acme-large",
    )


@pytest.mark.parametrize("prefix", ["", "1st", "Acme", "a b"])
def test_a_name_is_as_ids_are(rules: Path, prefix: str) -> None:
    with pytest.raises(RuleFileError, match="no name for rules") as raised:
        read_folder(rules, prefix, "rules")
    assert raised.value.hint == "give it one: --rules NAME=PATH"


def test_a_folder_without_rule_files_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# nothing\n")

    with pytest.raises(RuleFileError, match="rules: there is no rule file here"):
        read_folder(tmp_path, "acme", "rules")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("x.yaml", "site: docs\n", "rules/x.yaml: no rule file"),
        ("x.yaml", "", "rules/x.yaml: no rule file"),
        ("x.yml", "- a\n- b\n", "rules/x.yml: no rule file"),
        ("x.kql", "Resources\n| project id\n", "rules/x.kql: no header, and no recommendation"),
        ("x.yaml", "a: [1\nb: 2\n", "rules/x.yaml, line 2: this is not YAML"),
        ("x.yaml", "a: 1\na: 2\n", "rules/x.yaml, line 2: this is not YAML: found duplicate key"),
        ("x.yaml", "a: 1\n---\nb: 1\n", "rules/x.yaml, line"),
        ("x.yaml", "a: \x00\n", "rules/x.yaml: this is not YAML"),
        ("x.yaml", f"a: {'[' * 5000}{']' * 5000}\n", "rules/x.yaml: this is not YAML"),
    ],
)
def test_a_file_that_is_no_rule_stops_everything(rules: Path, name: str, text: str, said: str) -> None:
    (rules / name).write_text(text)

    with pytest.raises(RuleFileError) as raised:
        read_folder(rules, "acme", "rules")
    assert str(raised.value).startswith(said)
    assert "--without x" in raised.value.hint


def test_a_file_that_is_no_text_stops_everything(rules: Path) -> None:
    (rules / "x.kql").write_bytes(b"\xff\xfe")

    with pytest.raises(RuleFileError, match=r"rules/x.kql: cannot be read"):
        read_folder(rules, "acme", "rules")


def test_a_broken_file_can_be_left_out(rules: Path) -> None:
    (rules / "acme-large.kql").write_text(LISTED.replace("level", "levle"))
    found = read_folder(rules, "acme", "rules", {"acme-large"})

    assert [rule.id for rule in found.rules] == ["acme-tagged"]
    assert found.skipped == {"acme-large"}


@pytest.mark.skipif(os.name == "nt", reason="making links takes a right there")
def test_links_that_go_round_are_not_followed(rules: Path) -> None:
    (rules / "below" / "up").symlink_to(rules, target_is_directory=True)

    assert len(tenantlint.rule_files(rules).rules) == 2


def test_files_are_read_in_one_order(rules: Path) -> None:
    (rules / "acme-also.kql").write_text(LISTED.replace("acme-large", "acme-also"))

    assert [rule.id for rule in tenantlint.rule_files(rules).rules] == ["acme-tagged", "acme-also", "acme-large"]


def test_rules_whose_queries_may_leave_out_violations_are_told(rules: Path) -> None:
    (rules / "acme-large.kql").write_text(LISTED.replace("| extend", "| mv-expand d = properties.disks\n| extend"))
    for name in ("a", "b", "c"):
        text = LISTED.replace("acme-large", f"acme-{name}")
        (rules / f"acme-{name}.kql").write_text(text.replace("| extend", "| join (Resources) on name\n| extend"))
    found = tenantlint.rule_files(rules)

    assert [each.what for each in found.doubts] == ["acme-a", "acme-b", "acme-c", "acme-large"]
    assert found.doubted == "acme-a, acme-b, acme-c, 1 more"
    assert [each.why.partition(",")[0] for each in found.doubts[2:]] == ["its join without a kind", "its 'mv-expand'"]
