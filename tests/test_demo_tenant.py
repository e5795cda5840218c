"""The demo tenant: it is what its description makes, and whatever a row refers to has a row of its own."""

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from shutil import copytree
from typing import Any

import orjson
import pytest

from fixtures.demo.build import DEMO, copy_files, stale

Row = dict[str, Any]

ROOT = Path(__file__).parents[1]
BUILD = ROOT / "fixtures" / "demo" / "build.py"
COLUMNS = [
    *("id", "name", "type", "tenantId", "kind", "location", "resourceGroup", "subscriptionId", "managedBy"),
    *("sku", "plan", "properties", "tags", "identity", "zones", "extendedLocation"),
]
VM, DISK, NIC = "microsoft.compute/virtualmachines", "microsoft.compute/disks", "microsoft.network/networkinterfaces"
ITEM = "microsoft.recoveryservices/vaults/backupfabrics/protectioncontainers/protecteditems"

# What nobody can see from here, on purpose: the key vault of a partner, a vault and a policy that items name although
# they have no row, and VMs that were deleted.
UNSEEN = (
    *("/kv-fabrikam-edi", "/rsv-nwf-dev-old-weu", "/nwf-vm-gone"),
    *("/legacy-mail-01", "/legacy-intra-01", "/HAL-CRM"),
)


@pytest.fixture(scope="module")
def tables() -> dict[str, list[Row]]:
    captured = orjson.loads((DEMO / "copy.json").read_bytes())["tables"]
    lines = {table: (DEMO / f"{table}.jsonl").read_bytes().splitlines() for table in captured}
    return {table: [orjson.loads(line) for line in lines[table]] for table in captured}


@pytest.fixture(scope="module")
def rows(tables: dict[str, list[Row]]) -> list[Row]:
    return [row for table in tables.values() for row in table]


@pytest.fixture(scope="module")
def known(rows: list[Row]) -> set[str]:
    return {row["id"].lower() for row in rows}


def of(rows: list[Row], *types: str) -> list[Row]:
    found = [row for row in rows if row["type"] in types]
    assert found
    return found


def values(value: object, *keys: str) -> list[str]:
    """Return every text that is anywhere below one of `keys`."""
    if isinstance(value, dict):
        here = [text for key, text in value.items() if key in keys and isinstance(text, str)]
        return here + [text for below in value.values() for text in values(below, *keys)]
    return [text for each in value for text in values(each, *keys)] if isinstance(value, list) else []


def unknown(ids: Iterable[str], known: set[str]) -> list[str]:
    asked = [each for each in ids if not each.endswith(UNSEEN)]
    assert asked
    return [each for each in asked if each.lower() not in known]


def test_the_committed_copy_is_what_the_description_makes_says_a_command_that_anybody_can_run(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, BUILD, "--check"], cwd=tmp_path, check=False, capture_output=True, text=True)

    assert (done.returncode, done.stdout, done.stderr) == (0, "the demo tenant is what its description makes\n", "")


def test_the_check_says_which_files_differ_and_where(tmp_path: Path) -> None:
    copy = copytree(DEMO, tmp_path / "demo")
    (copy / "copy.json").unlink()
    (copy / "Notes.jsonl").write_text("{}\n")
    items = copy / "RecoveryServicesResources.jsonl"
    items.write_bytes(items.read_bytes().replace(b"ProtectionPaused", b"Protected", 1))

    lines = stale(copy_files(), copy)

    assert [line.split(":")[0] for line in lines] == ["Notes.jsonl", "RecoveryServicesResources.jsonl", "copy.json"]
    assert re.search(r":\d+: .*Protected.* should be .*ProtectionPaused", lines[1])


def test_it_is_small_and_its_manifest_names_the_subscriptions_and_tables_that_are_there(
    tables: dict[str, list[Row]],
) -> None:
    manifest = orjson.loads((DEMO / "copy.json").read_bytes())
    subscriptions = of(tables["ResourceContainers"], "microsoft.resources/subscriptions")

    assert manifest["subscriptions"] == [row["subscriptionId"] for row in subscriptions]
    assert {f"{table}.jsonl" for table in manifest["tables"]} == {path.name for path in DEMO.glob("*.jsonl")}
    assert all(tables.values())
    assert sum(path.stat().st_size for path in DEMO.iterdir() if path.is_file()) < 2_000_000


