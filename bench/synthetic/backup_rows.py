"""Recovery Services vaults, their policies, and the protected items of VMs."""

from collections.abc import Iterator

from bench.synthetic.draws import guid, pick
from bench.synthetic.machines import BESIDES, VAULT, Machine
from bench.synthetic.places import Place, Row, resource
from bench.synthetic.tenant import REGIONS_PER_SUBSCRIPTION, Subscription, Tenant

VAULTS = "Microsoft.RecoveryServices/vaults"
POLICIES = f"{VAULTS}/backupPolicies"
ITEMS = f"{VAULTS}/backupFabrics/protectionContainers/protectedItems"
POLICY_NAMES = ("DefaultPolicy", "DefaultPolicy", "EnhancedPolicy")
# protection -> protectionState, currentProtectionState, protectionStatus, healthStatus, lastBackupStatus
STATES = {
    "protected": ("Protected", "ProtectionConfigured", "Healthy", "Passed", "Completed"),
    "failing": ("Protected", "ProtectionConfigured", "Unhealthy", "ActionRequired", "Failed"),
    "pending": ("IRPending", "ProtectionConfigured", "Healthy", "Passed", ""),
    "stopped": ("ProtectionStopped", "ProtectionStopped", "Healthy", "Passed", "Completed"),
    "soft-deleted": ("ProtectionStopped", "SoftDeleted", "Healthy", "Passed", "Completed"),
    "error": ("ProtectionError", "ProtectionError", "Unhealthy", "ActionRequired", "Failed"),
    "orphaned": ("ProtectionStopped", "ProtectionStopped", "Healthy", "Passed", "Completed"),
    "suspended": ("BackupsSuspended", "ProtectionStopped", "Unhealthy", "ActionSuggested", "Completed"),
}


def vault_place(subscription: Subscription, slot: int) -> Place:
    """Return the resource group of the vault in one region of a subscription."""
    return subscription.place("Shared", slot)


def vault_id(place: Place) -> str:
    """Write the id of the vault in a resource group: there is at most one."""
    return place.id_of(VAULTS, f"rsv-{place.region}")


def vault_rows(subscription: Subscription) -> Iterator[Row]:
    """Yield the rows of `Resources` for a subscription's vaults: one in each region but for a few."""
    for slot in filter(subscription.has_vault, range(REGIONS_PER_SUBSCRIPTION)):
        place = vault_place(subscription, slot)
        properties = {
            "provisioningState": "Succeeded",
            "publicNetworkAccess": "Enabled",
            "backupStorageVersion": "V2",
            "privateEndpointStateForBackup": "None",
            "redundancySettings": {"standardTierStorageRedundancy": "GeoRedundant", "crossRegionRestore": "Disabled"},
            "securitySettings": {
                "softDeleteSettings": {"softDeleteState": "Enabled", "softDeleteRetentionPeriodInDays": 14},
                "multiUserAuthorization": "Disabled",
            },
        }
        sku = {"name": "RS0", "tier": "Standard"}
        yield resource(place, VAULTS, f"rsv-{place.region}", properties, sku=sku)


def policy_rows(subscription: Subscription) -> Iterator[Row]:
    """Yield the rows of `RecoveryServicesResources` for the policies: a standard and an enhanced one in every vault."""
    for slot in filter(subscription.has_vault, range(REGIONS_PER_SUBSCRIPTION)):
        place = vault_place(subscription, slot)
        for name, version in (("DefaultPolicy", "V1"), ("EnhancedPolicy", "V2")):
            path = f"{vault_id(place)}/backupPolicies/{name}"
            yield resource(place, POLICIES, name, _policy(version), id=path)


def _policy(version: str) -> Row:
    schedule = "SimpleSchedulePolicy" if version == "V1" else "SimpleSchedulePolicyV2"
    return {
        "backupManagementType": "AzureIaasVM",
        "policyType": version,
        "instantRpRetentionRangeInDays": 2 if version == "V1" else 7,
        "schedulePolicy": {"schedulePolicyType": schedule, "scheduleRunFrequency": "Daily"},
        "retentionPolicy": {
            "retentionPolicyType": "LongTermRetentionPolicy",
            "dailySchedule": {"retentionDuration": {"count": 30, "durationType": "Days"}},
        },
        "timeZone": "UTC",
    }


