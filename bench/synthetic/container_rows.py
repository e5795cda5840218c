"""The rows of `ResourceContainers`: subscriptions and resource groups."""

from collections.abc import Iterator

from bench.synthetic.places import Place, Row, resource
from bench.synthetic.tenant import REGIONS_PER_SUBSCRIPTION, Subscription

GROUPS = "Microsoft.Resources/subscriptions/resourceGroups"
SUBSCRIPTIONS = "Microsoft.Resources/subscriptions"


def subscription_row(subscription: Subscription) -> Row:
    """Build the row of a subscription; its id is in `subscriptionId`, its name in `name`."""
    root = {"name": subscription.tenant, "displayName": "Tenant Root Group"}
    properties = {
        "state": "Enabled",
        "managementGroupAncestorsChain": [{"name": "landing-zones", "displayName": "Landing zones"}, root],
        "subscriptionPolicies": {"locationPlacementId": "Public_2014-09-01", "spendingLimit": "Off"},
    }
    place = Place(subscription.tenant, subscription.id, "", "")
    return resource(place, SUBSCRIPTIONS, subscription.name, properties, id=f"/subscriptions/{subscription.id}")


def shared_group_rows(subscription: Subscription) -> Iterator[Row]:
    """Yield the rows of the resource groups of vaults, key vaults and networks."""
    for slot in range(REGIONS_PER_SUBSCRIPTION):
        for purpose in ("Shared", "Keys", "Network"):
            yield group_row(subscription.place(purpose, slot))


def group_row(place: Place) -> Row:
    """Build the row of a resource group."""
    return resource(place, GROUPS, place.group, {"provisioningState": "Succeeded"}, id=place.id)
