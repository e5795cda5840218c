"""Cases files: what they hold, what holds them, and what is said of one that is misread or not kept."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from tenantlint.catalog import Catalog
from tenantlint.errors import ConfigError, UsageError
from tenantlint.testing import Row, a_protected_item, a_vault, a_vm
from tenantlint.testing.cases import Case, cases_in, read_cases
from tenantlint.testing.odd_values import with_odd_values
from tenantlint.testing.projecting import installed
from tests.makers import make_rule, row

DISKS = "too-many-data-disks"
BIG = a_vm("big", **{"properties.storageProfile.dataDisks": [{"lun": lun} for lun in range(33)]})
ENTRY: dict[str, Any] = {
    "case": "33 disks",
    "tables": {"virtual_machines": [BIG]},
    "expect": {BIG["id"]: {"verdict": "violation", "level": "error", "says": ["33 data disks"]}},
}
Written = Callable[..., list[Case]]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Return a function that writes a file of cases of a rule, and reads it."""

    def write(*entries: object, rule: str = DISKS) -> list[Case]:
        file = tmp_path / rule / "cases.json"
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(orjson.dumps(entries))
        return read_cases(file)

    return write


def test_a_case_that_is_kept_gives_what_was_said(written: Written) -> None:
    (case,) = written(ENTRY)

    assert str(case) == "too-many-data-disks: 33 disks"
    assert case.check()[BIG["id"]].level == "error"


@pytest.mark.parametrize(
    "expected",
    [
        {"verdict": "compliant"},
        {"verdict": "violation", "level": "warning"},
        {"verdict": "violation", "level": "error", "parts": ["x"]},
        {"verdict": "violation", "level": "error", "says": ["34 data disks"]},
        {"verdict": "not-evaluable", "cause": "absent"},
    ],
)
def test_a_case_that_is_not_kept_tells_which_and_what_was_said(expected: Row, written: Written) -> None:
    (case,) = written({**ENTRY, "expect": {BIG["id"]: expected}})

    with pytest.raises(AssertionError, match="too-many-data-disks: 33 disks") as raised:
        case.check()
    assert "has 33 data disks" in str(raised.value)


def test_every_resource_must_be_expected(written: Written) -> None:
    (case,) = written({**ENTRY, "tables": {"virtual_machines": [BIG, a_vm()]}})

    with pytest.raises(AssertionError, match=r"vm-1\n  expected: nothing\n  said: compliant"):
        case.check()


def test_resources_are_judged_by_way_of_the_queries(written: Written) -> None:
    vm, vault = a_vm(), a_vault()
    resources = [vm, vault, a_protected_item(of=vm, in_=vault, vmId="what no service gives")]
    (kept,) = written(
        {"case": "c", "resources": resources, "expect": {vm["id"]: {"verdict": "compliant"}}}, rule="unprotected-vm"
    )
    lost = {"case": "c", "resources": resources[:2], "missing": {"RecoveryServicesResources": "denied"}}
    (unread,) = written(
        {**lost, "expect": {vm["id"]: {"verdict": "not-evaluable", "cause": "unread"}}}, rule="unprotected-vm"
    )

    kept.check()
    unread.check()


@pytest.mark.parametrize("key", ["tables", "resources"])
def test_settings_edition_and_clock_are_the_cases_own(key: str, written: Written) -> None:
    rows: dict[str, object] = {"tables": {"virtual_machines": [BIG]}, "resources": [BIG]}
    said = {"verdict": "violation", "level": "error"}
    entry = {"case": "c", key: rows[key], "expect": {BIG["id"]: said}, "edition": "2018-12"}
    (old, loose) = written(
        {**entry, "expect": {BIG["id"]: {**said, "says": ["up to 16"]}}},
        {**entry, "settings": {"data_disks": 40}, "expect": {BIG["id"]: {"verdict": "compliant"}}},
    )

    old.check()
    loose.check()


def test_a_setting_that_the_rule_does_not_have(written: Written) -> None:
    (of_table, of_copy) = written(
        {**ENTRY, "settings": {"disks": 1}},
        {**{key: ENTRY[key] for key in ("case", "expect")}, "resources": [BIG], "settings": {"disks": 1}},
    )

    with pytest.raises(UsageError, match="there is no setting 'disks'"):
        of_table.check()
    with pytest.raises(ConfigError, match="no key 'disks'"):
        of_copy.check()


def test_the_catalog_may_be_another(written: Written) -> None:
    rule = make_rule(lambda vm, _: vm.compliant(), "acme-any", on="virtual_machines")
    (case,) = written({**ENTRY, "expect": {BIG["id"]: {"verdict": "compliant"}}}, rule="acme-any")

    case.check(catalog=Catalog(tables=installed().tables, rules={"acme-any": rule}))
    case.check(rule)
    with pytest.raises(UsageError, match="there is no rule 'acme-any'"):
        case.check()


def test_a_rule_must_bear_any_value(written: Written) -> None:
    def judge(vm: Any, _: object) -> Any:  # noqa: ANN401 - as a careless author would
        return vm.violation(f"has {len(vm.find('properties.storageProfile.dataDisks'))} disks", level="error")

    (case,) = written(ENTRY, rule="acme-careless")
    careless = make_rule(judge, "acme-careless", on="virtual_machines")
    with pytest.raises(AssertionError, match="TypeError"):
        case.check_odd_values(catalog=Catalog(tables=installed().tables, rules={"acme-careless": careless}))
    written(ENTRY)[0].check_odd_values()


