"""Whether a VM reaches Azure Storage: past its network security groups, and by its subnet's routes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint_backup.network.interfaces import primary_interface
from tenantlint_backup.network.reach import Unknown, combine
from tenantlint_backup.network.routes import route_to_storage, way_by_route
from tenantlint_backup.network.security_groups import ways_by_group
from tenantlint_backup.network.security_rules import Flow
from tenantlint_backup.network.subnets import subnet_of
from tenantlint_backup.regions import region_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tenantlint import Context, Resource
    from tenantlint_backup.network.reach import Way

TABLES: Final = (
    "azure_firewalls",
    "firewall_rule_groups",
    "network_interfaces",
    "network_security_groups",
    "route_tables",
    "virtual_networks",
)
"""What a rule that asks must declare in its ``reads``."""


def outbound(vm: Resource, ports: Sequence[int], ctx: Context) -> Way:
    """Tell whether *vm* reaches Azure Storage in its region by TCP on all of *ports*."""
    interface = primary_interface(vm, ctx)
    if isinstance(interface, Unknown):
        return interface
    return combine(_ways(interface, ports, region_of(vm), ctx))


def _ways(interface: Resource, ports: Sequence[int], region: str, ctx: Context) -> Iterator[Way]:
    """Yield what the obstacles make of the traffic, one after the other."""
    subnet = subnet_of(interface, ctx)
    group = interface.find("properties.networkSecurityGroup.id")
    if isinstance(subnet, Unknown):
        yield from ways_by_group(group, [Flow(port, region, routed=True) for port in ports], ctx)
        yield subnet
        return
    route, trouble = route_to_storage(subnet, region, ctx)
    flows = [Flow(port, region, routed=bool(route or trouble)) for port in ports]
    yield from ways_by_group(group, flows, ctx)
    yield from ways_by_group(subnet.security_group, flows, ctx)
    yield subnet.by_endpoint or trouble or way_by_route(route, subnet, interface, ctx)
