"""Protected items of VMs, and of databases in them."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from bench.synthetic import rates
from bench.synthetic.draws import guid, pick
from bench.synthetic.machines import Machine
from bench.synthetic.places import Row, resource
from bench.synthetic.policy_rows import odd_policy
from bench.synthetic.recovery_vaults import VAULTS, Vault, home_vault, other_vault, regional_vault
from bench.synthetic.tenant import Tenant

ITEMS = f"{VAULTS}/backupFabrics/protectionContainers/protectedItems"
LAST_NIGHT = date(2026, 11, 19)
NIGHTS = [str(LAST_NIGHT - timedelta(days=days)) for days in range(400)]
DAYS_SINCE_SUNDAY = 4


class State(NamedTuple):
    """What a protected item says of itself, and how many nights ago its last recovery point was made, at most."""

    protection: str
    current: str
    status: str
    health: str
    last_backup: str
    nights: int = 1


ORDINARY = State("Protected", "ProtectionConfigured", "Healthy", "Passed", "Completed")
STOPPED = State("ProtectionStopped", "ProtectionStopped", "Healthy", "Passed", "Completed", 400)
STATES = {
    "protected": ORDINARY,
    "warned": ORDINARY._replace(last_backup="CompletedWithWarnings"),
    "suggested": ORDINARY._replace(health="ActionSuggested"),
    "stale": ORDINARY._replace(nights=20),
    "failing": State("Protected", "ProtectionConfigured", "Unhealthy", "ActionRequired", "Failed", 5),
    "pending": State("IRPending", "ProtectionConfigured", "Healthy", "Passed", ""),
    "stopped": STOPPED,
    "soft-deleted": STOPPED._replace(current="SoftDeleted"),
    "error": State("ProtectionError", "ProtectionError", "Unhealthy", "ActionRequired", "Failed", 30),
    "orphaned": STOPPED,
    "suspended": State("BackupsSuspended", "ProtectionStopped", "Unhealthy", "ActionSuggested", "Completed", 90),
}


def vm_item_rows(tenant: Tenant, vm: Machine) -> Iterator[Row]:
    """Yield the rows of `RecoveryServicesResources` for a VM: its own item, and some easily mistaken for it."""
    home, whose = home_vault(vm.subscription, vm.group), pick(vm.draws.vault, rates.VAULT)
    if vm.protection != "none":
        yield _item_row(vm, _vault_of(tenant, vm, whose, home), vm.protection)
    besides = pick(vm.draws.besides, rates.BESIDES)
    if besides in {"leftover", "double"} and whose == "own":
        yield _item_row(
            vm, other_vault(vm.subscription, vm.group), "soft-deleted" if besides == "leftover" else "protected"
        )
    if besides == "orphan":
        yield _item_row(vm._replace(name=f"{vm.name}-old"), home, "orphaned")
    if besides == "workload":
        yield _workload_row(vm, home)


def _vault_of(tenant: Tenant, vm: Machine, whose: str, home: Vault) -> Vault:
    """Find the vault of a VM: nearly always that of its own region."""
    if whose == "other region":
        return other_vault(vm.subscription, vm.group)
    if whose == "other subscription":
        return regional_vault(tenant.neighbour_of(vm.subscription), 0)
    return home


def _policy_of(vm: Machine) -> str:
    """Name the backup policy of a VM: an Enhanced one for most VMs that need one."""
    policy = pick(vm.draws.policy, rates.POLICY)
    if policy == "odd":
        return odd_policy(vm.subscription) or "DefaultPolicy"
    needs_enhanced = vm.shares_disk or vm.special_disks in {"ultra", "premium-v2"}
    return "EnhancedPolicy" if needs_enhanced and vm.draws.policy % 4 else policy


def _item_row(vm: Machine, vault: Vault, protection: str) -> Row:
    name = f"VM;iaasvmcontainerv2;{vm.seen_place.group};{vm.name}"
    path = f"{vault.id}/backupFabrics/Azure/protectionContainers/IaasVMContainer;{name[3:]}/protectedItems/{name}"
    return resource(vault.place, ITEMS, name, _item(vm, vault.id, protection), id=path)


def _item(vm: Machine, vault: str, protection: str) -> Row:
    state, policy, source = STATES[protection], _policy_of(vm), vm.seen_id
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
        "policyId": f"{vault}/backupPolicies/{policy}" if policy else "",
        "policyName": policy,
        "protectionState": state.protection,
        "currentProtectionState": state.current,
        "protectionStatus": state.status,
        "healthStatus": state.health,
        "lastBackupStatus": state.last_backup,
        "isScheduledForDeferredDelete": protection == "soft-deleted",
        "isDatasourceDeleted": protection == "orphaned",
        "isArchiveEnabled": False,
        "protectedPrimaryRegion": vm.group.place.region,
    }
    if state.last_backup:
        properties |= _last_backup(vm, state, policy)
    if protection == "soft-deleted":
        properties["deferredDeleteTimeInUTC"] = "2026-11-12T03:04:05Z"
    if exclusion := _exclusion(vm):
        properties["extendedProperties"] = {"diskExclusionProperties": exclusion}
    return properties


def _last_backup(vm: Machine, state: State, policy: str) -> Row:
    hour, minute = vm.draws.backed_up % 24, vm.draws.backed_up // 24 % 60
    ago = vm.draws.backed_up % state.nights
    tried = DAYS_SINCE_SUNDAY if policy == "weekly" else 0
    made = max(ago, tried)
    return {
        "lastBackupTime": f"{NIGHTS[tried if state.last_backup == 'Failed' else made]}T{hour:02}:{minute:02}:17Z",
        "lastRecoveryPoint": f"{NIGHTS[made]}T{hour:02}:{minute:02}:49Z",
    }


def _exclusion(vm: Machine) -> Row | None:
    """Tell which data disks the backup leaves out: that of the cluster, others, or none that it mentions."""
    if vm.shares_disk and vm.draws.policy % 4:
        return {"diskLunList": [vm.data_disks], "isInclusionList": False}
    choice = pick(vm.draws.exclusion, rates.EXCLUSIONS)
    if choice == "unsaid":
        return None
    return {"diskLunList": [] if choice == "nothing" else [0], "isInclusionList": choice == "others"}


def _workload_row(vm: Machine, vault: Vault) -> Row:
    """Build the item of a database in the VM: the same source, another kind of backup, which protects no VM."""
    name = f"SQLDataBase;mssqlserver;{guid(vm.digits)[:8]}"
    container = f"VMAppContainer;Compute;{vm.group.place.group};{vm.name}"
    properties = {
        "backupManagementType": "AzureWorkload",
        "workloadType": "SQLDataBase",
        "protectedItemType": "AzureVmWorkloadSQLDatabase",
        "friendlyName": "orders",
        "sourceResourceId": vm.seen_id,
        "vaultId": vault.id,
        "protectionState": "Protected",
        "currentProtectionState": "ProtectionConfigured",
        "lastBackupStatus": "Healthy",
        "isScheduledForDeferredDelete": False,
    }
    path = f"{vault.id}/backupFabrics/Azure/protectionContainers/{container}/protectedItems/{name}"
    return resource(vault.place, ITEMS, name, properties, id=path)
