"""Makes rows of Azure Backup, as a tenant that keeps every rule of the backup pack has them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from tenantlint.testing.building import as_text, built, demand_type, scope_of
from tenantlint.testing.resources import vm_of
from tenantlint.testing.running import NOW

if TYPE_CHECKING:
    from tenantlint.testing.merging import Row

_VAULTS: Final = "Microsoft.RecoveryServices/vaults"
_ITEMS: Final = f"{_VAULTS}/backupFabrics/protectionContainers/protectedItems"
_POLICIES: Final = f"{_VAULTS}/backupPolicies"
_HEALTHY: Final = {
    "backupManagementType": "AzureIaasVM",
    "protectionState": "Protected",
    "currentProtectionState": "ProtectionConfigured",
    "healthStatus": "Passed",
    "lastBackupStatus": "Completed",
    "isScheduledForDeferredDelete": False,
    "isDatasourceDeleted": False,
}
_SOFT_DELETE: Final = {"softDeleteState": "AlwaysON", "softDeleteRetentionPeriodInDays": 14}


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
    vault, name = _vault(in_), columns.get("name", name)
    kept = {"retentionDuration": {"count": 30, "durationType": "Days"}}
    default = {
        **scope_of(vault),
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
    return built("backup_policies", _POLICIES, default, columns)


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
    vm, vault = vm_of(of), _vault(in_)
    policy = a_policy(in_=vault) if by is None else demand_type(by, _POLICIES)
    container = f"iaasvmcontainerv2;{vm['resourceGroup']};{vm['name']}"
    name = columns.get("name", name) or f"VM;{container}"
    within = f"{vault['id']}/backupFabrics/Azure/protectionContainers/IaasVMContainer;{container}"
    default = {
        **scope_of(vault),
        "name": name,
        "id": f"{within}/protectedItems/{name}",
        "vmId": vm["id"].lower(),
        "properties": {
            **_HEALTHY,
            "sourceResourceId": vm["id"],
            "vaultId": vault["id"],
            "policyId": policy["id"],
            "lastRecoveryPoint": as_text(NOW - timedelta(hours=5)),
        },
    }
    return built("protected_items", _ITEMS, default, columns)


def _vault(in_: Row | None) -> Row:
    return a_vault() if in_ is None else demand_type(in_, _VAULTS)
