"""Makes rows of resources, as a tenant that keeps every rule of the backup pack has them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from tenantlint.testing.building import SUBSCRIPTION_ID, an_id, as_text, beside, built, demand_type, placed, scope_of
from tenantlint.testing.running import NOW

if TYPE_CHECKING:
    from tenantlint.testing.merging import Row

_VMS: Final = "Microsoft.Compute/virtualMachines"
_NETWORKS: Final = "Microsoft.Network/virtualNetworks"


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
    columns = placed(columns)
    name, place = columns.get("name", name), beside(columns)
    disk = {"id": an_id("Microsoft.Compute/disks", f"{name}-os", **place), "storageAccountType": "StandardSSD_LRS"}
    card = {"id": an_id("Microsoft.Network/networkInterfaces", f"{name}-nic", **place)}
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
        "timeCreated": as_text(NOW - timedelta(days=365)),
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
    vm = vm_of(of)
    default = {
        **_owned(vm),
        "name": name or f"{vm['name']}-os",
        "managedBy": vm["id"],
        "sku": {"name": "StandardSSD_LRS", "tier": "Standard"},
        "properties": {"osType": "Windows", "diskSizeGB": 127, "diskState": "Attached"},
    }
    return built("disks", "Microsoft.Compute/disks", default, columns)


def a_virtual_network(name: str = "vnet-1", /, **columns: Any) -> Row:  # noqa: ANN401 - JSON of any kind
    """Make a row of ``virtual_networks``: one with the subnet ``default``, which has neither rules nor routes."""
    columns = placed(columns)
    id_ = columns.get("id") or an_id(_NETWORKS, columns.get("name", name), **beside(columns))
    subnet = {"id": f"{id_}/subnets/default", "name": "default", "properties": {"addressPrefix": "10.0.0.0/24"}}
    return built("virtual_networks", _NETWORKS, {"name": name, "properties": {"subnets": [subnet]}}, columns)


def a_network_interface(name: str = "", /, *, of: Row | None = None, **columns: Any) -> Row:  # noqa: ANN401 - JSON of any kind
    """Make a row of ``network_interfaces``: that of the VM *of*, in a subnet of ``vnet-1`` of its resource group."""
    vm = vm_of(of)
    network = an_id(_NETWORKS, "vnet-1", **beside(vm))
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


def a_storage_account(name: str = "storage1", /, **columns: Any) -> Row:  # noqa: ANN401 - JSON of any kind
    """Make a row of ``storage_accounts``: one that restricts networks and lets trusted services of Azure in."""
    columns = placed(columns)
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
    columns = placed(columns)
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


def vm_of(of: Row | None) -> Row:
    """Return the VM that a test names, or a VM where it names none. Raises ``UsageError`` for what is no VM."""
    return a_vm() if of is None else demand_type(of, _VMS)


def _owned(vm: Row) -> Row:
    return {**scope_of(vm), "vmId": vm["id"].lower()}
