"""Which subscriptions are read."""

from collections.abc import Iterable
from pathlib import Path

import orjson
import pytest

from tenantlint.errors import UsageError
from tenantlint.graph.azure.requests import RefusedError
from tenantlint.graph.azure.scope import Choice, EmptyScopeError, as_choice, find_scope
from tenantlint.graph.server.service import Settings
from tests.graph.azure.conftest import Ask, Script, Serve, http
from tests.graph.azure.live_makers import Watch, machines_copy
from tests.graph.server.clients import CORP, LAB, READ, STRANGER, UNREAD, write_estate
from tests.tenant_copies import subscription, subscription_row, write_copy


def wide(folder: Path, count: int) -> Path:
    """Write a tenant of so many subscriptions."""
    return machines_copy(folder, [], range(count))


def ids(numbers: Iterable[int]) -> set[str]:
    return {subscription(number) for number in numbers}


@pytest.mark.parametrize(("count", "groups"), [(1, 1), (300, 1), (301, 2), (600, 2), (601, 3)])
def test_there_are_as_few_groups_as_may_be_and_none_is_too_large(
    ask: Ask, serve: Serve, tmp_path: Path, count: int, groups: int
) -> None:
    watch = Watch()
    scope = find_scope(ask(serve(wide(tmp_path, count), faults=[watch.fault()])).sender, Choice())

    assert len(scope.groups) == len(watch.seen) == groups
    assert max(map(len, scope.groups)) - min(map(len, scope.groups)) <= 1
    assert max(map(len, scope.groups)) <= 300
    assert sum(map(len, scope.groups)) == len(scope.subscriptions) == count
    assert scope.subscriptions == ids(range(count))


def test_everything_that_can_be_seen_is_read_where_nothing_is_named(ask: Ask, serve: Serve, tmp_path: Path) -> None:
    scope = find_scope(ask(serve(wide(tmp_path, 5), settings=Settings(listed=2))).sender, Choice())

    assert scope.subscriptions == ids(range(5))
    assert not scope.unread


@pytest.mark.parametrize("spell", [str.lower, str.upper])
def test_what_was_named_and_cannot_be_read_is_told(ask: Ask, serve: Serve, tmp_path: Path, spell: type[str]) -> None:
    settings = Settings(deny=frozenset(ids([1])))
    named = [spell(each) for each in (subscription(0), subscription(1), STRANGER)]

    scope = find_scope(ask(serve(wide(tmp_path, 3), settings=settings)).sender, as_choice(named, (), ()))

    assert scope.subscriptions == ids([0])
    assert {entry.subscription for entry in scope.unread} == {subscription(1), STRANGER}
    assert {entry.table for entry in scope.unread} == {""}


def test_what_the_manager_lists_and_resource_graph_hides_is_told(ask: Ask, serve: Serve, tmp_path: Path) -> None:
    rows = map(subscription_row, range(2))
    copy = write_copy(tmp_path, {"ResourceContainers": rows}, subscriptions=range(3), tables=["ResourceContainers"])

    scope = find_scope(ask(serve(copy)).sender, Choice())

    assert scope.subscriptions == ids(range(2))
    assert [entry.subscription for entry in scope.unread] == [subscription(2)]


def test_what_is_excluded_is_neither_read_nor_missing(ask: Ask, serve: Serve, tmp_path: Path) -> None:
    settings = Settings(deny=frozenset(ids([1])))
    choice = as_choice((), (), [subscription(1).upper(), subscription(2), STRANGER])

    scope = find_scope(ask(serve(wide(tmp_path, 4), settings=settings)).sender, choice)

    assert scope.subscriptions == ids([0, 3])
    assert not scope.unread


def test_nothing_that_can_be_read_is_an_error(ask: Ask, serve: Serve, tmp_path: Path) -> None:
    url = serve(wide(tmp_path, 2), settings=Settings(deny=frozenset(ids(range(2)))))

    with pytest.raises(EmptyScopeError, match="none of 2 subscriptions can be read") as error:
        find_scope(ask(url).sender, as_choice(ids(range(2)), (), ()))

    assert (error.value.exit_code, error.value.hint) == (3, "the role Reader is enough")