def test_every_row_is_there_once_and_written_as_the_service_writes_it_but_for_one_region(rows: list[Row]) -> None:
    counts = Counter(row["id"].lower() for row in rows)

    assert [each for each, count in counts.items() if count > 1] == []
    assert [row["id"] for row in rows if list(row) != COLUMNS or row["type"] != row["type"].lower()] == []
    assert [row["name"] for row in rows if row["location"] != row["location"].lower()] == ["rsv-nwf-sap-weu"]


def test_every_resource_group_and_subscription_has_a_row(rows: list[Row], known: set[str]) -> None:
    subscriptions = {f"/subscriptions/{row['subscriptionId']}" for row in rows}
    groups = {f"/subscriptions/{row['subscriptionId']}/resourceGroups/{row['resourceGroup']}" for row in rows}

    assert unknown({each for each in subscriptions | groups if not each.endswith("/")}, known) == []


def test_every_managed_disk_has_a_row_that_names_its_vm(rows: list[Row]) -> None:
    disks = of(rows, DISK)
    sharers = {(disk["id"], vm.lower()) for disk in disks for vm in values(disk["properties"], "vmUri")}
    owners = {(disk["id"], disk["managedBy"].lower()) for disk in disks} | sharers
    storage = {vm["id"].lower(): (vm["properties"] or {}).get("storageProfile") or {} for vm in of(rows, VM)}
    named = {(each, vm) for vm in storage for each in values(storage[vm], "id")}
    attached = {(each, vm) for each, vm in named if "/Microsoft.Compute/disks/" in each}
    hidden = {vm for vm in storage if not isinstance(storage[vm].get("dataDisks"), list)}

    assert len(sharers) > 2
    assert {(disk, vm) for disk, vm in attached if vm not in hidden} == {
        (disk, owner) for disk, owner in owners if owner not in hidden
    }
    assert hidden <= {owner for _, owner in owners}


def test_every_network_interface_has_a_row_that_names_its_vm(rows: list[Row]) -> None:
    owners = {nic["id"]: nic["properties"]["virtualMachine"]["id"].lower() for nic in of(rows, NIC)}
    shown = {vm["id"].lower(): vm["properties"]["networkProfile"] for vm in of(rows, VM) if vm["properties"]}
    attached = {nic["id"]: vm for vm, network in shown.items() for nic in network["networkInterfaces"]}

    assert attached.items() <= owners.items()
    assert set(owners.values()) == {vm["id"].lower() for vm in of(rows, VM)}


def test_every_network_interface_has_its_own_address_in_its_subnet(rows: list[Row]) -> None:
    networks = of(rows, "microsoft.network/virtualnetworks")
    subnets = [subnet for network in networks for subnet in network["properties"]["subnets"]]
    prefixes = {subnet["id"]: subnet["properties"]["addressPrefix"] for subnet in subnets}
    configured = [nic["properties"]["ipConfigurations"] for nic in of(rows, NIC) if nic["name"] != "nic-web-odd-02"]
    places = [configurations[0]["properties"] for configurations in configured]

    for place in places:
        assert prefixes[place["subnet"]["id"]].rpartition(".")[0] == place["privateIPAddress"].rpartition(".")[0]
    assert len({place["privateIPAddress"] for place in places}) == len(places)


def test_what_belongs_to_a_vm_belongs_to_one_that_exists(rows: list[Row], known: set[str]) -> None:
    extensions = [row for row in rows if row["type"] in (f"{VM}/extensions", f"{VM}/runcommands")]
    assignments = of(rows, "microsoft.guestconfiguration/guestconfigurationassignments")
    items = [row for row in rows if row["type"].endswith("/protecteditems")]

    assert unknown((row["id"].rsplit("/", 2)[0] for row in extensions), known) == []
    assert unknown((row["id"].split("/providers/Microsoft.GuestConfiguration")[0] for row in assignments), known) == []
    assert unknown(values([row["properties"] for row in items], "sourceResourceId", "resourceID"), known) == []


