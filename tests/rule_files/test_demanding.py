"""What a declarative rule says of a resource."""

from pathlib import Path
from typing import Any

import pytest

from tenantlint import Rule, Verdict
from tenantlint.coverage import Coverage
from tenantlint.rule_files.folder import read_folder
from tenantlint.testing import run

HEAD = """\
id: acme-rule
on: virtual_machines
level: warning
title: VMs must be right
source: {title: Guide, date: 2026-01-01, url: 'https://example.test/guide'}
"""
PROFILE = {"storageProfile": {"dataDisks": [{"lun": 1, "size": 5}, {"lun": 2}]}, "timeCreated": None}


def rule(tmp_path: Path, text: str) -> Rule:
    (tmp_path / "acme-rule.yaml").write_text(HEAD + text, "utf-8")
    return read_folder(tmp_path / "acme-rule.yaml", "acme", "acme-rule.yaml").rules[0]


def judged(tmp_path: Path, text: str, settings: dict[str, Any] | None = None, **row: object) -> Verdict:
    vm: dict[str, Any] = {
        "id": "/subscriptions/s/x",
        "subscriptionId": "s",
        "location": "west",
        "properties": PROFILE,
        **row,
    }
    (verdict,) = run(rule(tmp_path, text), {"virtual_machines": [vm]}, settings=settings).values()
    return verdict


FEW = "length(properties.storageProfile.dataDisks) < `2`"
DISKS = f"require: {FEW}\nmessage: has {{length(properties.storageProfile.dataDisks)}}\n"


def test_what_is_required_and_not_so_is_a_violation_with_the_values_that_decided(tmp_path: Path) -> None:
    (violation,) = judged(tmp_path, DISKS).violations

    assert (violation.message, violation.level, violation.part) == ("has 2", "warning", "")
    assert violation.evidence == {"properties.storageProfile.dataDisks": PROFILE["storageProfile"]["dataDisks"]}  # type: ignore[index]  # it is there


def test_what_is_so_is_compliant(tmp_path: Path) -> None:
    assert judged(tmp_path, DISKS.replace("`2`", "`3`")).outcome == "compliant"


def test_of_what_it_does_not_speak_it_says_so_whatever_is_missing_of_the_rest(tmp_path: Path) -> None:
    verdict = judged(tmp_path, f"when: location == 'east'\n{DISKS}", properties=None)

    assert verdict.outcome == "not-applicable"
    assert verdict.message == "the rule is for those only of which holds: location == 'east'"


@pytest.mark.parametrize(
    ("properties", "path"),
    [
        (None, "properties.storageProfile.dataDisks"),
        ({}, "properties.storageProfile.dataDisks"),
        ({"storageProfile": None}, "properties.storageProfile.dataDisks"),
        ({"storageProfile": {"dataDisks": None}}, "properties.storageProfile.dataDisks"),
        ({"storageProfile": "text"}, "properties.storageProfile.dataDisks"),
        ({"storageProfile": {"dataDisks": 7}}, "properties.storageProfile.dataDisks"),
    ],
)
@pytest.mark.parametrize("text", [DISKS, DISKS.replace(FEW, f'"!({FEW})"')])
def test_what_is_absent_or_of_another_type_is_unknown(tmp_path: Path, properties: object, path: str, text: str) -> None:
    verdict = judged(tmp_path, text, properties=properties)

    assert (verdict.outcome, verdict.cause) == ("not-evaluable", "absent")
    assert path in verdict.message


def test_when_is_as_strict(tmp_path: Path) -> None:
    verdict = judged(tmp_path, f"when: tags.env == 'prod'\n{DISKS}", tags=None)

    assert (verdict.cause, verdict.message) == ("absent", "has no usable value at tags.env")


DEFAULT = "require: tags.owner != ''\nmessage: has no owner\ndefaults: {tags.owner: ''}\n"


@pytest.mark.parametrize(
    ("tags", "outcome"),
    [
        ({}, "violation"),
        ({"owner": None}, "violation"),
        ({"owner": "x"}, "compliant"),
        (None, "not-evaluable"),
        ("text", "not-evaluable"),
    ],
)
def test_a_default_stands_for_a_leaf_and_not_for_what_holds_it(tmp_path: Path, tags: object, outcome: str) -> None:
    assert judged(tmp_path, DEFAULT, tags=tags).outcome == outcome


def test_a_default_leaves_the_row_to_other_rules_as_it_was(tmp_path: Path) -> None:
    both = "require: tags.owner != '' && length(keys(tags)) == `2`\nmessage: x\ndefaults: {tags.owner: ''}\n"
    tags = {"env": "prod"}
    judged(tmp_path, both, tags=tags)

    assert tags == {"env": "prod"}


def test_a_default_may_stand_for_a_column(tmp_path: Path) -> None:
    assert (
        judged(tmp_path, "require: location == 'none'\nmessage: x\ndefaults: {location: none}\n", location=None).outcome
        == "compliant"
    )


def test_an_expression_may_say_itself_what_absence_means(tmp_path: Path) -> None:
    text = "require: (tags.owner || 'nobody') == 'nobody'\nmessage: x\n"

    assert judged(tmp_path, text, tags={}).outcome == "compliant"
    assert judged(tmp_path, text, tags={"owner": "me"}).outcome == "violation"


