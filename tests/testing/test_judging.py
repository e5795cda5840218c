"""A tenant copy judged by chosen rules, as a scan judges it."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tenantlint.errors import ConfigError, UsageError
from tenantlint.testing import CopyOf, Judge, Judged, a_protected_item, a_vault, a_vm, judge_copy
from tests.commands import run
from tests.makers import make_rule

BIG = {"properties.storageProfile.dataDisks": [{"lun": lun} for lun in range(17)]}
DISKS = "too-many-data-disks"


def test_verdicts_are_by_rule_and_id(judge: Judge) -> None:
    small, big = a_vm("small"), a_vm("big", **BIG)
    judged = judge([small, big, a_vault(), a_protected_item(of=small)], DISKS, "unprotected-vm")

    assert list(judged.verdicts) == [DISKS, "unprotected-vm"]
    assert {id_: verdict.outcome for id_, verdict in judged.verdicts[DISKS].items()} == {
        small["id"]: "compliant",
        big["id"]: "violation",
    }
    assert list(judged.violations("unprotected-vm")) == [big["id"]]
    assert judged.violations(DISKS)[big["id"]][0].startswith("has 17 data disks")
    assert judged.summary.tallies[DISKS].outcomes == {"compliant": 1, "violation": 1}


def test_no_rules_are_all_that_judge_by_default(judge: Judge, demo_tenant: Path, tmp_path: Path) -> None:
    ended = run("scan", "--demo", "--report", f"json={tmp_path / 'all.jsonl'}", cwd=tmp_path)
    scanned = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text("utf-8").splitlines()]
    judged = judge(demo_tenant)

    assert ended.code == 1
    assert {(rule, id_, each.outcome) for rule, said in judged.verdicts.items() for id_, each in said.items()} == {
        (each["rule"], each["resource"], each["verdict"]) for each in scanned
    }
    assert judged.report("json") == (tmp_path / "all.jsonl").read_text("utf-8")


def test_a_rule_that_no_plugin_has(judge: Judge) -> None:
    rule = make_rule(lambda vm, _: vm.violation("is one", level="note"), "acme-none", on="virtual_machines")
    judged = judge([a_vm()], rule)

    assert judged.violations("acme-none") == {a_vm()["id"]: ["is one"]}
    assert "acme-none" in judged.report("text")
    assert "acme-none" in judged.report("sarif")


def test_settings_the_edition_and_the_clock_are_the_tests(judge: Judge, copy_of: CopyOf) -> None:
    copy = copy_of(a_vm("big", **BIG), now=datetime(2026, 1, 2, tzinfo=UTC))
    (default,) = judge(copy, DISKS).verdicts[DISKS].values()
    settings = {"rules": {DISKS: {"data_disks": 3, "level": "note"}}}
    (noted,) = judge(copy, DISKS, settings=settings).verdicts[DISKS].values()
    (old,) = judge(copy, DISKS, edition="2018-12").verdicts[DISKS].values()

    assert (default.level, noted.level, old.level) == ("warning", "note", "error")
    assert "as of 2026-01-02 00:00 UTC" in judge(copy, DISKS).report("text")
    assert "as of 2027-03-04 05:06 UTC" in judge(copy, DISKS, now=datetime(2027, 3, 4, 5, 6, tzinfo=UTC)).report("text")


@pytest.mark.parametrize(
    ("rule", "settings", "error", "message"),
    [
        ("too-many-disks", {}, UsageError, "there is no rule 'too-many-disks'"),
        (DISKS, {"rules": {DISKS: {"disks": 3}}}, ConfigError, "has no key 'disks'"),
        (DISKS, {"rule": {}}, ConfigError, "has no key 'rule'"),
    ],
)
def test_what_is_not_there_is_an_error(
    rule: str, settings: dict[str, object], error: type[Exception], message: str, judge: Judge
) -> None:
    with pytest.raises(error, match=message):
        judge([a_vm()], rule, settings=settings)


def test_a_format_that_is_not_there_is_an_error(judge: Judge) -> None:
    with pytest.raises(UsageError, match="there is no report format 'saruf'") as raised:
        judge([a_vm()], DISKS).report("saruf")
    assert raised.value.hint == "did you mean 'sarif'?"


def test_what_was_not_captured_is_unread_and_never_compliant(judge: Judge, copy_of: CopyOf) -> None:
    judged = judge(copy_of(a_vm(), missing=["RecoveryServicesResources"]), "unprotected-vm")

    assert [verdict.cause for verdict in judged.verdicts["unprotected-vm"].values()] == ["unread"]
    assert judged.summary.incomplete


def test_a_golden_report_is_the_same_on_another_day(copy_of: CopyOf, tmp_path: Path) -> None:
    def judged(day: int) -> Judged:
        copy = copy_of(a_vm("big", **BIG), now=datetime(2026, 1, day, 3, 4, 5, 678, tzinfo=UTC))
        return judge_copy(copy, tmp_path / str(day), DISKS)

    first, second = judged(1), judged(2)
    for format_ in ("text", "sarif", "sarif-full", "json", "csv", "markdown", "junit"):
        assert first.golden(format_) == second.golden(format_), format_
        assert "big" in first.golden(format_)
    assert first.report("sarif") != second.report("sarif")


def test_the_snapshot_is_a_new_folder(tmp_path: Path, demo_tenant: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "file").touch()

    with pytest.raises(UsageError, match="exists already"):
        judge_copy(demo_tenant, tmp_path / "there", DISKS)
