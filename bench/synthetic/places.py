"""Where a resource lives, and the columns that Resource Graph shows of every resource."""

from typing import NamedTuple

Row = dict[str, object]


class Place(NamedTuple):
    """A resource group in a region. The group is spelled as its owner spelled it, not in lower case."""

    tenant: str
    subscription: str
    group: str
    region: str

    @property
    def id(self) -> str:
        """The id of the resource group."""
        return f"/subscriptions/{self.subscription}/resourceGroups/{self.group}"

    def id_of(self, provider_type: str, name: str) -> str:
        """Write the id of a resource in this group from, say, `Microsoft.Compute/disks` and its name."""
        return f"/subscriptions/{self.subscription}/resourceGroups/{self.group}/providers/{provider_type}/{name}"


def resource(place: Place, provider_type: str, name: str, properties: object, **columns: object) -> Row:
    """Build a row with all standard columns in the order of the service; `columns` replaces the empty ones."""
    return {
        "id": place.id_of(provider_type, name),
        "name": name,
        "type": provider_type.lower(),
        "tenantId": place.tenant,
        "kind": "",
        "location": place.region,
        "resourceGroup": place.group.lower(),
        "subscriptionId": place.subscription,
        "managedBy": "",
        "sku": None,
        "plan": None,
        "properties": properties,
        "tags": None,
        "identity": None,
        "zones": None,
        "extendedLocation": None,
    } | columns