@pytest.mark.parametrize(("key", "said"), [("require", "its require gives"), ("when", "its when gives")])
@pytest.mark.parametrize("value", ["location", "properties.storageProfile.dataDisks", "length(location)"])
def test_what_is_neither_true_nor_false_is_an_error_of_the_rule(
    tmp_path: Path, key: str, said: str, value: str
) -> None:
    other = "require: location == 'west'\n" if key == "when" else ""
    verdict = judged(tmp_path, f"{other}{key}: {value}\nmessage: x\n")

    assert (verdict.outcome, verdict.cause) == ("not-evaluable", "failed")
    assert said in verdict.message


def test_a_threshold_is_the_rules_own_until_the_user_sets_it(tmp_path: Path) -> None:
    text = DISKS.replace("`2`", "thresholds.disks") + "thresholds: {disks: 2}\n"

    assert judged(tmp_path, text).outcome == "violation"
    assert judged(tmp_path, text, {"disks": 3}).outcome == "compliant"
    assert list(judged(tmp_path, text).violations[0].evidence) == ["properties.storageProfile.dataDisks"]


def test_a_message_shows_nothing_for_what_is_not_there(tmp_path: Path) -> None:
    text = "require: location == 'east'\nmessage: is in {location}, owned by {tags.owner}, of {length(tags.owner)}\n"

    assert judged(tmp_path, text, tags={}).message == "is in west, owned by nothing, of nothing"


def test_a_table_that_was_not_read_is_unread(tmp_path: Path) -> None:
    missing = run(
        rule(tmp_path, DISKS), {}, missing={"virtual_machines": "no permission"}, coverage=Coverage(frozenset())
    )

    assert missing == {}


def test_a_row_is_not_changed_by_what_a_default_puts_beside_it(tmp_path: Path) -> None:
    text = "require: tags.env == 'prod' && tags.owner == 'none'\nmessage: x\ndefaults: {tags.owner: none}\n"

    assert judged(tmp_path, text, tags={"env": "prod"}).outcome == "compliant"
    assert judged(tmp_path, text, tags={"env": "prod", "owner": "me"}).outcome == "violation"


def test_an_index_is_part_of_what_has_to_be_there(tmp_path: Path) -> None:
    text = "require: properties.storageProfile.dataDisks[1].lun == `2`\nmessage: x\n"

    assert judged(tmp_path, text).outcome == "compliant"
    fewer = judged(tmp_path, text, properties={"storageProfile": {"dataDisks": [{"lun": 2}]}})
    assert (fewer.cause, fewer.message) == (
        "absent",
        "has no usable value at properties.storageProfile.dataDisks[1].lun",
    )


def test_what_compares_numbers_with_text_is_absent(tmp_path: Path) -> None:
    assert judged(tmp_path, "require: location > `3`\nmessage: x\n").cause == "absent"


SIZES = "length(properties.storageProfile.dataDisks[?size > `4`]) == `1`"


def test_what_an_element_lacks_is_unknown_by_name_until_a_default_says_what_it_means(tmp_path: Path) -> None:
    path = "properties.storageProfile.dataDisks[].size"
    text = f"require: {SIZES}\nmessage: x\n"
    verdict = judged(tmp_path, text)

    assert (verdict.cause, verdict.message) == ("absent", f"has no usable value at {path}")
    assert judged(tmp_path, f"{text}defaults: {{'{path}': 0}}\n").outcome == "compliant"
    assert judged(tmp_path, f"{text}defaults: {{'{path}': 9}}\n").outcome == "violation"
    assert "size" not in PROFILE["storageProfile"]["dataDisks"][1]  # type: ignore[index]  # it is there


@pytest.mark.parametrize("disks", [[None], ["text"], [7, {"size": 9}], None, {"size": 1}])
def test_a_default_stands_in_elements_that_are_objects_only(tmp_path: Path, disks: object) -> None:
    text = f"require: {SIZES}\nmessage: x\ndefaults: {{'properties.storageProfile.dataDisks[].size': 0}}\n"

    assert judged(tmp_path, text, properties={"storageProfile": {"dataDisks": disks}}).cause == "absent"


def test_elements_of_lists_in_lists_have_defaults_too(tmp_path: Path) -> None:
    disks = "properties.storageProfile.dataDisks[]"
    text = f"require: length({disks}.b[?c.d == 'x'][]) == `2`\nmessage: x\ndefaults: {{'{disks}.b[].c.d': x}}\n"
    rows = [{"b": [{"c": {}}]}, {"b": [{"c": {"d": "x"}}, {"c": {"d": "y"}}]}]

    def outcome(held: object) -> str:
        return judged(tmp_path, text, properties={"storageProfile": {"dataDisks": held}}).outcome

    assert [outcome(rows), outcome([rows]), outcome([*rows, {"b": [{}]}])] == [
        "compliant",
        "compliant",
        "not-evaluable",
    ]


def test_evidence_shows_lists_once(tmp_path: Path) -> None:
    text = "require: length(properties.storageProfile.dataDisks[?lun == `1`]) == `0`\nmessage: x\n"

    assert list(judged(tmp_path, text).violations[0].evidence) == ["properties.storageProfile.dataDisks"]


def test_what_decides_without_what_is_absent_is_a_verdict(tmp_path: Path) -> None:
    text = "require: properties.priority == 'a' || location != 'nowhere'\nmessage: x\n"

    assert judged(tmp_path, text).outcome == "compliant"
    assert judged(tmp_path, text, location="nowhere").cause == "absent"
    assert judged(tmp_path, text.replace("||", "&&"), location="nowhere").outcome == "violation"
