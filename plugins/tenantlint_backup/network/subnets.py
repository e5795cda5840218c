"""The subnets of virtual networks: what guards them and what leads out of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from tenantlint_backup.network.reach import OPEN, Unknown, row_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tenantlint import Context, Json, Resource
    from tenantlint_backup.network.reach import Way

_STORAGE: Final = frozenset({"microsoft.storage", "microsoft.storage.global"})
_SUBNET_IDS: Final = "properties.ipConfigurations[*].properties.subnet.id"


@dataclass(frozen=True, slots=True)
class Subnet:
    """One subnet; the ids are None where there is no such thing, and of any type where the row is odd.

    ``by_endpoint`` is the way that a service endpoint for Azure Storage makes, past all routes; None where there is no
    such endpoint. ``open_by_default`` is Azure's own way out to the internet, which a private subnet lacks (False).
    """

    name: str
    security_group: Json
    route_table: Json
    by_endpoint: Way | None
    has_nat_gateway: bool
    open_by_default: Json


def subnet_of(interface: Resource, ctx: Context) -> Subnet | Unknown:
    """Return the subnet that *interface* is in, or why that is not known; all its addresses are in one."""
    found = interface.items(_SUBNET_IDS) or []
    ids = {id_.lower() for id_ in found if isinstance(id_, str)}
    if len(ids) != 1 or not all(isinstance(id_, str) for id_ in found):
        return Unknown("absent", "the subnet of its network interface")
    (id_,) = ids
    network = row_of("virtual_networks", id_.partition("/subnets/")[0], "virtual network", ctx)
    if isinstance(network, Unknown):
        return network
    return _subnets(network).get(id_) or Unknown("absent", "properties.subnets of its virtual network")


@lru_cache(maxsize=1024)  # many VMs share a network
def _subnets(network: Resource) -> Mapping[str, Subnet]:
    return dict(_read(network.items("properties.subnets") or []))


def _read(subnets: list[Json]) -> Iterator[tuple[str, Subnet]]:
    for subnet in subnets:
        id_ = subnet.get("id") if isinstance(subnet, dict) else None
        properties = subnet.get("properties") if isinstance(subnet, dict) else None
        if isinstance(id_, str) and isinstance(properties, dict):
            yield id_.lower(), _subnet(id_.rpartition("/")[2], properties)


def _subnet(name: str, properties: dict[str, Json]) -> Subnet:
    return Subnet(
        name,
        security_group=_id(properties.get("networkSecurityGroup")),
        route_table=_id(properties.get("routeTable")),
        by_endpoint=_by_endpoint(properties.get("serviceEndpoints"), properties.get("serviceEndpointPolicies")),
        has_nat_gateway=isinstance(_id(properties.get("natGateway")), str),
        open_by_default=properties.get("defaultOutboundAccess"),
    )


def _id(named: Json) -> Json:
    """Return the id in *named*; None for nothing, and something that is no text where there is no id to be found."""
    if named is None:
        return None
    id_ = named.get("id") if isinstance(named, dict) else None
    return id_ if isinstance(id_, str) else False


def _by_endpoint(endpoints: Json, policies: Json) -> Way | None:
    listed = endpoints if isinstance(endpoints, list) else []
    services = [entry.get("service") for entry in listed if isinstance(entry, dict)]
    if not any(isinstance(service, str) and service.lower() in _STORAGE for service in services):
        return None
    return Unknown("unobservable", "which storage accounts its service endpoint leads to") if policies else OPEN
