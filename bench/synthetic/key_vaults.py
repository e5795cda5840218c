"""Key vaults that hold the secrets of encrypted disks, and what Azure Backup may do in them."""

from collections.abc import Iterator
from typing import NamedTuple

from bench.synthetic.draws import digest, draws, guid, named_guid, odds, pick
from bench.synthetic.places import Place, Row, resource
from bench.synthetic.tenant import REGIONS_PER_SUBSCRIPTION, Subscription, Tenant

LACKING = ("no-policy", "no-backup", "secrets-user")
WITH_ROLES = ("administrator", "custom-role", "secrets-user")
FIREWALLS = odds(
    {("Deny", "AzureServices"): 2000, ("Deny", "None"): 300, ("", ""): 1000}, rest=("Allow", "AzureServices")
)

TROUBLES = odds({"purgeable": 1500, "not-recoverable": 150, "other tenant": 250}, rest="none")

ALL_KEYS = ["Get", "List", "Update", "Create", "Import", "Delete", "Recover", "Backup", "Restore"]
ALL_SECRETS = ["Get", "List", "Set", "Delete", "Recover", "Backup", "Restore"]


class KeyVault(NamedTuple):
    """A key vault. `access` says how Azure Backup gets into it, or why it does not; `gone` ones have no row."""

    place: Place
    name: str
    access: str

    @property
    def id(self) -> str:
        """The id, as the provider spells it."""
        return self.place.id_of("Microsoft.KeyVault/vaults", self.name)

    @property
    def url(self) -> str:
        """The address of what it holds."""
        return f"https://{self.name}.vault.azure.net"

    @property
    def admits_backup(self) -> bool:
        """Whether a capable grant to Azure Backup itself is among the rows."""
        return self.access in {"policy", "administrator", "custom-role"}


def key_vault(subscription: Subscription, slot: int, access: str) -> KeyVault:
    """Name the key vault of one kind of access (`lacking`: in one of several ways) in a region of a subscription."""
    kind = LACKING[(subscription.number + slot) % len(LACKING)] if access == "lacking" else access
    # The custom role is assigned to a whole resource group, which therefore must hold no other key vault.
    place = subscription.place("Keys" if kind == "custom-role" else "Shared", slot)
    return KeyVault(place, f"kv-{subscription.number:05}-{slot}-{kind}", kind)


def key_vaults(subscription: Subscription) -> list[KeyVault]:
    """List the key vaults of a subscription that have a row."""
    kinds = ("policy", "administrator", "custom-role", "group", "lacking")
    return [key_vault(subscription, slot, kind) for slot in range(REGIONS_PER_SUBSCRIPTION) for kind in kinds]


def key_vault_row(tenant: Tenant, vault: KeyVault) -> Row:
    """Build the row of `Resources`."""
    firewall, drawn, *_ = draws(tenant.seed, vault.name)
    trouble = pick(drawn, TROUBLES)
    properties: Row = {
        "sku": {"family": "A", "name": "standard"},
        "tenantId": named_guid(tenant.seed, "former tenant") if trouble == "other tenant" else tenant.id,
        "accessPolicies": list(_policies(tenant, vault)),
        "enabledForDeployment": False,
        "enabledForDiskEncryption": True,
        "enabledForTemplateDeployment": False,
        "enableSoftDelete": trouble != "not-recoverable",
        "softDeleteRetentionInDays": 90,
        "enableRbacAuthorization": vault.access in WITH_ROLES,
        "vaultUri": f"{vault.url}/",
        "provisioningState": "Succeeded",
        "publicNetworkAccess": "Enabled",
    }
    if trouble not in {"purgeable", "not-recoverable"}:
        properties["enablePurgeProtection"] = True
    action, bypass = pick(firewall, FIREWALLS)
    if action:
        acls = {"bypass": bypass, "defaultAction": action, "ipRules": [], "virtualNetworkRules": []}
        properties["networkAcls"] = acls
    return resource(vault.place, "Microsoft.KeyVault/vaults", vault.name, properties, tags={"purpose": "disks"})


def _policies(tenant: Tenant, vault: KeyVault) -> Iterator[Row]:
    """Yield the access policies: an application that reads secrets, and what the kind of access says."""
    if vault.access in WITH_ROLES:
        return
    application = guid(digest(tenant.seed, f"application/{vault.name}").hex())
    yield _policy(tenant, application, ["Get"], ["Get", "List"])
    if vault.access == "policy":
        yield _policy(tenant, named_guid(tenant.seed, f"admins/{vault.place.subscription}"), ALL_KEYS, ALL_SECRETS)
        yield _policy(tenant, tenant.backup_service, ["get", "list", "backup"], ["get", "list", "backup"])
    if vault.access == "group":
        yield _policy(tenant, named_guid(tenant.seed, "operators"), ["all"], ["all"])
    if vault.access == "no-backup":
        yield _policy(tenant, tenant.backup_service, ["Get", "List"], ["Get", "List"])


def _policy(tenant: Tenant, principal: str, keys: list[str], secrets: list[str]) -> Row:
    permissions = {"keys": keys, "secrets": secrets, "certificates": [], "storage": []}
    return {"tenantId": tenant.id, "objectId": principal, "permissions": permissions}
