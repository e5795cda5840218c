"""Makes rows of the tables that rules ask most, as a tenant that keeps every rule of the backup pack has them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from tenantlint.testing.building import SUBSCRIPTION_ID, an_id, built
from tenantlint.testing.running import NOW

if TYPE_CHECKING:
    from datetime import datetime

    from tenantlint.testing.merging import Row

_VMS: Final = "Microsoft.Compute/virtualMachines"
_VAULTS: Final = "Microsoft.RecoveryServices/vaults"
_ITEMS: Final = f"{_VAULTS}/backupFabrics/protectionContainers/protectedItems"
_SOFT_DELETE: Final = {"softDeleteState": "AlwaysON", "softDeleteRetentionPeriodInDays": 14}


def a_subscription(name: str = "Production", /, **columns: Any) -> Row:  # noqa: ANN401 - JSON of any kind
    """Make a row of ``subscriptions``."""
    subscription_id = columns.get("subscriptionId", SUBSCRIPTION_ID)
    default = {
        "id": f"/subscriptions/{subscription_id}",
        "name": name,
        "subscriptionId": subscription_id,
        "resourceGroup": "",
        "location": "",
        "properties": {"state": "Enabled"},
    }
    return built("subscriptions", "Microsoft.Resources/subscriptions", default, columns)


def a_vm(name: str = "vm-1", /, **columns: Any) -> Row:  # noqa: ANN401 - JSON of any kind
    """Make a row of ``virtual_machines``: a Windows VM that runs, with one managed disk and one network interface."""
    name = columns.get("name", name)
    beside = _beside(columns)
    disk = {"id": an_id("Microsoft.Compute/disks", f"{name}-os", **beside), "storageAccountType": "StandardSSD_LRS"}
    card = {"id": an_id("Microsoft.Network/networkInterfaces", f"{name}-nic", **beside)}
    properties = {
        "hardwareProfile": {"vmSize": "Standard_D2s_v5"},
        "storageProfile": {
            "imageReference": {"publisher": "MicrosoftWindowsServer", "offer": "WindowsServer"},
            "osDisk": {"osType": "Windows", "name": f"{name}-os", "managedDisk": disk, "diskSizeGB": 127},
            "dataDisks": [],
        },
        "osProfile": {"allowExtensionOperations": True, "windowsConfiguration": {"provisionVMAgent": True}},
        "networkProfile": {"networkInterfaces": [{**card, "properties": {"primary": True}}]},
        "provisioningState": "Succeeded",
        "timeCreated": _time(NOW - timedelta(days=365)),
        "extended": {
            "instanceView": {
                "osName": "Windows Server 2022 Datacenter",
                "osVersion": "10.0.20348.2700",
                "powerState": {"code": "PowerState/running"},
            }
        },
    }
    default = {"name": name, "plan": None, "extendedLocation": None, "hasOsProfile": True, "properties": properties}
    return built("virtual_machines", _VMS, default, columns)


def a_disk(name: str = "", /, *, of: Row | None = None, **columns: Any) -> Row:  # noqa: ANN401 - JSON of any kind
    """Make a row of ``disks``: the OS disk of the VM *of*."""
    vm = of or a_vm()
    default = {
        **_owned(vm),
        "name": name or f"{vm['name']}-os",
        "managedBy": vm["id"],
        "sku": {"name": "StandardSSD_LRS", "tier": "Standard"},
        "properties": {"osType": "Windows", "diskSizeGB": 127, "diskState": "Attached"},
    }
    return built("disks", "Microsoft.Compute/disks", default, columns)


def a_network_interface(name: str = "", /, *, of: Row | None = None, **columns: Any) -> Row:  # noqa: ANN401 - JSON of any kind
    """Make a row of ``network_interfaces``: that of the VM *of*, with one dynamic private address."""
    vm = of or a_vm()
    network = an_id("Microsoft.Network/virtualNetworks", "vnet-1", **_beside(vm))
    address = {"privateIPAllocationMethod": "Dynamic", "primary": True, "subnet": {"id": f"{network}/subnets/default"}}
    default = {
        **_owned(vm),
        "name": name or f"{vm['name']}-nic",
        "properties": {
            "primary": True,
            "virtualMachine": {"id": vm["id"]},
            "ipConfigurations": [{"name": "ipconfig1", "properties": address}],
        },
    }
    return built("network_interfaces", "Microsoft.Network/networkInterfaces", default, columns)


def a_vault(name: str = "vault-1", /, **columns: Any) -> Row:  # noqa: ANN401 - JSON of any kind
    """Make a row of ``vaults``: a Recovery Services vault with everything on that protects backups."""
    properties = {
        "redundancySettings": {"standardTierStorageRedundancy": "GeoRedundant", "crossRegionRestore": "Enabled"},
        "securitySettings": {
            "softDeleteSettings": _SOFT_DELETE,
            "immutabilitySettings": {"state": "Locked"},
            "multiUserAuthorization": "Enabled",
        },
        "monitoringSettings": {
            "azureMonitorAlertSettings": {"alertsForAllJobFailures": "Enabled"},
            "classicAlertSettings": {"alertsForCriticalOperations": "Disabled"},
        },
        "publicNetworkAccess": "Disabled",
        "encryption": {"keyVaultProperties": {"keyUri": "https://keys-1.vault.azure.net/keys/vault-1"}},
    }
    return built("vaults", _VAULTS, {"name": name, "properties": properties}, columns)


def a_policy(name: str = "daily", /, *, in_: Row | None = None, **columns: Any) -> Row:  # noqa: ANN401 - JSON of any kind
    """Make a row of ``backup_policies``: an Enhanced policy of the vault *in_* that backs up every day."""
    vault, name = in_ or a_vault(), columns.get("name", name)
    kept = {"retentionDuration": {"count": 30, "durationType": "Days"}}
    default = {
        **_scope(vault),
        "name": name,
        "id": f"{vault['id']}/backupPolicies/{name}",
        "vaultId": vault["id"].lower(),
        "properties": {
            "backupManagementType": "AzureIaasVM",
            "policyType": "V2",
            "schedulePolicy": {"schedulePolicyType": "SimpleSchedulePolicyV2", "scheduleRunFrequency": "Daily"},
            "retentionPolicy": {"retentionPolicyType": "LongTermRetentionPolicy", "dailySchedule": kept},
            "instantRpRetentionRangeInDays": 2,
            "timeZone": "UTC",
            "protectedItemsCount": 1,
        },
    }
    return built("backup_policies", f"{_VAULTS}/backupPolicies", default, columns)


def a_protected_item(
    name: str = "",
    /,
    *,
    of: Row | None = None,
    in_: Row | None = None,
    by: Row | None = None,
    **columns: Any,  # noqa: ANN401 - JSON of any kind
) -> Row:
    """Make a row of ``protected_items``: the backup of the VM *of* in the vault *in_* by the policy *by*, in order."""
    vm, vault = of or a_vm(), in_ or a_vault()
    policy = by or a_policy(in_=vault)
    container = f"iaasvmcontainerv2;{vm['resourceGroup']};{vm['name']}"
    name = columns.get("name", name) or f"VM;{container}"
    within = f"{vault['id']}/backupFabrics/Azure/protectionContainers/IaasVMContainer;{container}"
    default = {
        **_scope(vault),
        "name": name,
        "id": f"{within}/protectedItems/{name}",
        "vmId": vm["id"].lower(),
        "properties": {
            "backupManagementType": "AzureIaasVM",
            "sourceResourceId": vm["id"],
            "vaultId": vault["id"],
            "policyId": policy["id"],
            "protectionState": "Protected",
            "currentProtectionState": "ProtectionConfigured",
            "healthStatus": "Passed",
            "lastBackupStatus": "Completed",
            "lastRecoveryPoint": _time(NOW - timedelta(hours=5)),
            "isScheduledForDeferredDelete": False,
            "isDatasourceDeleted": False,
        },
    }
    return built("protected_items", _ITEMS, default, columns)


def a_storage_account(name: str = "storage1", /, **columns: Any) -> Row:  # noqa: ANN401 - JSON of any kind
    """Make a row of ``storage_accounts``: one that restricts networks and lets trusted services of Azure in."""
    properties = {
        "provisioningState": "Succeeded",
        "allowSharedKeyAccess": True,
        "primaryEndpoints": {"blob": f"https://{columns.get('name', name)}.blob.core.windows.net/"},
        "networkAcls": {"defaultAction": "Deny", "bypass": "AzureServices"},
        "publicNetworkAccess": "Enabled",
    }
    return built(
        "storage_accounts", "Microsoft.Storage/storageAccounts", {"name": name, "properties": properties}, columns
    )


def a_key_vault(name: str = "keys-1", /, **columns: Any) -> Row:  # noqa: ANN401 - JSON of any kind
    """Make a row of ``key_vaults``: one with roles, from which nothing vanishes for good."""
    properties = {
        "enableSoftDelete": True,
        "enablePurgeProtection": True,
        "vaultUri": f"https://{columns.get('name', name)}.vault.azure.net/",
        "enableRbacAuthorization": True,
        "accessPolicies": [],
        "networkAcls": {"defaultAction": "Deny", "bypass": "AzureServices"},
        "publicNetworkAccess": "Enabled",
    }
    return built("key_vaults", "Microsoft.KeyVault/vaults", {"name": name, "properties": properties}, columns)


def _scope(row: Row) -> Row:
    return {name: row[name] for name in ("subscriptionId", "tenantId", "resourceGroup", "location")}


def _owned(vm: Row) -> Row:
    return {**_scope(vm), "vmId": vm["id"].lower()}


def _beside(row: Row) -> dict[str, str]:
    """Return where another resource must be to be in the resource group of *row*."""
    names = {"subscriptionId": "subscription_id", "resourceGroup": "group"}
    return {word: row[name] for name, word in names.items() if row.get(name)}


def _time(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
