"""Storage accounts with their network rules, and the protected file shares in them."""

from collections.abc import Iterator
from typing import NamedTuple

from bench.synthetic.draws import digest, draws, odds, pick
from bench.synthetic.item_rows import ITEMS
from bench.synthetic.places import Row, resource
from bench.synthetic.recovery_vaults import home_vault
from bench.synthetic.tenant import Group, Subscription, Tenant

ACCOUNTS = "Microsoft.Storage/storageAccounts"
PROTECTED_SHARES = odds({1: 800, 2: 200}, rest=0)
SHARED_KEY = odds({False: 1000}, rest=True)
COPY_SCOPE = odds({"PrivateLink": 800, "AAD": 600}, rest="")


class Network(NamedTuple):
    """Who gets to a storage account. No default action: no network rules in the row at all."""

    default_action: str
    bypass: str
    public_access: str


NETWORKS = odds(
    {
        Network("Deny", "AzureServices", "Enabled"): 1500,
        Network("Deny", "Logging, Metrics, AzureServices", "Enabled"): 500,
        Network("Deny", "AzureServices", "Disabled"): 500,
        Network("Deny", "None", "Enabled"): 700,
        Network("Deny", "Logging, Metrics", "Enabled"): 200,
        Network("Allow", "None", "Disabled"): 100,
        Network("Deny", "None", "SecuredByPerimeter"): 50,
        Network("", "", "Enabled"): 100,
    },
    rest=Network("Allow", "AzureServices", "Enabled"),
)


def account_row(tenant: Tenant, group: Group) -> Row:
    """Build the row of `Resources` for a group's storage account."""
    drawn = draws(tenant.seed, group.account)
    network, scope = pick(drawn[0], NETWORKS), pick(drawn[2], COPY_SCOPE)
    hosts = {kind: f"https://{group.account}.{kind}.core.windows.net/" for kind in ("blob", "file", "queue", "table")}
    properties: Row = {
        "provisioningState": "Succeeded",
        "creationTime": "2022-03-04T05:06:07.1234567Z",
        "primaryEndpoints": hosts,
        "primaryLocation": group.place.region,
        "statusOfPrimary": "available",
        "publicNetworkAccess": network.public_access,
        "allowSharedKeyAccess": pick(drawn[1], SHARED_KEY),
        "allowBlobPublicAccess": False,
        "supportsHttpsTrafficOnly": True,
        "minimumTlsVersion": "TLS1_2",
        "accessTier": "Hot",
        "privateEndpointConnections": [],
        "encryption": {"keySource": "Microsoft.Storage", "requireInfrastructureEncryption": False},
    }
    if scope:
        properties["allowedCopyScope"] = scope
    if network.default_action:
        properties["networkAcls"] = {
            "defaultAction": network.default_action,
            "bypass": network.bypass,
            "ipRules": [],
            "virtualNetworkRules": [],
            "resourceAccessRules": [],
        }
    sku = {"name": "Standard_LRS", "tier": "Standard"}
    return resource(group.place, ACCOUNTS, group.account, properties, kind="StorageV2", sku=sku)


def file_share_item_rows(tenant: Tenant, subscription: Subscription, group: Group) -> Iterator[Row]:
    """Yield the rows of `RecoveryServicesResources` for protected file shares of a group's storage account."""
    if not subscription.has_vault(group.slot):
        return
    for share in range(pick(draws(tenant.seed, f"shares/{group.account}")[0], PROTECTED_SHARES)):
        yield _share_row(tenant, subscription, group, share)


def _share_row(tenant: Tenant, subscription: Subscription, group: Group, share: int) -> Row:
    vault = home_vault(subscription, group)
    source = group.place.id_of(ACCOUNTS, group.account)
    name = f"AzureFileShare;{digest(tenant.seed, f'{group.account}/{share}').hex()[:64].upper()}"
    container = f"StorageContainer;storage;{group.place.group};{group.account}"
    properties = {
        "backupManagementType": "AzureStorage",
        "workloadType": "AzureFileShare",
        "protectedItemType": "AzureFileShareProtectedItem",
        "friendlyName": f"share{share}",
        "sourceResourceId": source,
        "dataSourceInfo": {
            "datasourceType": "Microsoft.Storage/storageAccounts/fileServices/shares",
            "resourceID": source,
            "resourceLocation": group.place.region,
        },
        "vaultId": vault.id,
        "policyId": f"{vault.id}/backupPolicies/files",
        "protectionState": "Protected",
        "currentProtectionState": "ProtectionConfigured",
        "lastBackupStatus": "Completed",
        "lastBackupTime": "2026-11-19T19:30:12Z",
        "isScheduledForDeferredDelete": False,
    }
    path = f"{vault.id}/backupFabrics/Azure/protectionContainers/{container}/protectedItems/{name}"
    return resource(vault.place, ITEMS, name, properties, id=path)
