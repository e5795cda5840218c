"""Finds the cases that rules look for in the rows of a tenant copy, without any of the code that wrote them."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

Row = dict[str, Any]
Tables = dict[str, list[Row]]

BACKUP_OF_SECRETS = {"Microsoft.KeyVault/vaults/*", "Microsoft.KeyVault/vaults/secrets/backup/action"}


def read_rows(folder: Path) -> Tables:
    """Read the rows of all files, by type without `microsoft.`; a malformed line raises."""
    rows = defaultdict(list)
    for file in folder.glob("*.jsonl"):
        for line in file.read_bytes().splitlines():
            row = orjson.loads(line)
            rows[row["type"].removeprefix("microsoft.")].append(row)
    return rows


def _items(tables: Tables, management: str) -> list[Row]:
    kind = "recoveryservices/vaults/backupfabrics/protectioncontainers/protecteditems"
    return [row["properties"] for row in tables[kind] if row["properties"]["backupManagementType"] == management]


def cases_of_vms(tables: Tables) -> Iterator[str]:
    """Yield the name of each case that a VM's own row and the lack of others show."""
    regions = {(vault["subscriptionId"], vault["location"]) for vault in tables["recoveryservices/vaults"]}
    stopped = {"ProtectionStopped", "BackupsSuspended"}
    items = [item for item in _items(tables, "AzureIaasVM") if item["protectionState"] not in stopped]
    protected = {item["sourceResourceId"].lower() for item in items}
    for vm in tables["compute/virtualmachines"]:
        if "/databricks-rg-" not in vm["id"] and vm["id"].lower() not in protected:
            yield "unprotected"
        if (vm["subscriptionId"], vm["location"]) not in regions:
            yield "no vault in the region"
        if "LUKS" in vm["tags"].values():
            yield "hints at LUKS"
        yield from _cases_of_storage(vm["properties"].get("storageProfile"))
        yield from _cases_of_settings(vm)


def _cases_of_settings(vm: Row) -> Iterator[str]:
    properties = vm["properties"]
    profile = properties.get("osProfile")
    if profile is None:
        yield "no OS profile"
    elif not profile["allowExtensionOperations"]:
        yield "no extensions allowed"
    if len(properties["networkProfile"]["networkInterfaces"]) > 1:
        yield "several network interfaces"
    if properties.get("priority") == "Spot":
        yield "Spot"
    if vm["plan"]:
        yield "Marketplace plan"
    if vm["extendedLocation"]:
        yield "in an Extended Zone"


def _cases_of_storage(profile: Row | None) -> Iterator[str]:
    if profile is None:
        yield "no storage profile"
        return
    disks = len(profile["dataDisks"])
    if disks > 16:
        yield "17 to 32 data disks" if disks <= 32 else "more than 32 data disks"
    if any(disk.get("writeAcceleratorEnabled") for disk in (profile["osDisk"], *profile["dataDisks"])):
        yield "write accelerator"
    if "vhd" in profile["osDisk"]:
        yield "unmanaged disks"
    if "encryptionSettings" in profile["osDisk"]:
        yield "dual-pass encryption"


def cases_of_items(tables: Tables) -> Iterator[str]:
    """Yield the name of each case that protected items show."""
    spelled = {vm["id"].lower(): vm["id"] for vm in tables["compute/virtualmachines"]}
    states = {"ProtectionStopped": "stopped", "SoftDeleted": "soft-deleted", "ProtectionError": "in error"}
    for item in _items(tables, "AzureIaasVM"):
        source = item["sourceResourceId"]
        yield "protected items"
        if item["currentProtectionState"] in states:
            yield f"items {states[item['currentProtectionState']]}"
        elif item["vaultId"].split("/")[2] != source.split("/")[2]:
            yield "vault in another subscription"
        elif f"/rsv-{item['dataSourceInfo']['resourceLocation']}" not in item["vaultId"]:
            yield "vault in another region"
        if spelled.get(source.lower(), source) != source:
            yield "spelled differently by the item"
    for _ in _items(tables, "AzureStorage"):
        yield "protected file shares"


def cases_of_guests(tables: Tables) -> Iterator[str]:
    """Yield the name of each case that extensions, run commands and guest configuration show."""
    extensions = [row["properties"] for row in tables["compute/virtualmachines/extensions"]]
    for extension in extensions:
        if extension["publisher"] == "Microsoft.Azure.Security":
            yield "encryption extension"
        if extension["settings"].get("EncryptionOperation") == "DisableEncryption":
            yield "encryption undone"
    for row in (*extensions, *tables["compute/virtualmachines/runcommands"]):
        if "cryptsetup" in str(row):
            yield "hints at LUKS"
    for row in tables["guestconfiguration/guestconfigurationassignments"]:
        if row["name"] == "AzureLinuxVMEncryptionCompliance" and row["properties"]["complianceStatus"] == "Compliant":
            yield "encryption compliant by guest configuration"


def cases_of_disks(tables: Tables) -> Iterator[str]:
    """Yield the name of each case that managed disks and network interfaces show, of one and of several VMs."""
    for disk in tables["compute/disks"]:
        properties = disk["properties"]
        if disk["sku"]["name"] in {"UltraSSD_LRS", "PremiumV2_LRS"}:
            yield "Ultra or Premium SSD v2 disks"
        if properties.get("maxShares", 1) > 1:
            yield "disks of a cluster" if len(properties["shareInfo"]) > 1 else "disks of half a cluster"
        if "dataAccessAuthMode" in properties:
            yield "disks that demand authentication"
    for card in tables["network/networkinterfaces"]:
        configurations = [configuration["properties"] for configuration in card["properties"]["ipConfigurations"]]
        if any("publicIPAddress" in configuration for configuration in configurations):
            yield "public addresses"
        if any(configuration["privateIPAllocationMethod"] == "Static" for configuration in configurations):
            yield "static private addresses"


def vaults_that_admit(principal: str, tables: Tables) -> Iterator[str]:
    """Yield the ids of key vaults in which access policies or roles let a principal back up secrets."""
    roles = {row["name"]: row["properties"]["permissions"][0] for row in tables["authorization/roledefinitions"]}
    assignments = [row["properties"] for row in tables["authorization/roleassignments"]]
    able = {name for name, role in roles.items() if BACKUP_OF_SECRETS & set(role["dataActions"])}
    scopes = tuple(
        f"{grant['scope']}/"
        for grant in assignments
        if grant["principalId"] == principal and grant["roleDefinitionId"].split("/")[-1] in able
    )
    for vault in tables["keyvault/vaults"]:
        policies = [entry for entry in vault["properties"]["accessPolicies"] if entry["objectId"] == principal]
        by_policy = any("backup" in entry["permissions"]["secrets"] for entry in policies)
        if by_policy or f"{vault['id']}/".startswith(scopes):
            yield vault["id"]