def test_a_sign_in_that_sees_nothing_is_an_error(ask: Ask, stub: Script) -> None:
    with pytest.raises(EmptyScopeError, match="no subscription to read") as error:
        find_scope(ask(stub(http(200, b'{"value":[]}')).url).sender, Choice())

    assert "Reader" in error.value.hint


def test_everything_excluded_is_an_error(ask: Ask, serve: Serve, tmp_path: Path) -> None:
    with pytest.raises(EmptyScopeError, match="no subscription to read"):
        find_scope(ask(serve(wide(tmp_path, 2))).sender, as_choice((), (), ids(range(2))))


def test_what_is_below_a_management_group_is_read_with_what_was_named(ask: Ask, serve: Serve, tmp_path: Path) -> None:
    sender = ask(serve(write_estate(tmp_path))).sender

    assert find_scope(sender, Choice((), ("corp",))).subscriptions == {READ, CORP}
    assert find_scope(sender, Choice((LAB,), ("CORP",))).subscriptions == {READ, CORP, LAB}
    assert find_scope(sender, Choice((UNREAD,), ("web",))).subscriptions == {READ}
    assert [entry.subscription for entry in find_scope(sender, Choice((UNREAD,), ("web",))).unread] == [UNREAD]


def test_a_management_group_that_cannot_be_read_is_an_error(ask: Ask, serve: Serve, tmp_path: Path) -> None:
    with pytest.raises(EmptyScopeError, match="management group 'elsewhere' shows no subscription"):
        find_scope(ask(serve(write_estate(tmp_path))).sender, Choice((), ("elsewhere",)))


def test_a_management_group_that_shows_nothing_is_told_beside_one_that_does(
    ask: Ask, serve: Serve, tmp_path: Path
) -> None:
    scope = find_scope(ask(serve(write_estate(tmp_path))).sender, Choice((), ("corp", "labb")))

    assert scope.subscriptions
    (entry,) = [entry for entry in scope.unread if not entry.subscription]
    assert entry.reason.startswith("management group 'labb' shows no subscription")


def test_a_management_group_that_is_too_large_is_an_error(ask: Ask, serve: Serve, tmp_path: Path) -> None:
    url = serve(write_estate(tmp_path), settings=Settings(under_scope=1))

    with pytest.raises(RefusedError, match="exceeded the allowed limit 1"):
        find_scope(ask(url).sender, Choice((), ("corp",)))


def test_a_management_group_that_was_cut_is_told(ask: Ask, stub: Script) -> None:
    row = {"id": f"/subscriptions/{READ}", "subscriptionId": READ}
    body = orjson.dumps({"totalRecords": 1, "count": 1, "data": [row], "facets": [], "resultTruncated": "false"})
    url = stub(http(200, body, x_ms_tenant_subscription_limit_hit="true"), http(200, body)).url

    scope = find_scope(ask(url).sender, Choice((), ("corp",)))

    assert scope.subscriptions == {READ}
    assert [(entry.subscription, entry.table) for entry in scope.unread] == [("", "")]
    assert scope.unread[0].touches(["resources"], READ)


@pytest.mark.parametrize("text", ["Production", "", f"{READ}x", f"/subscriptions/{READ}"])
def test_what_is_no_id_of_a_subscription_is_refused(text: str) -> None:
    for choice in (((text,), (), ()), ((), (), (text,))):
        with pytest.raises(UsageError, match="not the id of a subscription"):
            as_choice(*choice)


def test_a_choice_is_the_same_however_it_is_spelled() -> None:
    assert as_choice([f" {READ.upper()} ", READ], ["corp", "corp"], [LAB]) == Choice((READ,), ("corp",), (LAB,))
