"""Recovery Services vaults: where they are, and how they keep and guard backups."""

from collections.abc import Iterator
from typing import NamedTuple

from bench.synthetic.draws import draws, odds, pick
from bench.synthetic.places import Place, Row, resource
from bench.synthetic.tenant import REGIONS_PER_SUBSCRIPTION, Group, Subscription, Tenant, vault_number

VAULTS = "Microsoft.RecoveryServices/vaults"
OF_PROJECTS = 7
"""The number of the subscription in which a pipeline made a vault for every project. Small tenants have none such."""
PROJECTS = 505
NAMES_OF_PROJECTS = 502

REDUNDANCY = odds(
    {
        ("GeoRedundant", "Disabled"): 2500,
        ("LocallyRedundant", "Disabled"): 1200,
        ("ZoneRedundant", "Disabled"): 1000,
    },
    rest=("GeoRedundant", "Enabled"),
)
SOFT_DELETE = odds(
    {("Disabled", 14): 200, ("Enabled", 14): 3000, ("AlwaysON", 30): 1000, ("Enabled", 7): 100}, rest=("AlwaysON", 14)
)
IMMUTABILITY = odds({"Disabled": 3000, "Unlocked": 2500, "": 500}, rest="Locked")
SECOND_PERSON = odds({"Disabled": 4000}, rest="Enabled")
ALERTS = odds({("Disabled", "Enabled"): 400, ("Enabled", "Enabled"): 800}, rest=("Enabled", "Disabled"))
PUBLIC_ACCESS = odds({"Disabled": 2000}, rest="Enabled")
OWN_KEY = odds({True: 1000}, rest=False)


class Vault(NamedTuple):
    """A vault in the resource group of a region."""

    place: Place
    name: str

    @property
    def id(self) -> str:
        """The id, as the provider spells it."""
        return self.place.id_of(VAULTS, self.name)


def regional_vault(subscription: Subscription, slot: int, number: int = 0) -> Vault:
    """Return the vault with this number in one of the regions of a subscription."""
    place = subscription.place("Shared", slot)
    return Vault(place, f"rsv-{place.region}-{number:03}" if number else f"rsv-{place.region}")


def home_vault(subscription: Subscription, group: Group) -> Vault:
    """Return the vault for what is in a resource group: of its region or, without one there, of the first region."""
    slot = group.slot if subscription.has_vault(group.slot) else 0
    return regional_vault(subscription, slot, vault_number(group.number))


def other_vault(subscription: Subscription, group: Group) -> Vault:
    """Return a vault of the same subscription in another region. The first two regions always have one."""
    return regional_vault(subscription, 1 if group.slot == 0 else 0, vault_number(group.number))


def regional_vaults(subscription: Subscription) -> Iterator[Vault]:
    """Yield the vaults that protect what is in a subscription."""
    for slot in filter(subscription.has_vault, range(REGIONS_PER_SUBSCRIPTION)):
        for number in range(subscription.vaults_per_region):
            yield regional_vault(subscription, slot, number)


def project_vaults(subscription: Subscription) -> Iterator[Vault]:
    """Yield vaults that protect nothing, more than a subscription may have, some of one name in two groups."""
    if subscription.number == OF_PROJECTS:
        for number in range(PROJECTS):
            place = subscription.place("Shared" if number < NAMES_OF_PROJECTS else "Keys", 0)
            yield Vault(place, f"rsv-project-{number % NAMES_OF_PROJECTS:03}")


def vault_row(tenant: Tenant, vault: Vault) -> Row:
    """Build the row of `Resources`."""
    drawn = draws(tenant.seed, f"vault/{vault.id}")
    properties: Row = {
        "provisioningState": "Succeeded",
        "publicNetworkAccess": pick(drawn[5], PUBLIC_ACCESS),
        "backupStorageVersion": "V2",
        "privateEndpointStateForBackup": "None",
        "redundancySettings": _redundancy(drawn[0]),
        "securitySettings": _security(drawn),
        "monitoringSettings": _monitoring(drawn[4]),
    }
    if pick(drawn[6], OWN_KEY):
        key = f"https://kv-{vault.place.subscription[:8]}.vault.azure.net/keys/backup"
        properties["encryption"] = {
            "keyVaultProperties": {"keyUri": key},
            "kekIdentity": {"useSystemAssignedIdentity": True},
            "infrastructureEncryption": "Disabled",
        }
    return resource(vault.place, VAULTS, vault.name, properties, sku={"name": "RS0", "tier": "Standard"})


def _redundancy(draw: int) -> Row:
    storage, restore = pick(draw, REDUNDANCY)
    return {"standardTierStorageRedundancy": storage, "crossRegionRestore": restore}


def _security(drawn: tuple[int, ...]) -> Row:
    state, days = pick(drawn[1], SOFT_DELETE)
    immutability = pick(drawn[2], IMMUTABILITY)
    settings: Row = {
        "softDeleteSettings": {"softDeleteState": state, "softDeleteRetentionPeriodInDays": days},
        "multiUserAuthorization": pick(drawn[3], SECOND_PERSON),
    }
    if immutability:
        settings["immutabilitySettings"] = {"state": immutability}
    return settings


def _monitoring(draw: int) -> Row:
    failures, classic = pick(draw, ALERTS)
    return {
        "azureMonitorAlertSettings": {"alertsForAllJobFailures": failures},
        "classicAlertSettings": {"alertsForCriticalOperations": classic},
    }
