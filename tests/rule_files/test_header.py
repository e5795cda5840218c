"""The header of a KQL rule."""

from pathlib import Path

import pytest

from tenantlint.errors import RuleFileError
from tenantlint.rule_files.header import has_header
from tenantlint.rule_files.kql_rules import Pair, read_kql
from tenantlint.rule_files.texts import Source

HEAD = """\
// id: acme-spare
// title: Spare things must go
// level: warning
// source: Rules, of ours, 2026-01-28, https://example.test/rules
"""
BODY = "\nResources\n| project id\n"


def read(tmp_path: Path, text: str, name: str = "acme-spare") -> Pair:
    file = tmp_path / f"{name}.kql"
    file.write_bytes(text.encode())
    return read_kql(Source(file, f"rules/{name}.kql", name))


def test_everything_that_a_header_says_is_in_the_rule(tmp_path: Path) -> None:
    more = """\
// type: Microsoft.Compute/disks
// table: Resources
// source: Another, 2025-11, https://example.test/other
// message: is spare: {param1}
// part: {param1}
// why: Because it costs.
//   Every day.
//
//   And again.
// fix: Delete it.
// limits: None.
// noun: disk
// topic: Thrift
// tags: cost, spare
// visibility: partial
// enabled: false
"""
    pair = read(tmp_path, HEAD + more + BODY)
    rule = pair.rule

    assert (rule.id, rule.level, rule.on, rule.enabled) == ("acme-spare", "warning", "acme_spare", False)
    assert rule.page.title == "Spare things must go"
    assert rule.page.why == "Because it costs.\nEvery day.\n\nAnd again."
    assert (rule.page.fix, rule.page.limits) == ("Delete it.", "None.")
    assert (rule.noun, rule.topic, rule.tags, rule.visibility) == ("disk", "Thrift", ("cost", "spare"), "partial")
    assert [(each.title, each.date, each.url) for each in rule.sources] == [
        ("Rules, of ours", "2026-01-28", "https://example.test/rules"),
        ("Another", "2025-11", "https://example.test/other"),
    ]
    assert (rule.file, rule.module) == ("rules/acme-spare.kql", "rules/acme-spare.kql")
    assert (pair.table.name, pair.table.owner, pair.table.module) == ("acme_spare", "id", "rules/acme-spare.kql")
    assert "type =~ 'microsoft.compute/disks'" in (pair.table.population or "")


def test_a_header_needs_no_type(tmp_path: Path) -> None:
    assert read(tmp_path, HEAD + BODY).table.population == ""


def test_the_query_keeps_its_lines(tmp_path: Path) -> None:
    assert read(tmp_path, HEAD + BODY).table.kql.split("\n")[5] == "Resources"


@pytest.mark.parametrize("text", ["\ufeff" + HEAD + BODY, (HEAD + BODY).replace("\n", "\r\n")])
def test_files_of_windows_are_read(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text).rule.id == "acme-spare"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD.replace("// title: Spare things must go\n", ""), "line 1: its header has no line `// title: …`"),
        (HEAD.replace("level", "levle"), "line 3: there is no key 'levle'"),
        (HEAD.replace("warning", "bad"), "line 3: level: 'bad' is none of error, warning, note"),
        (HEAD + "// level: note\n", "line 3: key 'level' is there twice"),
        (HEAD + "// why:\n", "line 5: key 'why' says nothing"),
        (HEAD + "// a remark\n", "line 5: this line of the header names no key"),
        ("// My rule\n" + HEAD, "line 1: this line of the header names no key"),
        (HEAD.replace(", 2026-01-28", ""), "line 4: a source is a title, a date and a URL"),
        (HEAD.replace("https", "file"), "line 4: a source is a title, a date and a URL"),
        (HEAD + "// type: virtual machines\n", "line 5: type: 'virtual machines' is no type of resources"),
        (HEAD + "// table: Resourcs\n", "line 5: Resource Graph has no table 'Resourcs'"),
        (HEAD + "// visibility: some\n", "line 5: visibility: 'some' is none of full, partial, none"),
        (HEAD + "// enabled: yes\n", "line 5: enabled: 'yes' is none of true, false"),
        (HEAD + "// message: has {a\n", "line 1: '{' has no partner"),
        (HEAD.replace("acme-spare", "acme-other"), "line 1: the rule is called 'acme-other' and the file 'acme-spare'"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(RuleFileError) as raised:
        read(tmp_path, text + BODY)

    assert f"rules/acme-spare.kql, {said}" in str(raised.value)
    assert "--without acme-spare" in raised.value.hint


def test_a_key_that_is_meant_is_proposed(tmp_path: Path) -> None:
    with pytest.raises(RuleFileError) as raised:
        read(tmp_path, HEAD.replace("level", "levle") + BODY)

    assert raised.value.hint.startswith("did you mean 'level'?")


@pytest.mark.parametrize("body", ["", "\n", "\n// nothing but a comment\n"])
def test_a_header_without_a_query_is_refused(tmp_path: Path, body: str) -> None:
    with pytest.raises(RuleFileError, match="no query below the header"):
        read(tmp_path, HEAD + body)


def test_an_id_is_kebab_case(tmp_path: Path) -> None:
    with pytest.raises(RuleFileError, match="lower-case words joined by hyphens"):
        read(tmp_path, HEAD.replace("acme-spare", "AcmeSpare") + BODY, "AcmeSpare")


@pytest.mark.parametrize(
    ("text", "has"),
    [
        (HEAD, True),
        ("\n" + HEAD, True),
        ("//id: x\n", True),
        ("// My rule\n" + HEAD, True),
        ("// My rule\n\n//\n" + HEAD, True),
        ("// Azure Resource Graph Query\n// id: x\nResources", True),
        ("// My rule\n// title: x\n// level: note\nResources", True),
        ("// Azure Resource Graph Query\n// source: a blog\nResources", False),
        ("Resources\n// id: x\n// title: y\n", False),
        ("// Azure Resource Graph Query\n", False),
        ("Resources", False),
        ("", False),
    ],
)
def test_a_header_starts_with_a_key(text: str, has: bool) -> None:  # noqa: FBT001 - a case
    assert has_header(text) is has
