"""What a scan could read, found out by small requests to a real server."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tenantlint import Table
from tenantlint.collect import collect
from tenantlint.graph.azure.examine import Examination, Probe, examine, hidden
from tenantlint.graph.azure.live import AzureGraph, Tenant
from tenantlint.graph.azure.scope import Choice, Scope, find_scope
from tenantlint.graph.azure.wire import SignedOutError
from tenantlint.graph.server.effects import Expire, Fail, NotJson
from tenantlint.graph.server.faults import Fault
from tenantlint.graph.server.service import Settings
from tests.graph.azure.conftest import Ask, Asking, Serve
from tests.graph.azure.live_makers import ITEMS, Watch, collect_live
from tests.graph.server.clients import CORP, LAB, PARTLY, READ, STRANGER, UNREAD, write_estate
from tests.tenant_copies import catalog, subscription, subscription_row, vm_row, write_copy

NOW = datetime(2026, 11, 20, tzinfo=UTC)
ALL = catalog().needed_tables(catalog().rules.values())
THINGS = Table("things", "", None, "Resources\n| project id\n| order by id asc\n")
ROLES = Table("roles", "", None, "AuthorizationResources\n| project id, type\n| order by id asc\n")


def examined(asking: Asking, *tables: Table, **choice: Any) -> Examination:  # noqa: ANN401 - whatever Choice has
    return examine(asking.sender, Choice(**choice), tables, lambda _: None)


def only(found: Examination) -> Probe:
    (probe,) = found.probes
    return probe


def write_vms(folder: Path, count: int) -> Path:
    """Write a tenant with so many VMs, and without roles."""
    rows = {"Resources": [vm_row(1, f"vm{n}") for n in range(count)], "ResourceContainers": [subscription_row(1)]}
    return write_copy(folder, rows, subscriptions=[1], tables=rows)


def test_it_counts_the_rows_and_the_requests_of_the_scan_that_follows(serve: Serve, ask: Ask, tmp_path: Path) -> None:
    url = serve()
    found = examined(ask(url), *ALL)

    asking = ask(url)
    scope, tenant = find_scope(asking.sender, Choice()), Tenant("AzureCloud", "", NOW)
    with AzureGraph(asking.sender, tenant, scope, tmp_path / "run", asking.stop, lambda: NOW) as graph:
        tables = collect(graph, ALL, tmp_path / "snapshot").tables

    assert {each.table: (each.reads, each.rows) for each in found.probes} == {
        name: (stored.reads, stored.rows) for name, stored in tables.items()
    }
    assert found.requests == sum(line.startswith("POST") for line in asking.log)
    assert (found.complete, found.scope, found.listed) == (True, scope, scope.subscriptions)
    assert found.seconds == pytest.approx((found.requests - 15) / 3)
    assert hidden(found) == []


def test_it_asks_for_one_row_of_each_query(serve: Serve, ask: Ask) -> None:
    asking = ask(serve())
    examined(asking, *ALL)

    queries = [line for line in asking.log if line.startswith("POST")]
    assert len(queries) == len(ALL) + 2  # what can be seen, and what there is above subscriptions
    assert len([line for line in asking.log if line.startswith("GET")]) == 2


def test_what_is_hidden_is_told_from_what_is_not_there(serve: Serve, ask: Ask, tmp_path: Path) -> None:
    asking = ask(serve(write_estate(tmp_path), settings=Settings(frozenset({LAB}))))
    found = examined(asking, THINGS, subscriptions=(READ, LAB, STRANGER))

    assert found.scope.subscriptions == {READ}
    assert found.listed == {READ, LAB, CORP, UNREAD, PARTLY}
    assert hidden(found) == [
        (LAB, "Azure lists it, but Resource Graph does not show it: the role Reader is missing there"),
        (STRANGER, "Azure does not know it: it does not exist, is in another tenant, or no role there is yours"),
    ]
    assert (found.complete, only(found).problem) == (False, "")


def test_where_nothing_can_be_read_that_is_all_there_is_to_tell(serve: Serve, ask: Ask, tmp_path: Path) -> None:
    asking = ask(serve(write_estate(tmp_path)))
    found = examined(asking, THINGS, subscriptions=(UNREAD,))

    assert (found.complete, found.probes, found.scope.groups) == (False, (), ())
    assert hidden(found) == [("", "none of 1 subscriptions can be read: the role Reader is enough")]


def test_a_table_that_this_cloud_lacks_is_a_problem_of_its_query_alone(serve: Serve, ask: Ask, tmp_path: Path) -> None:
    found = examined(ask(serve(write_vms(tmp_path, 3))), ROLES, THINGS)

    assert [probe.rows for probe in found.probes] == [None, 3]
    assert "Table AuthorizationResources is invalid" in found.probes[0].problem
    assert (found.complete, found.above) == (False, None)


@pytest.mark.parametrize("effect", [Fail(503), NotJson()], ids=str)
def test_what_fails_is_a_problem_with_its_reason(serve: Serve, ask: Ask, effect: Any) -> None:  # noqa: ANN401 - one of many effects
    asking = ask(serve(faults=[Fault(effect, query=ITEMS, times=0)]))
    found = examined(asking, *ALL)

    (problem,) = [probe for probe in found.probes if probe.problem]
    assert (problem.table, problem.rows, problem.requests) == ("protected_items", None, 0)
    assert problem.problem.startswith("gave up after 6 tries: ")
    assert not found.complete


def test_a_login_that_has_expired_ends_it(serve: Serve, ask: Ask) -> None:
    with pytest.raises(SignedOutError):
        examined(ask(serve(faults=[Fault(Expire(), times=0)])), THINGS)


def test_what_is_too_much_to_count_is_no_problem_since_a_scan_cuts_it(serve: Serve, ask: Ask) -> None:
    found = examined(ask(serve(faults=[Fault(Fail(504), query="Resources\n| project id\n", times=0)])), THINGS)

    assert (only(found).rows, only(found).requests, only(found).problem) == (None, 5, "")
    assert found.complete


def test_a_query_that_is_none_is_told_in_a_line(serve: Serve, ask: Ask) -> None:
    found = examined(ask(serve()), Table("broken", "", None, "Resources\n| frobnicate\n"))

    assert only(found).problem
    assert "\n" not in only(found).problem
    assert (only(found).rows, only(found).requests, found.complete) == (None, 0, False)


@pytest.mark.parametrize(("rows", "requests"), [(1000, 1), (1001, 2), (1999, 2), (2345, 3), (3000, 4), (3001, 1 + 4)])
def test_large_tables_are_read_in_pages_or_parts(
    serve: Serve, ask: Ask, tmp_path: Path, rows: int, requests: int
) -> None:
    url = serve(write_vms(tmp_path / "copy", rows))
    found = examined(ask(url), THINGS)

    asking = ask(url)
    collect_live(asking, [THINGS], tmp_path)

    assert (only(found).rows, only(found).requests, found.requests) == (rows, requests, 2 + requests)
    assert found.requests == sum(line.startswith("POST") for line in asking.log)


def test_a_summary_is_counted_since_there_may_be_no_second_page_of_it(serve: Serve, ask: Ask, tmp_path: Path) -> None:
    watch = Watch()
    sums = Table("sums", "", None, "Resources\n| summarize n = count() by id = tolower(id)\n| order by id asc\n")
    found = examined(ask(serve(write_vms(tmp_path, 7), faults=[watch.fault()])), sums)

    assert (only(found).rows, only(found).requests) == (7, 1)
    assert watch.seen[-1].query == f"{sums.kql}| summarize id = tostring(count())\n"


def test_every_group_of_subscriptions_takes_its_own_requests(serve: Serve, ask: Ask, tmp_path: Path) -> None:
    numbers = range(301)
    rows = {"ResourceContainers": [subscription_row(number) for number in numbers]}
    copy = write_copy(tmp_path, rows, subscriptions=numbers)
    found = examined(ask(serve(copy)), *ALL)

    assert len(found.scope.groups) == 2
    assert {probe.table: probe.rows for probe in found.probes}["subscriptions"] == 301
    assert subscription(300) in found.scope.subscriptions
    assert found.requests == 2 * (2 + len(ALL))
    assert found.seconds == pytest.approx((found.requests - 15) / 3)
    assert found.above == 0


def test_roles_above_subscriptions_are_counted_where_a_query_looks_at_roles(
    serve: Serve, ask: Ask, tmp_path: Path
) -> None:
    url = serve(write_estate(tmp_path))

    assert examined(ask(url), THINGS).above is None
    assert examined(ask(url), ROLES, subscriptions=(READ,)).above == 3  # of the root, of corp and of Web
    assert examined(ask(url), ROLES, subscriptions=(LAB,)).above == 2


def test_progress_names_what_is_asked_for(serve: Serve, ask: Ask) -> None:
    told: list[str] = []
    examine(ask(serve()).sender, Choice(), [THINGS], told.append)

    assert told == ["looking for subscriptions", "asking for things"]


def test_nothing_read_is_never_complete() -> None:
    assert not Examination(frozenset(), Scope(()), ()).complete
