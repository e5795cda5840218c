"""What an Azure Firewall on the way lets through: Azure Backup, if its rules name the FQDN tag."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from tenantlint_backup.network.addresses import holds_address
from tenantlint_backup.network.reach import OPEN, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenantlint import Context, Json, Resource
    from tenantlint_backup.network.reach import Way

_TAG: Final = "azurebackup"
_IN_NETWORK: Final = "properties.ipConfigurations[*].properties.privateIPAddress | [0]"
_IN_HUB: Final = "properties.hubIPAddresses.privateIPAddress"
_OWN_ADDRESS: Final = "properties.ipConfigurations[0].properties.privateIPAddress"


def way_through(address: str, interface: Resource, ctx: Context) -> Way:
    """Tell whether the appliance at *address* lets the VM behind *interface* reach Azure Backup.

    Addresses may repeat in networks that do not know of each other: where several firewalls have it, all must.
    """
    found = [ctx.tenant.where("azure_firewalls", path, address) for path in (_IN_NETWORK, _IN_HUB)]
    firewalls = list(chain.from_iterable(found)) if address else []
    own = interface.find(_OWN_ADDRESS)
    if firewalls and all(_lets_through(firewall, own, ctx) for firewall in firewalls):
        return OPEN
    if not firewalls and (unread := found[0].unread):
        return Unknown("unread", unread)
    return Unknown("unobservable", "what the appliance that its traffic is routed to lets through")


def _lets_through(firewall: Resource, address: Json, ctx: Context) -> bool:
    collections = chain(_own_collections(firewall), _collections_of_policy(firewall, ctx))
    return any(_allows(rule, address) for collection in collections for rule in _allowing(collection))


def _own_collections(firewall: Resource) -> Iterator[Json]:
    yield from firewall.items("properties.applicationRuleCollections[*].properties") or ()


def _collections_of_policy(firewall: Resource, ctx: Context) -> Iterator[Json]:
    policy = firewall.text("properties.firewallPolicy.id")
    for group in ctx.tenant.where("firewall_rule_groups", "policyId", policy) if policy else ():
        yield from group.items("properties.ruleCollections") or ()


def _allowing(collection: Json) -> list[Json]:
    """Return the rules of *collection* if it allows what they name."""
    if not isinstance(collection, dict):
        return []
    action, rules = collection.get("action"), collection.get("rules")
    kind = action.get("type") if isinstance(action, dict) else None
    is_allowing = isinstance(kind, str) and kind.lower() == "allow"
    return rules if is_allowing and isinstance(rules, list) else []


def _allows(rule: Json, address: Json) -> bool:
    if not isinstance(rule, dict):
        return False
    tags, sources = rule.get("fqdnTags"), rule.get("sourceAddresses")
    named = {tag.lower() for tag in tags if isinstance(tag, str)} if isinstance(tags, list) else set()
    return _TAG in named and isinstance(sources, list) and any(holds_address(prefix, address) for prefix in sources)
