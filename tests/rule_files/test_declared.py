"""Declarative rules, as they are read."""

import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson
import pytest
from ruamel.yaml import YAML

from tenantlint import Document, Rule
from tenantlint.errors import RuleFileError
from tenantlint.rule_files.demanding import Demand
from tenantlint.rule_files.folder import read_folder
from tests.rule_files_texts import DECLARED

ROOT = Path(__file__).parents[2]
SCHEMA: dict[str, Any] = orjson.loads((ROOT / "docs" / "schemas" / "rule.schema.json").read_bytes())


def read(tmp_path: Path, text: str) -> tuple[Rule, ...]:
    (tmp_path / "rule.yaml").write_text(text, "utf-8")
    return read_folder(tmp_path / "rule.yaml", "acme", "rule.yaml").rules


def test_everything_that_a_file_says_is_in_the_rule(tmp_path: Path) -> None:
    more = "fix: Name one.\nlimits: None.\nvisibility: partial\nenabled: false\nthresholds: {disks: 3}\n"
    (rule,) = read(tmp_path, DECLARED + more)

    assert (rule.id, rule.on, rule.level, rule.noun, rule.topic) == (
        "acme-tagged",
        "virtual_machines",
        "note",
        "VM",
        "Tags",
    )
    assert (rule.tags, rule.visibility, rule.enabled, rule.file) == (("acme", "tags"), "partial", False, "rule.yaml")
    assert (rule.page.title, rule.page.why) == ("VMs must carry an owner", "Somebody has to be asked.")
    assert (rule.page.fix, rule.page.limits) == ("Name one.", "None.")
    assert rule.sources == (Document("Guide to what must be", "2026-01-01", "https://example.test/guide"),)
    assert {name: dated.at().value for name, dated in rule.limits.items()} == {"disks": 3}
    assert isinstance(rule.judge, Demand)


def test_one_file_may_hold_several_and_a_rule_several_sources(tmp_path: Path) -> None:
    entry = "\n".join(f"  {line}" for line in DECLARED.splitlines())
    source = "  source:\n    title: Guide to what must be\n    date: 2026-01-01\n    url: https://example.test/guide"
    two = "  source:\n    - {title: A, date: 2026-01, url: 'https://a.test'}\n    - {title: B, date: '2025-01-01', url: 'https://b.test'}"
    assert source in entry
    rules = read(tmp_path, f"-\n{entry}\n-\n{entry.replace('acme-tagged', 'acme-other').replace(source, two)}\n")

    assert [rule.id for rule in rules] == ["acme-tagged", "acme-other"]
    assert [(each.title, each.date) for each in rules[1].sources] == [("A", "2026-01"), ("B", "2025-01-01")]


@pytest.mark.parametrize(
    ("old", "new", "said", "hint"),
    [
        ("level: note", "level: bad", "line 3: level: ", ""),
        ("level: note", "levle: note", "line 3: there is no key 'levle'", "did you mean 'level'?"),
        ("id: acme-tagged", "id: Acme", "line 1: id: ", ""),
        ("require: tags.owner != ''\n", "", 'line 1: "require" is a required property', ""),
        ("message: has no", "message: '{' # has no", "line 8: message: '{' has no partner", ""),
        ("message: has no", "message: '{lenght(tags)}' #", "line 8: message: JMESPath has no function lenght()", ""),
        ("require: tags.owner != ''", "require: tags.owner !=", "line 7: require: ", ""),
        ("require: tags.owner != ''", "require: [tags]", "line 7: require: ", ""),
        ("when: location != 'nowhere'", "when: location != `null`", "line 6: when: it compares with null", ""),
        ('tags.owner: ""', "tags.onwer: ''", "line 9: no expression reads 'tags.onwer'", "did you mean 'tags.owner'?"),
        ('tags.owner: ""', "'tags[': ''", "line 10: defaults: 'tags[' is no path to a property", ""),
        ("tags: [acme, tags]", "tags: [acme, 7]", "line 13: tags.1: ", ""),
        ("date: 2026-01-01", "date: soon", 'line 16: source.date: "soon" does not match', "ISO 8601, such as"),
        (
            "url: https://example.test/guide",
            "url: javascript:x",
            'line 17: source.url: "javascript:x" does not match',
            "An address, such as",
        ),
        (
            "  date: 2026-01-01",
            "  dat: 2026-01-01",
            "line 14: source: Additional properties are not allowed ('dat'",
            "",
        ),
        (
            "require: tags.owner != ''",
            "require: tags.owner != thresholds.x",
            "line 7: require: there is no threshold",
            "",
        ),
        ("noun: VM", "enabled: 'yes'", "line 11: enabled: ", ""),
        ("noun: VM", "thresholds: {level: 3}", "line 11: thresholds", ""),
    ],
)
def test_what_is_wrong_is_told_with_file_line_and_key(tmp_path: Path, old: str, new: str, said: str, hint: str) -> None:
    assert old in DECLARED
    with pytest.raises(RuleFileError) as raised:
        read(tmp_path, DECLARED.replace(old, new))

    assert str(raised.value).startswith(f"rule.yaml, {said}"), raised.value
    assert raised.value.hint.startswith(hint)
    assert re.search(r"--without (acme-tagged|Acme)$", raised.value.hint)


def test_what_is_wrong_with_one_of_several_sources_is_told_of_that_one(tmp_path: Path) -> None:
    head = DECLARED.partition("source:")[0]
    sources = "source:\n- {title: A, date: 2026-01, url: 'https://a.test'}\n- {title: B, date: yesterday, url: 'https://b.test'}\n"

    with pytest.raises(RuleFileError, match=r'^rule.yaml, line 16: source.1.date: "yesterday" does not match'):
        read(tmp_path, head + sources)


def test_a_threshold_is_there_for_expressions(tmp_path: Path) -> None:
    text = DECLARED.replace("require: tags.owner != ''", "require: length(tags.owner) >= thresholds.letters")
    (rule,) = read(tmp_path, text + "thresholds:\n  letters: 2\n")

    assert list(rule.limits) == ["letters"]


def test_the_published_schema_is_the_one_that_counts() -> None:
    packaged = files("tenantlint.rule_files") / "rule.schema.json"

    assert (ROOT / "docs" / "schemas" / "rule.schema.json").read_bytes() == packaged.read_bytes()


def test_an_editor_with_the_schema_says_the_same() -> None:
    tree = YAML(typ="safe", pure=True).load(DECLARED.replace("date: 2026-01-01", "date: '2026-01-01'"))

    jsonschema_rs.meta.validate(SCHEMA)
    assert jsonschema_rs.is_valid(SCHEMA, tree)
    assert jsonschema_rs.is_valid(SCHEMA, [tree, tree])
    assert not jsonschema_rs.is_valid(SCHEMA, {**tree, "levle": "note"})