def test_every_vault_and_policy_of_an_item_has_a_row(rows: list[Row], known: set[str]) -> None:
    items = of(rows, ITEM)
    above = {row["id"].split("/backupFabrics/")[0] for row in items}
    policies = set(values([row["properties"] for row in items], "policyId")) - {""}

    assert above == set(values([row["properties"] for row in items], "vaultId"))
    assert unknown(above, known) == []
    assert unknown({each for each in policies if UNSEEN[1] not in each}, known) == []


def test_every_key_vault_and_set_that_a_row_names_has_a_row(rows: list[Row], known: set[str]) -> None:
    properties = [row["properties"] for row in rows]
    named = values(properties, "KeyVaultResourceId", "KekVaultResourceId", "diskEncryptionSetId")
    sources = re.findall(rb'"(?:sourceVault|diskEncryptionSet|availabilitySet)":\{"id":"([^"]+)"', orjson.dumps(rows))

    assert unknown({each for each in named if each}, known) == []
    assert unknown({each.decode() for each in sources}, known) == []


def test_everything_that_a_network_interface_or_a_subnet_names_has_a_row(rows: list[Row], known: set[str]) -> None:
    names = "networkSecurityGroup|routeTable|publicIPAddress|firewallPolicy|virtualMachineScaleSet"
    named = re.findall(rf'"(?:{names})":{{"id":"([^"]+)"'.encode(), orjson.dumps(rows))
    pools = re.findall(rb'"loadBalancerBackendAddressPools":\[{"id":"([^"]+)/backendAddressPools/', orjson.dumps(rows))

    assert unknown({each.decode() for each in (*named, *pools)}, known) == []
    assert pools


def test_every_session_host_is_a_vm(tables: dict[str, list[Row]], known: set[str]) -> None:
    hosts = of(tables["DesktopVirtualizationResources"], "microsoft.desktopvirtualization/hostpools/sessionhosts")

    assert unknown((row["properties"]["resourceId"] for row in hosts), known) == []
    assert unknown((row["id"].rsplit("/", 2)[0] for row in hosts), known) == []


def test_every_unmanaged_disk_is_in_a_storage_account_that_exists(rows: list[Row]) -> None:
    endpoints = tuple(values([row["properties"] for row in of(rows, "microsoft.storage/storageaccounts")], "blob"))
    blobs = values([row["properties"] for row in of(rows, VM)], "uri")

    assert len(blobs) == 6
    assert [blob for blob in blobs if not blob.startswith(endpoints)] == []


def test_every_role_assignment_names_a_role_and_a_scope_that_exist(rows: list[Row], known: set[str]) -> None:
    given = [row["properties"] for row in of(rows, "microsoft.authorization/roleassignments")]
    roles = {row["name"] for row in of(rows, "microsoft.authorization/roledefinitions")}
    tenant = rows[0]["tenantId"]

    assert {each["roleDefinitionId"].rsplit("/", 1)[1] for each in given} <= roles
    assert unknown({each["scope"] for each in given if not each["scope"].endswith(tenant)}, known) == []


def test_its_page_names_what_exists_and_forgets_none_of_what_is_judged(rows: list[Row]) -> None:
    page = (ROOT / "fixtures" / "demo" / "README.md").read_text()
    cells = [line.split("|")[1] for line in page.splitlines() if line.startswith("| `")]
    named = {name for cell in cells for name in re.findall(r"`([^`]+)`", cell)}
    names = {row["name"] for row in rows} | {f"{row['resourceGroup']}/{row['name']}" for row in rows}
    judged = of(rows, VM, "microsoft.storage/storageaccounts", "microsoft.keyvault/vaults")

    assert named - names == set()
    assert [row["name"] for row in judged if f"{row['name']}`" not in page] == []
