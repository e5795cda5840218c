"""Virtual networks, one for each region of a subscription, and what stands between their VMs and the internet.

They are as many as the subscriptions demand, however many VMs there are.
"""

from collections.abc import Iterator

from bench.synthetic.places import Place, Row, resource
from bench.synthetic.tenant import REGIONS_PER_SUBSCRIPTION, Group, Subscription

NETWORKS = "Microsoft.Network/virtualNetworks"
SECURITY_GROUPS = "Microsoft.Network/networkSecurityGroups"
ROUTE_TABLES = "Microsoft.Network/routeTables"
SUBNET_SECURITY = {
    "app": "nsg-app",
    "egress": "nsg-app",
    "guarded": "nsg-storage-only",
    "restricted": "nsg-nothing-out",
    "isolated": "nsg-app",
}
SUBNETS = tuple(SUBNET_SECURITY)
FIRST_HOST = 4
HOSTS_PER_VM = 2
HUB_ADDRESS = "10.63.255.4"
OLD_ADDRESS = "10.63.254.4"

# name, priority, access, direction, destination, port
Rule = tuple[str, int, str, str, str, str]
HTTPS_IN: Rule = ("https-in", 100, "Allow", "Inbound", "VirtualNetwork", "443")
STORAGE_OUT: Rule = ("storage-out", 200, "Allow", "Outbound", "Storage", "*")
NO_INTERNET: Rule = ("no-internet", 4000, "Deny", "Outbound", "Internet", "*")
RULES = {
    "nsg-app": (HTTPS_IN,),
    "nsg-storage-only": (HTTPS_IN, STORAGE_OUT, NO_INTERNET),
    "nsg-nothing-out": (HTTPS_IN, NO_INTERNET),
}


def network_place(subscription: Subscription, slot: int) -> Place:
    """Return the resource group of the network in one region of a subscription."""
    return subscription.place("Network", slot)


def subnet_id(subscription: Subscription, group: Group) -> str:
    """Write the id of the subnet that the VMs of a group are in."""
    return f"{_network_id(network_place(subscription, group.slot))}/subnets/{group.subnet}"


def security_group_id(subscription: Subscription, slot: int, name: str) -> str:
    """Write the id of a network security group."""
    return network_place(subscription, slot).id_of(SECURITY_GROUPS, name)


def address(group: Group, host: int) -> str:
    """Return a private address in a group's subnet: five subnets of 2^19 addresses in each region's quarter of 10/8."""
    first = (group.slot << 22) + (SUBNETS.index(group.subnet) << 19)
    number = first + FIRST_HOST + host
    return f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"


def network_rows(subscription: Subscription) -> Iterator[Row]:
    """Yield the rows of `Resources` for the networks of a subscription and all that guards their subnets."""
    for slot in range(REGIONS_PER_SUBSCRIPTION):
        place = network_place(subscription, slot)
        yield _network_row(place, slot, private=subscription.number % 2 == 0)
        for name, rules in RULES.items():
            group = place.id_of(SECURITY_GROUPS, name)
            security = {"provisioningState": "Succeeded", "securityRules": [_rule(group, rule) for rule in rules]}
            yield resource(place, SECURITY_GROUPS, name, security)
        yield _route_table_row(place, HUB_ADDRESS if subscription.number % 5 else OLD_ADDRESS)


def _network_id(place: Place) -> str:
    return place.id_of(NETWORKS, f"vnet-{place.region}")


def _network_row(place: Place, slot: int, *, private: bool) -> Row:
    properties = {
        "provisioningState": "Succeeded",
        "addressSpace": {"addressPrefixes": [f"10.{slot * 64}.0.0/10"]},
        "dhcpOptions": {"dnsServers": []},
        "subnets": [_subnet(place, name, slot, private=private) for name in SUBNETS],
        "virtualNetworkPeerings": [],
        "enableDdosProtection": False,
    }
    return resource(place, NETWORKS, f"vnet-{place.region}", properties)


def _subnet(place: Place, name: str, slot: int, *, private: bool) -> Row:
    properties: Row = {
        "provisioningState": "Succeeded",
        "addressPrefix": f"10.{slot * 64 + SUBNETS.index(name) * 8}.0.0/13",
        "networkSecurityGroup": {"id": place.id_of(SECURITY_GROUPS, SUBNET_SECURITY[name])},
        "privateEndpointNetworkPolicies": "Disabled",
    }
    if name == "egress":
        properties["routeTable"] = {"id": place.id_of(ROUTE_TABLES, "rt-egress")}
    if name == "isolated" and private:
        properties["defaultOutboundAccess"] = False
    return {"name": name, "id": f"{_network_id(place)}/subnets/{name}", "properties": properties}


def _rule(group: str, rule: Rule) -> Row:
    name, priority, access, direction, destination, port = rule
    return {
        "name": name,
        "id": f"{group}/securityRules/{name}",
        "type": f"{SECURITY_GROUPS}/securityRules",
        "properties": {
            "provisioningState": "Succeeded",
            "protocol": "*",
            "sourcePortRange": "*",
            "sourceAddressPrefix": "*",
            "destinationAddressPrefix": destination,
            "destinationPortRange": port,
            "access": access,
            "priority": priority,
            "direction": direction,
        },
    }


def _route_table_row(place: Place, firewall: str) -> Row:
    table = place.id_of(ROUTE_TABLES, "rt-egress")
    hop = {"addressPrefix": "0.0.0.0/0", "nextHopType": "VirtualAppliance", "nextHopIpAddress": firewall}
    route = {
        "name": "default",
        "id": f"{table}/routes/default",
        "properties": {"provisioningState": "Succeeded", **hop},
    }
    properties = {"provisioningState": "Succeeded", "disableBgpRoutePropagation": False, "routes": [route]}
    return resource(place, ROUTE_TABLES, "rt-egress", properties)
