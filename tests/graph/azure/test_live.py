"""A whole tenant, read through a resource graph that answers over HTTP."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from tenantlint import Table
from tenantlint.coverage import Unread
from tenantlint.errors import KqlError
from tenantlint.graph import NotReadError
from tenantlint.graph.azure.fetching import LostContactError
from tenantlint.graph.azure.live import WORKERS
from tenantlint.graph.azure.requests import StoppedError
from tenantlint.graph.azure.scope import Choice, Scope
from tenantlint.graph.server import paging
from tenantlint.graph.server.effects import Fail, Slow
from tenantlint.graph.server.faults import Fault
from tenantlint.graph.server.mutations import Mutation
from tenantlint.graph.server.service import Settings
from tests.graph.azure.conftest import Ask, Script, Serve, http
from tests.graph.azure.live_makers import (
    IN_ORDER,
    ITEMS,
    MACHINES,
    Watch,
    always,
    collect_live,
    falsely_fit,
    ids_in,
    judged,
    live,
    machines,
    machines_copy,
    rows_of,
    scope_of,
    stored,
)
from tests.graph.server.clients import DEMO
from tests.makers import collect_copy, make_table
from tests.tenant_copies import TABLES, catalog, subscription, subscription_row, vm_row, write_copy

RULES = [catalog().rules[name] for name in sorted(catalog().rules)]
NEEDED = catalog().needed_tables(RULES)
FAT = Table("fat", "VMs with their tags.", None, "Resources\n| project id, subscriptionId, tags\n| order by id asc\n")


def test_the_demo_tenant_is_the_same_live_and_from_its_copy(ask: Ask, serve: Serve, tmp_path: Path) -> None:
    clean = collect_copy(DEMO, NEEDED, tmp_path / "copy")

    found = collect_live(ask(serve()), NEEDED, tmp_path / "live")

    # What the demo tenant calls unread is hidden by the server, and Resource Graph never says so of single tables.
    for name, table in clean.manifest.tables.items():
        assert found.manifest.tables[name].columns == table.columns
        assert rows_of(found, name) == rows_of(clean, name)
    assert judged(found, RULES)[0].keys() == judged(clean, RULES)[0].keys()


def test_every_query_is_asked_once_for_every_group_of_subscriptions(ask: Ask, serve: Serve, tmp_path: Path) -> None:
    watch = Watch()
    rows = [vm_row(number, f"vm{number}") for number in range(301)]
    copy = machines_copy(tmp_path / "copy", rows, range(301))

    snapshot = collect_live(ask(serve(copy, faults=[watch.fault()])), [FAT], tmp_path)

    assert [query for query, _ in watch.pages[2:4]] == [FAT.kql, FAT.kql]  # then once more who may be seen
    assert snapshot.manifest.tables["fat"].rows == 301


def assignment(scope: str, number: str = "") -> dict[str, object]:
    id_ = f"{scope}/providers/Microsoft.Authorization/RoleAssignments/{scope.rpartition('/')[2] or 'root'}"
    return {"id": id_, "name": "a", "type": "microsoft.authorization/roleassignments", "subscriptionId": number}


ROLES = make_table("roles", "microsoft.authorization/roleassignments", columns="subscriptionId")
ABOVE = Table("above", "Role assignments.", None, ROLES.kql.replace("Resources", "AuthorizationResources", 1))


@pytest.mark.parametrize("page", [1000, 100])
def test_rows_of_management_groups_are_there_once_although_every_group_gives_them(
    ask: Ask, serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    monkeypatch.setattr(paging, "LARGEST_PAGE", page)
    chain = {"managementGroupAncestorsChain": [{"name": "corp"}]}
    containers = [{**subscription_row(number), "properties": chain} for number in range(301)]
    group = "/providers/Microsoft.Management/managementGroups/corp"
    below = [assignment(f"/subscriptions/{subscription(n)}", subscription(n)) for n in range(301)]
    tables = {"ResourceContainers": containers, "AuthorizationResources": [assignment(""), assignment(group), *below]}
    copy = write_copy(tmp_path / "copy", tables, subscriptions=range(301), tables=tables)

    snapshot = collect_live(ask(serve(copy)), [ABOVE], tmp_path)

    found = sorted(str(cells[0]) for cells in rows_of(snapshot, "above"))
    assert found == sorted(str(row["id"]) for row in tables["AuthorizationResources"])


def test_many_groups_tell_only_the_subscriptions_of_the_one_that_failed(ask: Ask, serve: Serve, tmp_path: Path) -> None:
    rows = [vm_row(number, "vm", tags={"fat": "x" * (9_000 if number == 7 else 1)}) for number in range(301)]
    copy = machines_copy(tmp_path / "copy", rows, range(301))

    snapshot = collect_live(ask(serve(copy, settings=Settings(payload=60_000))), [FAT], tmp_path / "all")
    assert snapshot.manifest.tables["fat"].rows == 301

    snapshot = collect_live(ask(serve(copy, settings=Settings(payload=8_000))), [FAT], tmp_path / "some")

    unread = snapshot.manifest.coverage.unread
    assert {entry.subscription for entry in unread} == {subscription(number) for number in range(1, 301, 2)}
    assert {entry.table for entry in unread} == {"fat"}
    assert all("a single row is more than Resource Graph gives at once" in entry.reason for entry in unread)
    assert all("correlation id" in entry.reason for entry in unread)
    assert snapshot.manifest.tables["fat"].rows == 300


@pytest.mark.parametrize("lacking", ["AuthorizationResources", "GuestConfigurationResources", "Resources"])
def test_a_table_that_the_cloud_does_not_have_makes_unread_what_needs_it_and_nothing_else(
    ask: Ask, serve: Serve, tmp_path: Path, lacking: str
) -> None:
    rows = {"Resources": machines(3), "ResourceContainers": [subscription_row(1)]}
    had = [name for name in TABLES if name != lacking]
    whole = write_copy(tmp_path / "whole", rows, subscriptions=[1])
    copy = write_copy(tmp_path / "copy", {name: rows.get(name, []) for name in had}, subscriptions=[1], tables=had)
    clean = judged(collect_live(ask(serve(whole)), NEEDED, tmp_path / "clean"), RULES)

    snapshot = collect_live(ask(serve(copy)), NEEDED, tmp_path / "live")

    verdicts, incomplete = judged(snapshot, RULES)
    missing = {name for name, table in snapshot.manifest.tables.items() if table.missing}
    assert missing == {table.name for table in NEEDED if table.kql.startswith(lacking)}
    assert {snapshot.manifest.tables[name].cause for name in missing} == {"unread"}
    assert incomplete
    assert falsely_fit(verdicts, clean[0]) == []
    assert ("not-evaluable" in verdicts.values()) or lacking != "Resources"


JOINED = "join kind=inner (RecoveryServicesResources | project id) on id"
REFUSED = {
    "Resources\n| project name": "must project a column 'id'",
    "Resources\n| evaluate x": "no operator 'evaluate'",
    f"Resources\n| project id\n| {JOINED}\n| {JOINED}\n| project id": "Azure refuses the query",
}


@pytest.mark.parametrize(("kql", "why"), REFUSED.items())
def test_a_query_that_cannot_be_run_fails_alone(ask: Ask, serve: Serve, tmp_path: Path, kql: str, why: str) -> None:
    snapshot = collect_live(ask(serve()), [Table("odd", "Odd.", None, kql), FAT], tmp_path)

    odd = snapshot.manifest.tables["odd"]
    assert (odd.cause, why in (odd.missing or "")) == ("failed", True)
    assert snapshot.manifest.tables["fat"].rows
    assert not [entry for entry in snapshot.manifest.coverage.unread if entry.table]


def test_a_deadline_that_passes_leaves_what_was_read_and_says_what_was_not(
    ask: Ask, serve: Serve, tmp_path: Path
) -> None:
    late: list[bool] = []
    url = serve(faults=[Fault(Slow(9), query=ITEMS, times=0, when=lambda _: bool(late))])
    clean = judged(collect_live(ask(url), NEEDED, tmp_path / "clean"), RULES)[0]  # answers all others soon from then on
    late.append(True)

    started = time.monotonic()
    snapshot = collect_live(ask(url, deadline=3), NEEDED, tmp_path / "late")

    assert time.monotonic() - started < 6
    verdicts, incomplete = judged(snapshot, RULES)
    assert incomplete
    assert falsely_fit(verdicts, clean) == []
    assert snapshot.manifest.tables["virtual_machines"].rows
    reasons = {entry.reason for entry in snapshot.manifest.coverage.unread if entry.table}
    assert reasons == {"there is no time left"}


def test_what_fails_for_good_is_told_with_its_correlation_id(ask: Ask, serve: Serve, tmp_path: Path) -> None:
    snapshot = collect_live(ask(serve(faults=[always(Fail(502), ITEMS)])), NEEDED, tmp_path)

    (entry,) = [entry for entry in snapshot.manifest.coverage.unread if entry.table]
    assert (entry.table, entry.subscription) == ("protected_items", "")
    assert "correlation id" in entry.reason


def test_hidden_subscriptions_make_nothing_compliant(ask: Ask, serve: Serve, tmp_path: Path) -> None:
    clean = collect_live(ask(serve()), NEEDED, tmp_path / "clean")
    hidden = min(clean.manifest.coverage.subscriptions)
    url = serve(settings=Settings(deny=frozenset([hidden])))

    snapshot = collect_live(ask(url), NEEDED, tmp_path / "live", Choice(tuple(clean.manifest.coverage.subscriptions)))

    verdicts, incomplete = judged(snapshot, RULES)
    assert incomplete
    assert hidden in {entry.subscription for entry in snapshot.manifest.coverage.unread}
    assert falsely_fit(verdicts, judged(clean, RULES)[0]) == []


def test_what_was_read_is_on_disk_before_anybody_asks_for_it(ask: Ask, serve: Serve, tmp_path: Path) -> None:
    with live(ask(serve()), tmp_path / "kept", Scope((demo_subscriptions(),))) as graph:
        graph.prepare([FAT.kql])
        until(lambda: bool(list((tmp_path / "kept").rglob("*.jsonl"))))


def demo_subscriptions() -> tuple[str, ...]:
    return tuple(orjson.loads((DEMO / "copy.json").read_bytes())["subscriptions"])


def until(happened: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_no_more_is_read_at_once_than_there_are_workers(
    ask: Ask, serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "LARGEST_PAGE", 5)
    url = serve(machines_copy(tmp_path / "copy", machines(100)), faults=[always(Slow(0.05))])

    with live(ask(url), tmp_path / "kept", scope_of(1)) as graph:
        graph.fetch(IN_ORDER, tmp_path / "rows")
        assert sum(thread.name.startswith("resource-graph") for thread in threading.enumerate()) == WORKERS

    assert len(ids_in((tmp_path / "rows").read_bytes().splitlines())) == 100


def test_what_is_on_disk_is_not_asked_for_again(ask: Ask, serve: Serve, tmp_path: Path) -> None:
    url = serve(machines_copy(tmp_path / "copy", machines(5)))
    for requests in (1, 0):
        asking = ask(url)
        with live(asking, tmp_path / "kept", scope_of(1)) as graph:
            graph.prepare([MACHINES, MACHINES])
            graph.fetch(MACHINES, tmp_path / "rows")
            graph.fetch(MACHINES, tmp_path / "again")

        assert asking.requests == requests
        assert (tmp_path / "rows").read_bytes() == (tmp_path / "again").read_bytes()
        assert len(ids_in((tmp_path / "rows").read_bytes().splitlines())) == 5


def test_a_scope_that_the_service_cut_is_remembered(ask: Ask, stub: Script, tmp_path: Path) -> None:
    body = orjson.dumps({"totalRecords": 1, "count": 1, "data": [{"id": "/A"}], "resultTruncated": "false"})
    url = stub(http(200, body, x_ms_tenant_subscription_limit_hit="true")).url
    for requests in (1, 0):
        asking = ask(url)
        with live(asking, tmp_path / "kept", scope_of(1)) as graph:
            answer = graph.fetch(IN_ORDER, tmp_path / "rows")

        why = "Resource Graph looked at fewer subscriptions than it was asked to"
        assert answer.unread == (Unread(why, "", "resources"),)
        assert asking.requests == requests


def test_a_service_that_is_gone_ends_the_run(ask: Ask, stub: Script, tmp_path: Path) -> None:
    with live(ask(stub(b"").url), tmp_path / "kept", scope_of(1)) as graph, pytest.raises(LostContactError) as error:
        graph.fetch(IN_ORDER, tmp_path / "rows")

    assert error.value.exit_code == 3
    assert "--resume" in error.value.hint


def test_leaving_ends_what_is_being_waited_for(ask: Ask, serve: Serve, tmp_path: Path) -> None:
    url = serve(machines_copy(tmp_path / "copy", machines(5)), faults=[always(Slow(9))])
    with live(ask(url), tmp_path / "kept", scope_of(1)) as graph:
        graph.prepare([IN_ORDER])
        time.sleep(0.3)
        started = time.monotonic()

    assert time.monotonic() - started < 1
    with pytest.raises((StoppedError, RuntimeError)):
        graph.fetch(MACHINES, tmp_path / "rows")


def test_a_query_is_refused_where_it_is_fetched_and_not_before(ask: Ask, serve: Serve, tmp_path: Path) -> None:
    with live(ask(serve()), tmp_path / "kept", Scope((demo_subscriptions(),))) as graph:
        graph.prepare(["Resources | evaluate x", "SecurityResources\n| project id"])
        with pytest.raises(KqlError):
            graph.fetch("Resources | evaluate x", tmp_path / "rows")
        with pytest.raises(NotReadError, match="SecurityResources is invalid"):
            graph.fetch("SecurityResources\n| project id", tmp_path / "rows")


def test_two_collections_of_the_same_tenant_are_the_same(ask: Ask, serve: Serve, tmp_path: Path) -> None:
    url = serve()

    first, second = (collect_live(ask(url), NEEDED, tmp_path / name) for name in ("first", "second"))

    assert stored(first.manifest) == stored(second.manifest)


def test_access_that_ends_while_it_is_read_is_told(ask: Ask, serve: Serve, tmp_path: Path) -> None:
    copy = machines_copy(tmp_path / "copy", machines(5), (1, 2))
    gone = Mutation("ResourceContainers", remove=(str(subscription_row(2)["id"]),))
    url = serve(copy, faults=[Fault(gone, query="tags")])

    snapshot = collect_live(ask(url), [FAT], tmp_path)

    (entry,) = snapshot.manifest.coverage.unread
    assert entry.subscription == subscription(2)
    assert "stopped showing it while it was read" in entry.reason


def test_a_query_that_fails_in_every_part_is_given_up_and_others_are_read(
    ask: Ask, serve: Serve, tmp_path: Path
) -> None:
    copy = machines_copy(tmp_path / "copy", machines(3_000), (1,))
    slow = Fault(Fail(504), times=0, when=lambda seen: "tags" in seen.query and "summarize id" not in seen.query)
    light = Table("light", "VMs.", None, "Resources\n| project id, subscriptionId\n| order by id asc\n")
    asking = ask(serve(copy, faults=[slow]))

    snapshot = collect_live(asking, [FAT, light], tmp_path)

    assert asking.requests < 400
    (entry,) = snapshot.manifest.coverage.unread
    assert (entry.table, "given up after" in entry.reason) == ("fat", True)
    assert snapshot.manifest.tables["light"].rows == 3_000
    assert snapshot.manifest.coverage.gap(("light", "resources"), subscription(1)) is None


def test_a_part_that_is_not_on_disk_any_more_is_missed(ask: Ask, serve: Serve, tmp_path: Path) -> None:
    asking = ask(serve(machines_copy(tmp_path / "copy", machines(5), (1,))))
    with live(asking, tmp_path / "kept", scope_of(1)) as graph:
        graph.fetch(IN_ORDER, tmp_path / "rows")
        for file in (tmp_path / "kept").rglob("*.jsonl"):
            file.unlink()
        answer = graph.fetch(IN_ORDER, tmp_path / "again")

    assert answer.unread == (Unread("what was read of it is not on disk any more", "", "resources"),)
