"""Where the routes of a subnet lead what is meant for Azure Storage."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from tenantlint_backup.network.addresses import Match, holds_storage
from tenantlint_backup.network.firewalls import way_through
from tenantlint_backup.network.reach import OPEN, Blocked, Unknown, row_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenantlint import Context, Json, Resource
    from tenantlint_backup.network.reach import Way
    from tenantlint_backup.network.subnets import Subnet

_PUBLIC_ADDRESSES: Final = "properties.ipConfigurations[*].properties.publicIPAddress"
_BACKEND_POOLS: Final = "properties.ipConfigurations[*].properties.loadBalancerBackendAddressPools[]"
_TAGS: Final = {"azurecloud": 1, "storage": 3}


@dataclass(frozen=True, slots=True)
class Route:
    """A route that people made: its name, what it holds, and where it leads; empty where the row does not say."""

    name: str
    prefix: str
    hop: str
    address: str


def route_to_storage(subnet: Subnet, region: str, ctx: Context) -> tuple[Route | None, Blocked | Unknown | None]:
    """Return the route of *subnet* that leads to Azure Storage in *region*, None for Azure's own, and what is wrong."""
    if subnet.route_table is None:
        return None, None
    if not isinstance(subnet.route_table, str):
        return None, Unknown("absent", "properties.routeTable.id of its subnet")
    table = row_of("route_tables", subnet.route_table, "route table", ctx)
    return (None, table) if isinstance(table, Unknown) else _in_table(table, region)


@lru_cache(maxsize=1024)  # many subnets share a table, and many VMs a subnet
def _in_table(table: Resource, region: str) -> tuple[Route | None, Blocked | Unknown | None]:
    routes = table.items("properties.routes")
    if routes is None:
        return None, Unknown("absent", "properties.routes of its route table")
    route = choose(routes, region)
    if isinstance(route, Route) and route.hop == "none":
        by = f"route '{route.name}' of route table '{table.name}', which leads nowhere"
        return route, Blocked(by, {"route_tables.id": table.id, "properties.routes.name": route.name})
    return (None, route) if isinstance(route, Unknown) else (route, None)


def choose(routes: Sequence[Json], region: str) -> Route | Unknown | None:
    """Return the route to Azure Storage in *region*; None where Azure's own holds."""
    matches = [(holds_storage(route.prefix, region), route) for route in map(_read, routes)]
    holding = [route for match, route in matches if match is Match.YES]
    route = max(holding, key=_precision, default=None)
    hop = route.hop if route else "internet"
    if any(match is Match.MAYBE and other.hop != hop for match, other in matches):
        return Unknown("unobservable", "whether the routes of its subnet lead to Azure Storage")
    return route


def _read(route: Json) -> Route:
    named = route if isinstance(route, dict) else {}
    properties = named.get("properties")
    told = properties if isinstance(properties, dict) else {}
    texts = [told.get(key) for key in ("addressPrefix", "nextHopType", "nextHopIpAddress")]
    prefix, hop, address = (text.lower() if isinstance(text, str) else "" for text in texts)
    return Route(str(named.get("name")), prefix, hop, address)


def _precision(route: Route) -> int:
    """Return how near *route* is to Azure Storage: Azure prefers tags to no tag, Storage to all, a region to none."""
    tag, _, of_region = route.prefix.partition(".")
    return _TAGS[tag] + bool(of_region) if tag in _TAGS else 0


def way_by_route(route: Route | None, subnet: Subnet, interface: Resource, ctx: Context) -> Way:
    """Tell whether *route* leads to Azure Storage, or, where there is none, Azure's own out of *subnet*."""
    if route is None or route.hop == "internet":
        return _way_out(subnet, interface)
    if route.hop == "virtualappliance":
        return way_through(route.address, interface, ctx)
    return Unknown("unobservable", "what lies behind the route of its subnet")


def _way_out(subnet: Subnet, interface: Resource) -> Way:
    """Tell whether something takes the traffic from *subnet* to the internet."""
    if subnet.open_by_default in (None, True) or subnet.has_nat_gateway or interface.items(_PUBLIC_ADDRESSES):
        return OPEN
    if subnet.open_by_default is not False:
        return Unknown("absent", "properties.defaultOutboundAccess of its subnet")
    if interface.items(_BACKEND_POOLS):
        return Unknown("unobservable", "whether its load balancer has outbound rules")
    by = f"its subnet '{subnet.name}', which is private and has no way out"
    return Blocked(by, {"virtual_networks.properties.subnets.name": subnet.name, "defaultOutboundAccess": False})
