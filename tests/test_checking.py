"""From a snapshot to reports: all of them or, where something goes wrong, none that is half written."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Literal

import pytest

from tenantlint.checking import Target, check, subscription_names
from tenantlint.errors import UsageError
from tenantlint.reports import Scan
from tenantlint.reports.json import JsonReport
from tenantlint.reports.sarif import SarifReport
from tenantlint.reports.text import TextReport
from tenantlint.results import Judgement, Summary
from tenantlint.settings import Settings
from tenantlint.snapshot import Snapshot, SnapshotReader
from tests.tenant_copies import TABLES, catalog, subscription, subscription_row, take_snapshot, vm_row, write_copy

NOW = datetime(2026, 12, 1, 9, tzinfo=timezone(timedelta(hours=9)))
RULES = catalog().select(["too-many-data-disks", "unprotected-vm"])
When = Literal["open", "add", "finish", "never"]


@dataclass
class Breaking:
    """A report of a plugin that breaks at some point; it keeps what it was given."""

    when: When
    name: str = "breaking"
    description: str = "Breaks."
    everything: bool = False
    module: str = __name__
    scans: list[Scan] = field(default_factory=list)
    given: list[Judgement] = field(default_factory=list)
    discarded: int = 0

    def _at(self, now: When) -> None:
        if now == self.when:
            raise KeyboardInterrupt

    def open(self, path: Path | None, scan: Scan) -> "Breaking":
        del path
        self._at("open")
        self.scans.append(scan)
        return self

    def add(self, judgements: Sequence[Judgement]) -> None:
        self._at("add")
        self.given += judgements

    def finish(self, summary: Summary) -> list[str]:
        self._at("finish")
        return [f"{len(summary.tallies)} rules"]

    def discard(self) -> None:
        self.discarded += 1


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("checking")
    rows = {
        "Resources": [vm_row(1, "web", disks=33), vm_row(1, "db")],
        "ResourceContainers": [{**subscription_row(1, "Shop"), "subscriptionId": subscription(1).upper()}],
    }
    return take_snapshot(write_copy(folder / "copy", rows, subscriptions=[1]), folder / "snapshot", *RULES)


def judge(snapshot: Snapshot, *targets: Target) -> tuple[Summary, list[str]]:
    return check(snapshot, catalog(), RULES, targets, settings=Settings(), now=NOW)


def test_reports_are_written_and_tell_what_they_leave_out(snapshot: Snapshot, tmp_path: Path) -> None:
    report = Breaking("never")

    summary, notes = judge(snapshot, Target(JsonReport(), tmp_path / "v.jsonl"), Target(report, None))

    assert (len((tmp_path / "v.jsonl").read_bytes().splitlines()), len(report.given)) == (4, 4)
    assert notes == ["2 rules"]
    assert {rule: tally.total for rule, tally in summary.tallies.items()} == {
        "too-many-data-disks": 2,
        "unprotected-vm": 2,
    }


def test_a_report_that_wants_no_more_gets_violations_and_failures_only(snapshot: Snapshot) -> None:
    report = Breaking("never")
    judge(snapshot, Target(report, None))

    assert [judgement.verdict.outcome for judgement in report.given] == ["violation"] * 3
    assert report.discarded == 0


def test_a_report_knows_the_moment_in_utc_and_the_names_of_subscriptions(snapshot: Snapshot) -> None:
    report = Breaking("never")
    judge(snapshot, Target(report, None))

    (scan,) = report.scans
    assert (scan.now, scan.now.tzinfo) == (datetime(2026, 12, 1, 0, tzinfo=UTC), UTC)
    assert scan.subscriptions == {subscription(1): "Shop"}
    assert [rule.id for rule in scan.rules] == ["too-many-data-disks", "unprotected-vm"]


@pytest.mark.parametrize("when", ["open", "add", "finish"])
def test_where_a_report_breaks_no_other_is_left_half_written(when: When, snapshot: Snapshot, tmp_path: Path) -> None:
    report = Breaking(when)
    others = [Target(TextReport(), tmp_path / "report.txt"), Target(SarifReport(), tmp_path / "x.sarif")]
    for target in others:
        assert target.path
        target.path.write_text("older")

    with pytest.raises(KeyboardInterrupt):
        judge(snapshot, Target(report, None), *others)

    assert {entry.name: entry.read_text() for entry in tmp_path.iterdir()} == dict.fromkeys(
        ["report.txt", "x.sarif"], "older"
    )
    assert report.discarded == (when != "open")


def test_a_report_that_cannot_be_opened_takes_those_before_it_with_it(snapshot: Snapshot, tmp_path: Path) -> None:
    first, broken = Target(JsonReport(), tmp_path / "v.jsonl"), Target(SarifReport(), tmp_path)

    with pytest.raises(UsageError, match="it is a folder"):
        judge(snapshot, first, broken)

    assert list(tmp_path.iterdir()) == []


def test_progress_is_told_and_ends_before_a_report_is_written(snapshot: Snapshot) -> None:
    told: list[str] = []
    report = Breaking("finish")
    with pytest.raises(KeyboardInterrupt):
        check(snapshot, catalog(), RULES, [Target(report, None)], settings=Settings(), now=NOW, progress=told.append)

    assert told == ["judging", ""]


def names_in(copy: Path, folder: Path) -> dict[str, str]:
    with SnapshotReader(take_snapshot(copy, folder)) as reader:
        return subscription_names(reader)


def test_a_subscription_without_a_name_is_called_by_its_id(tmp_path: Path) -> None:
    rows = {"ResourceContainers": [{**subscription_row(1), "name": None}, subscription_row(2, "")]}
    copy = write_copy(tmp_path / "copy", rows, subscriptions=[1, 2])

    assert names_in(copy, tmp_path / "snapshot") == {subscription(1): subscription(1), subscription(2): subscription(2)}


def test_where_subscriptions_were_not_captured_none_has_a_name(tmp_path: Path) -> None:
    tables = [table for table in TABLES if table != "ResourceContainers"]
    copy = write_copy(tmp_path / "copy", {}, subscriptions=[1], tables=tables)

    assert names_in(copy, tmp_path / "snapshot") == {}
