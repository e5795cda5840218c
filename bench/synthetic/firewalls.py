"""The Azure Firewalls of a tenant: one lets VMs reach Azure Backup, an older one does not."""

from collections.abc import Iterator

from bench.synthetic.networks import HUB_ADDRESS, OLD_ADDRESS, network_place
from bench.synthetic.places import Place, Row, resource
from bench.synthetic.tenant import Tenant

FIREWALLS = "Microsoft.Network/azureFirewalls"
POLICIES = "Microsoft.Network/firewallPolicies"
RULE_GROUPS = f"{POLICIES}/ruleCollectionGroups"
ALLOWED = {
    "name": "platform",
    "sourceAddresses": ["10.0.0.0/8"],
    "fqdnTags": ["WindowsUpdate", "AzureBackup"],
    "targetFqdns": [],
    "protocols": [{"protocolType": "Https", "port": 443}],
}


def firewall_rows(tenant: Tenant) -> Iterator[Row]:
    """Yield the rows of `Resources`."""
    place = _place(tenant)
    yield resource(place, POLICIES, "afwp-hub", {"provisioningState": "Succeeded", "threatIntelMode": "Alert"})
    yield _firewall_row(place, "afw-hub", HUB_ADDRESS, {"firewallPolicy": {"id": place.id_of(POLICIES, "afwp-hub")}})
    web = {**ALLOWED, "fqdnTags": ["WindowsUpdate"]}
    rules = {"priority": 100, "action": {"type": "Allow"}, "rules": [web]}
    yield _firewall_row(
        place, "afw-old", OLD_ADDRESS, {"applicationRuleCollections": [{"name": "platform", "properties": rules}]}
    )


def rule_group_rows(tenant: Tenant) -> Iterator[Row]:
    """Yield the rows of `NetworkResources`."""
    place = _place(tenant)
    collection = {
        "name": "platform",
        "priority": 100,
        "ruleCollectionType": "FirewallPolicyFilterRuleCollection",
        "action": {"type": "Allow"},
        "rules": [{"ruleType": "ApplicationRule", **ALLOWED}],
    }
    properties = {"provisioningState": "Succeeded", "priority": 300, "ruleCollections": [collection]}
    path = f"{place.id_of(POLICIES, 'afwp-hub')}/ruleCollectionGroups/platform"
    yield resource(place, RULE_GROUPS, "platform", properties, id=path)


def _place(tenant: Tenant) -> Place:
    return network_place(tenant.subscriptions[0], 0)


def _firewall_row(place: Place, name: str, address: str, rules: Row) -> Row:
    configuration = {"privateIPAddress": address, "privateIPAllocationMethod": "Dynamic"}
    properties = {
        "provisioningState": "Succeeded",
        "sku": {"name": "AZFW_VNet", "tier": "Standard"},
        "ipConfigurations": [{"name": "ipconfig1", "properties": configuration}],
        **rules,
    }
    return resource(place, FIREWALLS, name, properties)
