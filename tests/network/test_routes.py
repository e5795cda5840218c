"""Which of the routes that people made leads to Azure Storage."""

import pytest

from tenantlint import Json
from tenantlint_backup.network.addresses import Match, holds_address, holds_storage
from tenantlint_backup.network.reach import OPEN, Blocked, Unknown, combine
from tenantlint_backup.network.routes import Route, choose


def route(prefix: Json, hop: Json = "None", name: str = "r") -> dict[str, Json]:
    return {"name": name, "properties": {"addressPrefix": prefix, "nextHopType": hop}}


def chosen(*routes: Json) -> Route | None:
    """Return the route that is chosen; fail where that is not known."""
    found = choose(routes, "westeurope")
    assert not isinstance(found, Unknown)
    return found


def hop(*routes: Json) -> str:
    found = chosen(*routes)
    return found.hop if found else "Azure's own"


def test_without_a_route_azures_own_holds() -> None:
    assert hop() == "Azure's own"
    assert hop(route("10.0.0.0/8"), route("Sql"), route("Storage.northeurope")) == "Azure's own"


def test_tags_come_before_all_addresses_and_a_region_before_none() -> None:
    routes = [
        route("0.0.0.0/0", "None"),
        route("AzureCloud", "VirtualNetworkGateway"),
        route("AzureCloud.westeurope", "VnetLocal"),
        route("Storage", "VirtualAppliance"),
        route("storage.WESTEUROPE", "Internet"),
    ]

    hops = [hop(*routes[:count]) for count in range(1, 6)]
    assert hops == ["none", "virtualnetworkgateway", "vnetlocal", "virtualappliance", "internet"]
    assert [hop(*routes[:count][::-1]) for count in range(1, 6)] == hops


@pytest.mark.parametrize("prefix", ["20.60.0.0/16", "0.0.0.0/1", "odd", "", None, 7])
def test_a_route_that_may_hold_storage_is_in_doubt_where_it_leads_elsewhere(prefix: Json) -> None:
    found = choose([route(prefix), route("0.0.0.0/0", "Internet")], "westeurope")

    assert isinstance(found, Unknown) == (prefix != "odd")
    assert hop(route(prefix), route("0.0.0.0/0", "None")) == "none"


@pytest.mark.parametrize("odd", [None, 7, "odd", [], {}, {"properties": None}, {"properties": 7}])
def test_a_route_that_cannot_be_read_may_lead_anywhere(odd: Json) -> None:
    assert isinstance(choose([odd], "westeurope"), Unknown)


@pytest.mark.parametrize(
    ("tag", "region", "match"),
    [
        ("AzureCloud.centralfrance", "francecentral", Match.YES),
        ("AzureCloud.francecentral", "francecentral", Match.YES),
        ("Storage.germanywc", "germanywestcentral", Match.YES),
        ("Storage.germanyn", "germanywestcentral", Match.NO),
        ("AzureBackup.westeurope", "westeurope", Match.MAYBE),
        ("Storage.westeurope", "", Match.MAYBE),
    ],
)
def test_tags_call_some_regions_by_names_of_their_own(tag: str, region: str, match: Match) -> None:
    assert holds_storage(tag, region) is match


@pytest.mark.parametrize(
    ("prefix", "address", "held"),
    [
        ("*", "10.1.0.4", True),
        ("10.1.0.0/16", "10.1.0.4", True),
        ("10.1.0.4", "10.1.0.4", True),
        ("10.2.0.0/16", "10.1.0.4", False),
        ("odd", "10.1.0.4", False),
        ("10.1.0.0/16", "odd", False),
        ("*", None, True),
        ("10.1.0.0/16", None, False),
        (7, "10.1.0.4", False),
        (["*"], "10.1.0.4", False),
    ],
)
def test_addresses(prefix: Json, address: Json, held: bool) -> None:  # noqa: FBT001 - a column of a table
    assert holds_address(prefix, address) is held


def test_one_obstacle_that_blocks_is_enough_and_all_must_be_known() -> None:
    blocked, unknown, other = Blocked("a rule"), Unknown("absent", "this"), Unknown("unread", "that")

    assert combine([]) == OPEN
    assert combine([OPEN, OPEN]) == OPEN
    assert combine([OPEN, unknown, other]) == unknown
    assert combine([unknown, OPEN, blocked]) == blocked