def test_every_value_at_any_depth_is_made_odd_but_no_id() -> None:
    tables = {"machines": [row("machines", "m", tags={"a": [1]})], "parts": [row("parts", "p")]}
    odd = list(with_odd_values(tables))

    assert {len(each["machines"]) for each in odd} == {1}
    assert [each["machines"][0]["id"] for each in odd] == [tables["machines"][0]["id"]] * len(odd)
    assert all(sum(each[name] != tables[name] for name in tables) <= 1 for each in odd)
    tags = [each["machines"][0]["tags"] for each in odd]
    assert {"a": ["odd"]} in tags
    assert {"a": None} in tags
    assert {"a": [{"odd": None}]} in tags
    assert "" in tags


def test_the_cases_of_a_folder_are_by_rule(tmp_path: Path) -> None:
    for rule in ("b-rule", "a-rule"):
        (tmp_path / "deep" / rule).mkdir(parents=True)
        (tmp_path / "deep" / rule / "cases.json").write_bytes(orjson.dumps([ENTRY]))

    assert [case.rule for case in cases_in(tmp_path)] == ["a-rule", "b-rule"]
    assert cases_in(str(tmp_path)) == cases_in(tmp_path)
    with pytest.raises(UsageError, match=r"no cases\.json beneath"):
        cases_in(tmp_path / "deep" / "empty")


VERDICT = {"verdict": "compliant"}


@pytest.mark.parametrize(
    ("entry", "message", "hint"),
    [
        (7, "case 1 is an object, not 7", ""),
        ({**ENTRY, "tabels": {}}, "case 1 has no key 'tabels'", "did you mean 'tables'?"),
        ({**ENTRY, "tables": []}, "case 1 ('33 disks'): 'tables' is an object of rows by table, not []", ""),
        ({**ENTRY, "unread": {}}, "case 1 ('33 disks'): 'unread' is a list of what was not read, not {}", ""),
        ({**ENTRY, "case": 7}, "case 1: 'case' is text, not 7", ""),
        ({"tables": {}, "expect": {}}, "case 1 has no 'case'", ""),
        ({"case": "c", "tables": {}}, "case 1 ('c') has no 'expect'", ""),
        ({"case": "c", "expect": {}}, "case 1 ('c') has either 'tables'", ""),
        ({**ENTRY, "resources": []}, "case 1 ('33 disks') has either 'tables'", ""),
        ({**ENTRY, "tables": {"virtual_machines": {}}}, "table 'virtual_machines' is a list of rows, not {}", ""),
        ({**ENTRY, "tables": {"virtual_machines": [7]}}, "table 'virtual_machines' is a list of rows, not [7]", ""),
        ({**ENTRY, "now": "soon"}, "case 1 ('33 disks'): 'now' is a moment such as", ""),
        ({**ENTRY, "now": "2026-01-01"}, "case 1 ('33 disks'): 'now' is a moment such as", ""),
        ({**ENTRY, "unread": [{"reson": "x"}]}, "an entry of 'unread' has no key 'reson'", "'reason'"),
        ({**ENTRY, "unread": [{"table": "x"}]}, "an entry of 'unread' has no 'reason'", ""),
        ({**ENTRY, "expect": {"x": "compliant"}}, "case 1 ('33 disks'), x is an object, not 'compliant'", ""),
        ({**ENTRY, "expect": {"x": {}}}, "case 1 ('33 disks'), x has no 'verdict'", ""),
        ({**ENTRY, "expect": {"x": {"verdict": "complient"}}}, "'verdict' is 'complient'", "did you mean 'compliant'?"),
        ({**ENTRY, "expect": {"x": {"verdict": []}}}, "'verdict' is []", ""),
        ({**ENTRY, "expect": {"x": {**VERDICT, "cause": "unred"}}}, "'cause' is 'unred'", "did you mean 'unread'?"),
        ({**ENTRY, "expect": {"x": {**VERDICT, "level": "high"}}}, "'level' is 'high'", ""),
        ({**ENTRY, "expect": {"x": {**VERDICT, "say": []}}}, "x has no key 'say'", "did you mean 'says'?"),
        ({**ENTRY, "expect": {"x": {**VERDICT, "says": "x"}}}, "'says' is a list of texts, not 'x'", ""),
        ({**ENTRY, "expect": {"x": {**VERDICT, "parts": [1]}}}, "'parts' is a list of texts, not [1]", ""),
    ],
)
def test_a_case_that_would_be_misread_is_refused(entry: object, message: str, hint: str, written: Written) -> None:
    with pytest.raises(UsageError) as raised:
        written(entry)

    assert "cases.json, case 1" in str(raised.value)
    assert message in str(raised.value)
    assert hint in raised.value.hint


@pytest.mark.parametrize(
    ("text", "message"), [("{", "is not JSON"), ("{}", "no list of cases"), ("[]", "no list of cases")]
)
def test_a_file_that_holds_no_cases_is_refused(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "cases.json").write_text(text, "utf-8")

    with pytest.raises(UsageError, match=message):
        read_cases(tmp_path / "cases.json")
    with pytest.raises(UsageError, match="cannot read"):
        read_cases(tmp_path / "none.json")


def test_no_cases_are_an_error_unless_there_may_be_none(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"there is no cases.json beneath"):
        cases_in(tmp_path)
    assert cases_in(tmp_path, may_be_none=True) == []