def vm_item_rows(tenant: Tenant, vm: Machine) -> Iterator[Row]:
    """Yield the rows of `RecoveryServicesResources` for a VM: its own item, and some easily mistaken for it."""
    home = vault_place(vm.subscription, vm.group.slot if vm.subscription.has_vault(vm.group.slot) else 0)
    if vm.protection != "none":
        yield _item_row(vm, _vault_of(tenant, vm, home), vm.protection)
    besides = pick(vm.draws.besides, BESIDES)
    if besides == "leftover" and pick(vm.draws.vault, VAULT) == "own":
        yield _item_row(vm, vault_place(vm.subscription, 1 if vm.group.slot == 0 else 0), "soft-deleted")
    if besides == "orphan":
        yield _item_row(vm._replace(name=f"{vm.name}-old"), home, "orphaned")
    if besides == "workload":
        yield _workload_row(vm, home)


def _vault_of(tenant: Tenant, vm: Machine, home: Place) -> Place:
    """Find the vault's place: nearly always the VM's own region. The first two regions always have a vault."""
    whose = pick(vm.draws.vault, VAULT)
    if whose == "other region":
        return vault_place(vm.subscription, 1 if vm.group.slot == 0 else 0)
    if whose == "other subscription":
        neighbour = (vm.subscription.number + 1) % len(tenant.subscriptions)
        return vault_place(tenant.subscriptions[neighbour], 0)
    return home


def _item_row(vm: Machine, place: Place, protection: str) -> Row:
    source = vm.seen_id
    vault = vault_id(place)
    name = f"VM;iaasvmcontainerv2;{vm.seen_place.group};{vm.name}"
    path = f"{vault}/backupFabrics/Azure/protectionContainers/IaasVMContainer;{name[3:]}/protectedItems/{name}"
    return resource(place, ITEMS, name, _item(vm, source, vault, protection), id=path)


def _item(vm: Machine, source: str, vault: str, protection: str) -> Row:
    state, current, status, health, last = STATES[protection]
    policy = pick(vm.draws.policy, POLICY_NAMES)
    hour, minute = vm.draws.backed_up % 24, vm.draws.backed_up // 24 % 60
    properties: Row = {
        "backupManagementType": "AzureIaasVM",
        "workloadType": "VM",
        "protectedItemType": "Microsoft.Compute/virtualMachines",
        "friendlyName": vm.name,
        "sourceResourceId": source,
        "dataSourceInfo": {
            "datasourceType": "Microsoft.Compute/virtualMachines",
            "resourceID": source,
            "resourceLocation": vm.group.place.region,
        },
        "vaultId": vault,
        "policyId": f"{vault}/backupPolicies/{policy}",
        "policyName": policy,
        "protectionState": state,
        "currentProtectionState": current,
        "protectionStatus": status,
        "healthStatus": health,
        "lastBackupStatus": last,
        "isScheduledForDeferredDelete": protection == "soft-deleted",
        "isDatasourceDeleted": protection == "orphaned",
        "isArchiveEnabled": False,
        "protectedPrimaryRegion": vm.group.place.region,
    }
    if last:
        properties["lastBackupTime"] = f"2026-11-19T{hour:02}:{minute:02}:17Z"
        properties["lastRecoveryPoint"] = f"2026-11-19T{hour:02}:{minute:02}:49Z"
    if protection == "soft-deleted":
        properties["deferredDeleteTimeInUTC"] = "2026-11-12T03:04:05Z"
    return properties


def _workload_row(vm: Machine, place: Place) -> Row:
    """Build the item of a database in the VM: the same source, another kind of backup, which protects no VM."""
    vault = vault_id(place)
    name = f"SQLDataBase;mssqlserver;{guid(vm.digits)[:8]}"
    container = f"VMAppContainer;Compute;{vm.group.place.group};{vm.name}"
    properties = {
        "backupManagementType": "AzureWorkload",
        "workloadType": "SQLDataBase",
        "protectedItemType": "AzureVmWorkloadSQLDatabase",
        "friendlyName": "orders",
        "sourceResourceId": vm.seen_id,
        "vaultId": vault,
        "protectionState": "Protected",
        "currentProtectionState": "ProtectionConfigured",
        "lastBackupStatus": "Healthy",
        "isScheduledForDeferredDelete": False,
    }
    path = f"{vault}/backupFabrics/Azure/protectionContainers/{container}/protectedItems/{name}"
    return resource(place, ITEMS, name, properties, id=path)
