"""Drift: where far fewer rows are left than an older snapshot had, nothing is concluded from what is not there."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
import pytest

from tenantlint import Context, Resource, Table, Verdict
from tenantlint.collect import collect
from tenantlint.coverage import Coverage, Unread
from tenantlint.drift import FEWEST_LOST, drift, gone, is_loss
from tenantlint.errors import SnapshotError, UsageError
from tenantlint.graph.copies import read_copy
from tenantlint.graph.local import LocalGraph
from tenantlint.problems import not_read
from tenantlint.snapshot import Snapshot, open_snapshot
from tests import tenant_copies
from tests.commands import Ended, run
from tests.makers import PARTS, TABLES, Row, collect_copy, judge_all, make_rule, row, write_copy

SINCE = "on 2026-11-20 02:00 UTC, which may be a mistake"
TYPED = Table("typed", "", None, "Resources\n| project id, type, subscriptionId\n| order by id asc\n")
BARE = Table("bare", "", None, "Resources\n| project id, name\n| order by id asc\n")


def machines(count: int, subscription: str = "s1") -> list[Row]:
    return [row("machines", f"m{number:02}", subscription) for number in range(count)]


def parts(count: int) -> list[Row]:
    """Return parts, in a subscription of their own, of machines in the subscription s1, which they spell S1."""
    owners = [str(machine["id"]) for machine in machines(count, "S1")]
    return [row("parts", f"p{n:02}", "s9", properties={"owner": owner}) for n, owner in enumerate(owners)]


def take(
    folder: Path, rows: Iterable[Row], tables: Sequence[Table] = TABLES, source: str = "Resources", **head: object
) -> Snapshot:
    said = {"subscriptions": ["s1", "s2", "s9"], **head}
    return collect_copy(write_copy(folder / "copy", {source: rows}, **said), tables, folder / "snapshot", 7)


@pytest.mark.parametrize(
    ("before", "now", "loss"),
    [
        (100, 0, True),
        (100, 49, True),
        (100, 50, False),
        (100, 100, False),
        (0, 100, False),
        (FEWEST_LOST, 0, True),
        (FEWEST_LOST - 1, 0, False),
        (20, 10, False),
        (21, 11, False),
        (21, 10, True),
    ],
)
def test_more_than_half_and_at_least_ten_is_a_loss(before: int, now: int, loss: bool) -> None:  # noqa: FBT001 - what is expected
    assert is_loss(before, now) is loss


def test_a_row_is_missed_in_the_subscription_of_its_owner(tmp_path: Path) -> None:
    before = take(tmp_path / "a", [*machines(30), *parts(30)])
    now = take(tmp_path / "b", [*machines(30), *parts(3)])

    assert drift(before, now) == [Unread(f"3 rows where there were 30 {SINCE}", "s1", "parts")]
    assert drift(now, before) == drift(before, before) == []


def test_types_and_subscriptions_are_counted_by_themselves(tmp_path: Path) -> None:
    steady = [*machines(40, "s2"), *(row("shops", f"o{number}", "S2") for number in range(40))]
    lost = [row("shops", f"n{number}", "S1") for number in range(12)]
    before = take(tmp_path / "a", [*steady, *machines(12), *lost], [TYPED])
    now = take(tmp_path / "b", [*steady, *machines(12)], [TYPED])

    assert drift(before, now) == [Unread(f"0 rows of type acme/shops where there were 12 {SINCE}", "s1", "typed")]


def test_a_table_that_does_not_say_where_its_rows_lie_is_doubted_everywhere(tmp_path: Path) -> None:
    before, now = (take(tmp_path / name, machines(count), [BARE]) for name, count in (("a", 30), ("b", 2)))

    assert drift(before, now) == [Unread(f"2 rows where there were 30 {SINCE}", "", "bare")]


def test_what_is_not_read_now_is_not_missed(tmp_path: Path) -> None:
    before = take(tmp_path / "a", [*machines(30), *machines(30, "s2")])
    now = take(tmp_path / "b", [], subscriptions=["s9"], unread=[{"subscription": "s2", "reason": "no permission"}])

    assert drift(before, now) == []
    assert gone(before, now) == ["s1"]
    assert gone(before, before) == []


def test_other_queries_and_missing_tables_are_not_compared(tmp_path: Path) -> None:
    before = take(tmp_path / "a", machines(30))
    others = [replace(table, kql=f"{table.kql.rstrip()} // changed\n") for table in TABLES]

    assert drift(before, take(tmp_path / "b", [], others)) == []
    assert drift(before, take(tmp_path / "c", [], [PARTS])) == []
    assert drift(before, take(tmp_path / "d", [], source="PolicyResources")) == []


@pytest.mark.parametrize("head", [{"tenant_id": "other"}, {"cloud": "AzureChinaCloud"}])
def test_another_tenant_is_refused(tmp_path: Path, head: dict[str, Any]) -> None:
    before, now = take(tmp_path / "a", machines(30)), take(tmp_path / "b", [], **head)

    with pytest.raises(UsageError, match="is of another tenant: t in AzureCloud"):
        drift(before, now)


def test_a_tenant_that_is_not_known_may_be_the_same(tmp_path: Path) -> None:
    before, now = take(tmp_path / "a", machines(30)), take(tmp_path / "b", [])
    nameless = replace(now, manifest=replace(now.manifest, tenant_id=""))

    assert [entry.table for entry in drift(before, nameless)] == ["machines"]


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    before, now = take(tmp_path / "a", machines(30)), take(tmp_path / "b", [])
    next((before.folder / "tables" / "machines").iterdir()).write_bytes(b"no Parquet")

    with pytest.raises(SnapshotError, match="cannot read"):
        drift(before, now)


def lacks_parts(machine: Resource, ctx: Context) -> Verdict:
    found = ctx.tenant.owned("parts", machine)
    if found:
        return machine.compliant()
    if found.unread:
        return machine.not_evaluable(unread=found.unread)
    return machine.violation("has no parts", level="error")


def collect_doubting(copy: Path, into: Path, before: Snapshot) -> Snapshot:
    with TemporaryDirectory() as work, LocalGraph(read_copy(copy), Path(work)) as graph:
        collect(graph, TABLES, into, doubts=lambda now: drift(before, now))
    return open_snapshot(into)


def test_a_doubt_is_in_the_manifest_and_makes_absence_unproven_in_that_subscription_alone(tmp_path: Path) -> None:
    elsewhere = machines(2, "s2")
    before = take(tmp_path / "a", [*machines(30), *parts(30), *elsewhere])
    now = take(tmp_path / "b", [*machines(30), *parts(3), *elsewhere])
    rule = make_rule(lacks_parts, reads=["parts"])
    summary, _ = judge_all(now, [rule])
    assert (summary.tallies["acme-rule"].outcomes, summary.incomplete) == ({"compliant": 3, "violation": 29}, False)

    doubted = collect_doubting(tmp_path / "b" / "copy", tmp_path / "c", before)
    summary, judgements = judge_all(doubted, [rule])

    assert doubted.manifest.coverage.unread == tuple(drift(before, now))
    assert summary.tallies["acme-rule"].outcomes == {"compliant": 3, "violation": 2, "not-evaluable": 27}
    assert {judgement.subject.subscription_id for judgement in judgements if judgement.verdict.violations} == {"s2"}
    assert [problem.subscription for problem in summary.problems] == ["s1"]
    assert summary.incomplete


@pytest.mark.parametrize(("table", "where"), [("machines", ""), ("MACHINES", ""), ("parts", None)])
def test_a_doubt_about_no_subscription_concerns_the_judged_table_alone(
    tmp_path: Path, table: str, where: str | None
) -> None:
    manifest = take(tmp_path, machines(1)).manifest
    doubted = replace(manifest, coverage=Coverage(frozenset({"s1"}), (Unread("few rows", "", table),)))

    assert [problem.subscription for problem in not_read(doubted, [make_rule(lacks_parts)])] == [where]


def write_tenant(folder: Path, protected: int, *, subscriptions: Sequence[int] = (1, 2)) -> Path:
    """Write a tenant with thirty VMs, so many of them protected."""
    vms = [tenant_copies.vm_row(1, f"vm{number:02}") for number in range(30)]
    vault = (
        f"/subscriptions/{tenant_copies.subscription(1)}/resourceGroups/v/providers/Microsoft.RecoveryServices/vaults/v"
    )
    items = [
        {
            "id": f"{vault}/backupFabrics/Azure/protectionContainers/c/protectedItems/{vm['name']}",
            "name": vm["name"],
            "type": "microsoft.recoveryservices/vaults/backupfabrics/protectioncontainers/protecteditems",
            "subscriptionId": tenant_copies.subscription(1),
            "properties": {
                "backupManagementType": "AzureIaasVM",
                "sourceResourceId": vm["id"],
                "protectionState": "Protected",
            },
        }
        for vm in vms[:protected]
    ]
    rows = {
        "Resources": vms,
        "RecoveryServicesResources": items,
        "ResourceContainers": [tenant_copies.subscription_row(number) for number in subscriptions],
    }
    return tenant_copies.write_copy(folder, rows, subscriptions=subscriptions)


def scan(tmp_path: Path, copy: str, *more: object) -> tuple[Ended, dict[str, int]]:
    """Scan a copy by one rule; return how that ended, and how many verdicts there were of each kind."""
    report = tmp_path / f"{copy}.jsonl"
    ended = run("scan", "--graph", tmp_path / copy, "--rule", "unprotected-vm", f"--report=json={report}", *more)
    verdicts = [orjson.loads(line)["verdict"] for line in report.read_bytes().splitlines()]
    return ended, {verdict: verdicts.count(verdict) for verdict in verdicts}


def test_a_scan_warns_once_and_believes_what_stays(tmp_path: Path) -> None:
    write_tenant(tmp_path / "monday", 30)
    write_tenant(tmp_path / "tuesday", 4, subscriptions=[1])
    assert scan(tmp_path, "monday", "--snapshot", tmp_path / "1")[1] == {"compliant": 30}
    assert scan(tmp_path, "tuesday")[0].code == 1

    ended, verdicts = scan(tmp_path, "tuesday", "--previous", tmp_path / "1", "--snapshot", tmp_path / "2")

    assert (ended.code, verdicts) == (3, {"compliant": 4, "not-evaluable": 26})
    one, two = tenant_copies.subscription(1), tenant_copies.subscription(2)
    warning, note = ended.err.splitlines()
    assert warning.startswith(f"warning: table 'protected_items' of subscription {one} was not read: 4 rows of type ")
    assert warning.endswith(f" where there were 30 {SINCE}")
    assert note == f"note: nothing was seen of {two}, which 1 has"
    assert "INCOMPLETE" in ended.out

    ended, verdicts = scan(tmp_path, "tuesday", "--previous", tmp_path / "2")
    assert (ended.code, ended.err, verdicts) == (1, "", {"compliant": 4, "violation": 26})


def test_an_older_snapshot_that_is_none_is_told_before_anything_is_read(tmp_path: Path) -> None:
    write_tenant(tmp_path / "copy", 1)
    ended = run("scan", "--graph", tmp_path / "copy", "--previous", tmp_path / "copy", "--snapshot", tmp_path / "new")

    assert (ended.code, ended.out) == (2, "")
    assert "copy is not a complete snapshot" in ended.err
    assert not (tmp_path / "new").exists()
