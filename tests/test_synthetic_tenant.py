"""The synthetic tenant that benchmarks measure with: always the same, and with every case that rules look for."""

from collections import Counter
from itertools import pairwise
from pathlib import Path

import orjson
import pytest

from bench.generate import generate
from bench.synthetic.recovery_vaults import regional_vaults
from bench.synthetic.tenant import plan_tenant
from tests.synthetic_cases import (
    Tables,
    cases_of_disks,
    cases_of_guests,
    cases_of_items,
    cases_of_vms,
    read_rows,
    vaults_that_admit,
)

VMS = 6_000

SHARES_IN_PERCENT = {
    "disks": (270, 310),
    "protected items": (78, 90),
    "unprotected": (5, 15),
    "items stopped": (0.5, 4),
    "items soft-deleted": (0.3, 3),
    "items in error": (0.3, 3),
    "vault in another region": (0.05, 0.5),
    "vault in another subscription": (0.01, 0.3),
    "no vault in the region": (0.5, 5),
    "17 to 32 data disks": (0.2, 1),
    "more than 32 data disks": (0.05, 0.5),
    "write accelerator": (0.2, 1),
    "unmanaged disks": (0.05, 0.5),
    "no storage profile": (0.01, 0.2),
    "dual-pass encryption": (0.2, 1.2),
    "encryption extension": (2, 4),
    "encryption undone": (0.02, 0.5),
    "hints at LUKS": (0.05, 0.6),
    "encryption compliant by guest configuration": (1, 6),
    "protected file shares": (0.3, 2),
    "spelled differently by the item": (10, 25),
    "no OS profile": (0.3, 1),
    "no extensions allowed": (0.1, 0.7),
    "several network interfaces": (0.7, 2),
    "Spot": (0.4, 1.3),
    "Marketplace plan": (0.5, 1.5),
    "in an Extended Zone": (0.05, 0.5),
    "Ultra or Premium SSD v2 disks": (1, 5),
    "disks of a cluster": (0.1, 0.5),
    "disks that demand authentication": (0.3, 2),
    "public addresses": (2, 4),
    "static private addresses": (12, 18),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("synthetic") / "tenant"
    generate(VMS, 1, path)
    return path


@pytest.fixture(scope="module")
def tables(folder: Path) -> Tables:
    return read_rows(folder)


@pytest.fixture(scope="module")
def shares(tables: Tables) -> dict[str, float]:
    """Each case's count, in percent of the VMs."""
    cases = Counter[str]()
    for find in (cases_of_vms, cases_of_items, cases_of_guests, cases_of_disks):
        cases.update(find(tables))
    cases["disks"] = len(tables["compute/disks"])
    return {case: 100 * count / VMS for case, count in cases.items()}


@pytest.mark.parametrize("case", SHARES_IN_PERCENT)
def test_every_case_that_rules_look_for_occurs_at_its_rate(case: str, shares: dict[str, float]) -> None:
    lowest, highest = SHARES_IN_PERCENT[case]

    assert lowest <= shares[case] <= highest


def test_some_encrypted_vms_keep_their_keys_from_azure_backup(tables: Tables) -> None:
    needed = [
        row["properties"]["settings"]["KeyVaultResourceId"]
        for row in tables["compute/virtualmachines/extensions"]
        if row["properties"]["publisher"] == "Microsoft.Azure.Security"
    ]
    known = {row["id"] for row in tables["keyvault/vaults"]}
    admitting = set(vaults_that_admit(plan_tenant(VMS, 1).backup_service, tables))
    refused = [vault for vault in needed if vault in known - admitting]

    assert 0.05 < len(refused) / len(needed) < 0.2
    assert 0 < len([vault for vault in needed if vault not in known]) < len(needed) / 10
    assert {row["properties"]["enableRbacAuthorization"] for row in tables["keyvault/vaults"]} == {True, False}


def test_some_storage_accounts_are_restricted(tables: Tables) -> None:
    accounts = [row["properties"] for row in tables["storage/storageaccounts"]]
    denying = [acls for account in accounts if (acls := account.get("networkAcls")) and acls["defaultAction"] == "Deny"]
    closed = [acls for acls in denying if "AzureServices" not in acls["bypass"]]

    assert 0.2 < len(denying) / len(accounts) < 0.5
    assert 0.03 < len(closed) / len(accounts) < 0.15
    assert len(accounts) > sum("networkAcls" in account for account in accounts)


def test_whatever_a_network_interface_needs_has_a_row(tables: Tables) -> None:
    subnets = {subnet["id"] for row in tables["network/virtualnetworks"] for subnet in row["properties"]["subnets"]}
    groups = {row["id"] for row in tables["network/networksecuritygroups"]}
    public = {row["id"] for row in tables["network/publicipaddresses"]}
    cards = [row["properties"] for row in tables["network/networkinterfaces"]]
    configurations = [entry["properties"] for card in cards for entry in card["ipConfigurations"]]
    private = Counter((entry["subnet"]["id"], entry["privateIPAddress"]) for entry in configurations)

    assert {entry["subnet"]["id"] for entry in configurations} <= subnets
    assert {card["networkSecurityGroup"]["id"] for card in cards if "networkSecurityGroup" in card} <= groups
    assert {entry["publicIPAddress"]["id"] for entry in configurations if "publicIPAddress" in entry} == public
    assert max(private.values()) == 1


def test_every_item_names_a_vault_and_nearly_every_one_a_policy_that_has_a_row(tables: Tables) -> None:
    vaults = {row["id"] for row in tables["recoveryservices/vaults"]}
    policies = {row["id"] for row in tables["recoveryservices/vaults/backuppolicies"]}
    kind = "recoveryservices/vaults/backupfabrics/protectioncontainers/protecteditems"
    items = [row["properties"] for row in tables[kind]]
    astray = [item for item in items if "policyId" in item and item["policyId"] not in policies]

    assert {item["vaultId"] for item in items} <= vaults
    assert 0 < len(astray) < len(items) / 200


def test_a_large_subscription_has_several_vaults_in_each_region(tables: Tables) -> None:
    large = plan_tenant(100_000, 1).subscriptions[0]
    vaults = list(regional_vaults(large))

    assert len(vaults) == len(set(vaults)) == 4 * large.vaults_per_region > 50
    assert sum(row["name"].startswith("rsv-project-") for row in tables["recoveryservices/vaults"]) > 500


def test_ids_are_unique_in_any_casing(tables: Tables) -> None:
    ids = [row["id"].lower() for rows in tables.values() for row in rows]

    assert all(ids)
    assert len(ids) == len(set(ids))


def test_a_vm_row_has_two_to_three_kilobytes(tables: Tables) -> None:
    sizes = [len(orjson.dumps(vm)) for vm in tables["compute/virtualmachines"]]

    assert len(sizes) == VMS
    assert 2_000 < sum(sizes) / VMS < 3_000


def test_one_subscription_holds_a_fifth_and_the_others_differ(tables: Tables) -> None:
    counts = Counter(vm["subscriptionId"] for vm in tables["compute/virtualmachines"])
    first, *others = counts.values()

    assert VMS // 5 in {first, *others}
    assert len(counts) == len(set(counts.values())) == VMS // 500


def test_neighbouring_rows_belong_to_different_subscriptions(tables: Tables) -> None:
    owners = [vm["subscriptionId"] for vm in tables["compute/virtualmachines"]]
    same = sum(owner == neighbour for owner, neighbour in pairwise(owners))

    assert same < VMS / 4


def test_the_copy_describes_itself(folder: Path, tables: Tables) -> None:
    copy = orjson.loads((folder / "copy.json").read_bytes())

    assert set(copy) == {"captured_at", "cloud", "tenant_id", "subscriptions", "tables", "unread"}
    assert set(copy["tables"]) == {file.stem for file in folder.glob("*.jsonl")}
    assert set(copy["subscriptions"]) == {row["subscriptionId"] for row in tables["resources/subscriptions"]}
