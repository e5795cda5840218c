"""Rules that judge apart are rules like any other: settings, exclusions, waivers, baselines and reports know them."""

import json
from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Call
from tests.tenant_copies import subscription

RuleFile = Callable[..., Path]
VMS = 3


def verdicts(report: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in report.read_text("utf-8").splitlines()]


def test_a_rule_that_is_stopped_makes_the_scan_incomplete_and_every_report_says_why(
    check: Call, rule_file: RuleFile, tmp_path: Path
) -> None:
    (tmp_path / "tenantlint.toml").write_text("[isolation]\nseconds = 0.5\n")
    choices = ["--plugin", rule_file("while True: pass"), "--rule", "acme-small", "--rule", "too-many-data-disks"]
    reports = [f"--report={name}={name}.out" for name in ("sarif-full", "json", "markdown", "junit", "csv")]
    ended = check(*choices, *reports)
    why = "it took longer than 0.5 s for one partition"

    assert ended.code == 3
    assert ended.out.count(f"acme-small: {VMS} resources could not be judged because the rule was stopped: {why}") == 1
    assert ended.err.count(f"note: rule 'acme-small' was stopped in 1 of 1 partitions: {why}\n") == 1
    for name in ("sarif-full", "json", "markdown", "junit"):
        assert why in (tmp_path / f"{name}.out").read_text("utf-8"), name
    lines = verdicts(tmp_path / "json.out")
    assert [line["cause"] for line in lines if line["rule"] == "acme-small"] == ["failed"] * VMS
    assert {line["cause"] for line in lines if line["rule"] != "acme-small"} == {None}
    notifications = [
        said
        for run in json.loads((tmp_path / "sarif-full.out").read_text("utf-8"))["runs"]
        for said in run["invocations"][0]["toolExecutionNotifications"]
    ]
    assert any(why in said["message"]["text"] and said["level"] == "error" for said in notifications)


def test_what_a_rule_prints_is_a_note_and_in_no_report(check: Call, rule_file: RuleFile) -> None:
    file = rule_file("print('\\x1b[31mhello'); return vm.compliant()")
    ended = check("--plugin", file, "--rule", "acme-small", "--report", "json=-")

    assert ended.code == 0
    assert [json.loads(line)["verdict"] for line in ended.out.splitlines()] == ["compliant"] * VMS
    assert (
        ended.err
        == "note: rule 'acme-small' printed 33 bytes, which are in no report; the first line: '\ufffd[31mhello'\n"
    )


def test_settings_exclusions_and_waivers_hold_for_a_rule_that_judges_apart(
    check: Call, rule_file: RuleFile, tmp_path: Path
) -> None:
    (tmp_path / "tenantlint.toml").write_text(
        '[rules.acme-small]\nlevel = "error"\n[[exclude]]\nreason = "is big"\nresources = ["*/big"]\n'
    )
    mid = f"/subscriptions/{subscription(1)}/resourceGroups/rg-Web/providers/Microsoft.Compute/virtualMachines/mid"
    (tmp_path / "waivers.toml").write_text(
        f'[[waiver]]\nrule = "acme-small"\nresource = "{mid}"\nreason = "known"\nowner = "Ann"\nexpires = 2026-12-01\n'
    )
    file = rule_file("return vm.violation('is there', level='note')")
    ended = check("--plugin", file, "--rule", "acme-small", "--report", "json=v.jsonl")
    by_name = {line["resource"].rpartition("/")[2]: line for line in verdicts(tmp_path / "v.jsonl")}

    assert ended.code == 1
    assert (by_name["big"]["verdict"], by_name["big"]["message"]) == (
        "not-applicable",
        "is left out by the settings: is big",
    )
    assert [by_name["mid"][key] for key in ("verdict", "level")] == ["violation", "error"]


def test_a_baseline_that_is_a_snapshot_is_judged_apart_as_well(
    check: Call, rule_file: RuleFile, snapshot: Path, tmp_path: Path
) -> None:
    file = rule_file(
        "import os\n    if vm.name == 'mid': os._exit(0)\n    return vm.violation('is there', level='note')"
    )
    ended = check("--plugin", file, "--rule", "acme-small", "--baseline", snapshot, "--report", "json=v.jsonl")

    assert ended.code == 3
    assert {line["cause"] for line in verdicts(tmp_path / "v.jsonl")} == {"failed"}

    fine = rule_file("return vm.violation('is there', level='note')")
    ended = check("--plugin", fine, "--rule", "acme-small", "--baseline", snapshot, "--fail-on", "new-note")
    assert ended.code == 0


def test_nights_that_are_compared_are_judged_apart(call: Call, rule_file: RuleFile, snapshot: Path) -> None:
    ended = call("diff", snapshot, snapshot, "--plugin", rule_file("import os; os._exit(0)"), "--rule", "acme-small")

    assert ended.code == 3
    assert "Traceback" not in ended.err
