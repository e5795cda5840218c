"""The synthetic tenant that benchmarks measure with: always the same, and with every case that rules look for."""

import os
import subprocess
import sys
from collections import Counter
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import orjson
import pytest

from bench.generate import generate
from bench.synthetic.draws import scattered
from bench.synthetic.tenant import plan_tenant
from tests.synthetic_cases import Tables, cases_of_guests, cases_of_items, cases_of_vms, read_rows, vaults_that_admit

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
    for find in (cases_of_vms, cases_of_items, cases_of_guests):
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


def _digest(folder: Path) -> str:
    files = sorted(folder.iterdir())
    return sha256(b"".join(file.name.encode() + file.read_bytes() for file in files)).hexdigest()


def _run(folder: Path, hash_seed: str) -> str:
    command = [sys.executable, "-m", "bench.generate", "--vms", "300", "--seed", "7", str(folder)]
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    root = Path(__file__).parent.parent
    return subprocess.run(command, check=True, cwd=root, env=environment, capture_output=True, text=True).stdout


def test_the_same_arguments_give_the_same_bytes_in_any_process(tmp_path: Path) -> None:
    outputs = [_run(tmp_path / hash_seed, hash_seed) for hash_seed in ("1", "2")]

    assert _digest(tmp_path / "1") == _digest(tmp_path / "2")
    assert all(output.startswith("300 VMs, ") for output in outputs)


def test_another_seed_gives_another_tenant(tmp_path: Path) -> None:
    for seed in (1, 2):
        generate(50, seed, tmp_path / str(seed))

    assert _digest(tmp_path / "1") != _digest(tmp_path / "2")


def test_the_data_behind_recorded_measurements_is_unchanged(tmp_path: Path) -> None:
    """Fails on any change of the generator: then measure again and record the new digest together with the results."""
    generate(100, 7, tmp_path)

    assert _digest(tmp_path) == "65e501de108180bdd318a09447a306f679d92ecff096496c51d85450cf7ef2b4"


@pytest.mark.parametrize("vms", [1, 2, 5, 13])
def test_a_tiny_tenant_is_whole(vms: int, tmp_path: Path) -> None:
    generate(vms, 1, tmp_path)
    rows = [orjson.loads(line) for line in (tmp_path / "Resources.jsonl").read_bytes().splitlines()]

    assert sum(row["type"] == "microsoft.compute/virtualmachines" for row in rows) == vms


@pytest.mark.parametrize("count", [0, 1, 2, 10, 618, 1000])
def test_scattered_numbers_are_all_there_once(count: int) -> None:
    assert sorted(scattered(count)) == list(range(count))
