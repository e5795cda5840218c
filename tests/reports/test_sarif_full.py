"""The archive: every verdict in one run, as a result of its kind."""

from collections import Counter
from pathlib import Path

import orjson
import pytest

from tenantlint.checking import Target, check
from tenantlint.model import CAUSES
from tenantlint.reports.sarif_full import SarifFullReport
from tenantlint.results import Problem
from tenantlint.settings import Settings
from tests.github_rules import problems
from tests.judgements import (
    LATER,
    compliant,
    not_applicable,
    read_log,
    results,
    scan,
    subject,
    summary_of,
    unknown,
    violates,
    write,
)
from tests.tenant_copies import catalog, subscription_row, take_snapshot, vm_row, write_copy

EVERYTHING = [
    compliant(subject("a")),
    not_applicable(subject("b")),
    *[unknown(subject(cause), cause) for cause in CAUSES],
    violates(subject("c"), "warning", "note"),
    compliant(subject("d", "s2")),
]


def test_every_verdict_is_a_result_of_its_kind_in_the_order_in_which_they_came(tmp_path: Path) -> None:
    assert write(SarifFullReport(), tmp_path / "x.sarif", scan(), EVERYTHING) == []

    log = read_log(tmp_path / "x.sarif")
    assert [(result["kind"], result["level"]) for result in results(log)] == [
        ("pass", "none"),
        ("notApplicable", "none"),
        *[("open", "none")] * 4,
        ("fail", "warning"),
        ("fail", "note"),
        ("pass", "none"),
    ]
    assert problems(log, "archive") == []


def test_there_is_one_run_for_the_whole_tenant_and_it_tells_what_was_not_read(tmp_path: Path) -> None:
    told = [Problem("unread", "subscription s3 was not read", "", "s3")]
    write(SarifFullReport(), tmp_path / "x.sarif", scan(), EVERYTHING, told)

    (run,) = read_log(tmp_path / "x.sarif")["runs"]
    (notification,) = run["invocations"][0]["toolExecutionNotifications"]
    assert run["automationDetails"]["id"] == "tenantlint/tenant-t1/20261201T123000Z"
    assert notification["message"]["text"] == "subscription s3 was not read"


def test_results_that_come_in_batches_of_any_size_make_one_array(tmp_path: Path) -> None:
    write(SarifFullReport(), tmp_path / "whole.sarif", scan(), EVERYTHING)
    writer = SarifFullReport().open(tmp_path / "parts.sarif", scan())
    for batch in ([], EVERYTHING[:1], [], EVERYTHING[1:3], EVERYTHING[3:]):
        writer.add(batch)
    writer.finish(summary_of(EVERYTHING))

    assert (tmp_path / "parts.sarif").read_bytes() == (tmp_path / "whole.sarif").read_bytes()


def test_a_scan_without_verdicts_has_a_run_without_results(tmp_path: Path) -> None:
    write(SarifFullReport(), tmp_path / "x.sarif", scan(), [])

    log = read_log(tmp_path / "x.sarif")
    assert [run["results"] for run in log["runs"]] == [[]]
    assert problems(log, "archive") == []


def test_what_is_discarded_leaves_nothing(tmp_path: Path) -> None:
    writer = SarifFullReport().open(tmp_path / "x.sarif", scan())
    writer.add(EVERYTHING)
    writer.discard()

    assert list(tmp_path.iterdir()) == []


def test_standard_output_gets_the_same_bytes(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    for path in (tmp_path / "x.sarif", None):
        write(SarifFullReport(), path, scan(), EVERYTHING)

    out = capfdbinary.readouterr().out
    assert out == (tmp_path / "x.sarif").read_bytes()
    assert orjson.loads(out)["runs"]


def test_each_rule_has_as_many_resources_as_the_manifest_has_rows(tmp_path: Path) -> None:
    vms = [vm_row(1 + number % 3, f"vm-{number}", disks=number) for number in range(40)]
    rows = {"Resources": vms, "ResourceContainers": [subscription_row(number) for number in (1, 2, 3)]}
    rules = catalog().select(["no-vault-in-region", "too-many-data-disks", "unprotected-vm"])
    snapshot = take_snapshot(
        write_copy(tmp_path / "copy", rows, subscriptions=[1, 2, 3]), tmp_path / "snapshot", *rules
    )

    check(snapshot, catalog(), rules, [Target(SarifFullReport(), tmp_path / "x.sarif")], settings=Settings(), now=LATER)

    log = read_log(tmp_path / "x.sarif")
    judged = {(result["ruleId"], str(result["locations"])) for result in results(log)}
    assert Counter(rule for rule, _ in judged) == {rule.id: snapshot.manifest.tables[rule.on].rows for rule in rules}
    assert problems(log, "archive") == []
