"""`tenantlint check`: judges a kept snapshot again, and trusts it only as far as its hashes go."""

import shutil
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from tests.cli.conftest import Call
from tests.commands import run

ONE = ["--rule", "too-many-data-disks"]


@pytest.fixture
def kept(snapshot: Path, tmp_path: Path) -> Path:
    return shutil.copytree(snapshot, tmp_path / "kept")


def test_a_kept_snapshot_is_judged_in_a_process_of_its_own(snapshot: Path) -> None:
    ended = run("check", snapshot, *ONE)

    assert (ended.code, ended.err) == (1, "")
    assert ended.out.startswith("tenant copy copy, 2 subscriptions, as of 2026-11-20 02:00 UTC\n")
    assert "3 verdicts of 1 rule;" in ended.out


def test_a_snapshot_without_findings_ends_with_0(check: Call) -> None:
    assert check("--rule", "write-accelerator-disks").code == 0


def test_a_folder_that_is_not_there_ends_with_2(tmp_path: Path) -> None:
    ended = run("check", "nowhere", cwd=tmp_path)

    assert (ended.code, ended.out) == (2, "")
    assert ended.err == "error: nowhere is not a complete snapshot: it has no readable manifest.json\n"


def test_a_tenant_copy_is_no_snapshot(tenant: Path, call: Call) -> None:
    ended = call("check", tenant)

    assert ended.code == 2
    assert "is not a complete snapshot" in ended.err


def test_a_file_that_was_altered_is_not_judged(kept: Path, call: Call) -> None:
    file = next(kept.glob("tables/virtual_machines/*.parquet"))
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    ended = call("check", kept, *ONE)

    assert (ended.code, ended.out) == (2, "")
    assert "is not what was collected" in ended.err


def test_a_file_that_is_missing_is_told(kept: Path, call: Call) -> None:
    next(kept.glob("tables/virtual_machines/*.parquet")).unlink()
    ended = call("check", kept, *ONE)

    assert (ended.code, ended.out) == (2, "")
    assert "is missing from the snapshot" in ended.err


def test_a_rule_that_wants_more_than_an_old_snapshot_holds_makes_it_incomplete(
    tenant: Path, call: Call, tmp_path: Path
) -> None:
    assert call("scan", "--graph", tenant, *ONE, "--snapshot", "small").code == 1
    ended = call("check", tmp_path / "small", "--rule", "unprotected-vm", "--report", "json=-")

    lines = [orjson.loads(line) for line in ended.out.splitlines()]
    assert ended.code == 3
    assert {(line["verdict"], line["cause"]) for line in lines} == {("not-evaluable", "unread")}
    assert "this snapshot does not hold table 'protected_items'" in lines[0]["message"]


def test_a_new_rule_can_judge_an_old_snapshot(snapshot: Path, call: Call, rule_file: Callable[..., Path]) -> None:
    ended = call(
        "check",
        snapshot,
        "--plugin",
        rule_file("return vm.violation('is there', level='note')"),
        "--rule",
        "acme-small",
    )

    assert ended.code == 0
    assert ended.out.count("is there.") == 3


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("sarif=night.sarif", "sarif-full=night-2.sarif"),
        ("sarif=night.sarif", "json=./night-17.sarif"),
        ("sarif-full=night.sarif", "sarif=night-part2.sarif"),
    ],
)
def test_no_report_goes_where_another_may_need_a_further_file(check: Call, first: str, second: str) -> None:
    for reports in ((first, second), (second, first)):
        ended = check(*(f"--report={report}" for report in reports))
        assert ended.code == 2
        assert f"may be needed for a further file of {first.partition('=')[2]}\n" in ended.err


def test_reports_whose_names_only_look_alike_are_written(check: Call, tmp_path: Path) -> None:
    names = {
        "sarif": "a.sarif",
        "sarif-full": "a-1.sarif",
        "json": "a-02.sarif",
        "csv": "a-2.csv",
        "junit": "a-part2.sarif",
    }
    assert check("--baseline=none", *(f"--report={kind}={name}" for kind, name in names.items())).code == 1

    assert {entry.name for entry in tmp_path.iterdir()} >= set(names.values())
