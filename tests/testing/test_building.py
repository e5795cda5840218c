"""Builders: what they make by themselves, what a test may want otherwise, and what it may not."""

from collections.abc import Callable

import pytest

from tenantlint.errors import UsageError
from tenantlint.testing import (
    ABSENT,
    Judge,
    Row,
    a_disk,
    a_key_vault,
    a_network_interface,
    a_policy,
    a_protected_item,
    a_resource,
    a_row,
    a_storage_account,
    a_subscription,
    a_vault,
    a_virtual_network,
    a_vm,
    an_id,
    changed,
    run,
)
from tenantlint.testing.projecting import installed
from tests.makers import PARTS

BUILDERS: dict[str, Callable[..., Row]] = {
    "subscriptions": a_subscription,
    "virtual_machines": a_vm,
    "disks": a_disk,
    "network_interfaces": a_network_interface,
    "virtual_networks": a_virtual_network,
    "vaults": a_vault,
    "backup_policies": a_policy,
    "protected_items": a_protected_item,
    "storage_accounts": a_storage_account,
    "key_vaults": a_key_vault,
}
WORLD: dict[str, list[Row]] = {name: [build()] for name, build in BUILDERS.items()}
RULES = sorted(rule.id for rule in installed().rules.values() if rule.on in WORLD)
"""The rules that judge what builders make."""

each_builder = pytest.mark.parametrize("table", BUILDERS)


@pytest.mark.parametrize("rule", RULES)
def test_what_builders_make_keeps_every_rule_of_the_pack(rule: str) -> None:
    (verdict,) = run(rule, WORLD).values()

    assert verdict.outcome in ("compliant", "not-applicable"), verdict


def test_most_rules_are_kept_and_do_not_only_speak_of_others() -> None:
    kept = [rule for rule in RULES for verdict in run(rule, WORLD).values() if verdict.outcome == "compliant"]

    assert len(kept) > len(RULES) / 2


def test_the_queries_make_of_a_copy_what_the_rules_are_given_as_tables(judge: Judge) -> None:
    judged = judge([row for rows in WORLD.values() for row in rows], *RULES)

    assert not judged.summary.incomplete
    for rule in RULES:
        found = {id_.lower(): verdict.outcome for id_, verdict in judged.verdicts[rule].items()}
        assert found == {id_.lower(): verdict.outcome for id_, verdict in run(rule, WORLD).items()}


@each_builder
def test_what_is_made_is_of_one_place(table: str) -> None:
    row = BUILDERS[table]()

    assert f"/subscriptions/{row['subscriptionId']}" in row["id"]
    assert row["type"] == row["type"].lower()
    assert row["resourceGroup"] == row["resourceGroup"].lower()
    assert not row["resourceGroup"] or f"/resourceGroups/{row['resourceGroup']}/" in row["id"]
    assert row["id"].endswith(row["name"]) or table == "subscriptions"


def test_what_belongs_together_names_each_other() -> None:
    vm = a_vm("web-1", subscriptionId="s1", resourceGroup="RG-Web", location="northeurope")
    vault = a_vault("safe", subscriptionId="s2", location="northeurope")
    policy = a_policy(in_=vault)
    item = a_protected_item(of=vm, in_=vault, by=policy)
    disk, card = a_disk(of=vm), a_network_interface(of=vm)

    assert vm["id"] == "/subscriptions/s1/resourceGroups/RG-Web/providers/Microsoft.Compute/virtualMachines/web-1"
    assert vm["resourceGroup"] == "rg-web"
    assert policy["id"] == f"{vault['id']}/backupPolicies/daily"
    assert (item["vmId"], item["properties"]["sourceResourceId"]) == (vm["id"].lower(), vm["id"])
    assert (item["properties"]["vaultId"], item["properties"]["policyId"]) == (vault["id"], policy["id"])
    assert item["subscriptionId"] == "s2"
    assert (disk["managedBy"], disk["location"], disk["subscriptionId"]) == (vm["id"], "northeurope", "s1")
    assert vm["properties"]["storageProfile"]["osDisk"]["managedDisk"]["id"].lower() == disk["id"].lower()
    assert vm["properties"]["networkProfile"]["networkInterfaces"][0]["id"].lower() == card["id"].lower()


OTHER = "/subscriptions/s9/resourceGroups/RG-Other/providers/Microsoft.Compute/virtualMachines/other"


@pytest.mark.parametrize("table", sorted(BUILDERS.keys() - {"subscriptions"}))
def test_a_given_id_says_where_a_row_is_and_what_it_is_called(table: str) -> None:
    row = BUILDERS[table](id=OTHER)

    assert (row["id"], row["name"]) == (OTHER, "other")
    assert (row["subscriptionId"], row["resourceGroup"]) == ("s9", "rg-other")
    assert BUILDERS[table](id=OTHER, name="mine")["name"] == "mine"


def test_what_a_builder_makes_beside_a_given_id_is_in_its_place() -> None:
    vm, network = a_vm(id=OTHER), a_virtual_network(id=f"{OTHER}-net")

    disk = vm["properties"]["storageProfile"]["osDisk"]["managedDisk"]["id"]
    assert disk == "/subscriptions/s9/resourceGroups/RG-Other/providers/Microsoft.Compute/disks/other-os"
    assert disk.lower() == a_disk(of=vm)["id"].lower()
    assert network["properties"]["subnets"][0]["id"] == f"{OTHER}-net/subnets/default"
    assert (
        a_storage_account(id=OTHER)["properties"]["primaryEndpoints"]["blob"] == "https://other.blob.core.windows.net/"
    )
    assert a_key_vault(id=OTHER)["properties"]["vaultUri"] == "https://other.vault.azure.net/"


@pytest.mark.parametrize("odd", ["/x", "", None, ABSENT, 7, "/subscriptions/s9"])
def test_an_id_of_no_resource_says_nothing(odd: object) -> None:
    vm = a_vm(id=odd)

    assert (vm["name"], vm["resourceGroup"]) == ("vm-1", "rg-app")
    assert vm.get("id", ABSENT) == odd


@pytest.mark.parametrize(
    ("build", "role", "wrong"),
    [
        (a_protected_item, "of", a_disk),
        (a_protected_item, "in_", a_vm),
        (a_protected_item, "by", a_vault),
        (a_policy, "in_", a_policy),
        (a_disk, "of", a_disk),
        (a_network_interface, "of", a_vault),
        (a_disk, "of", dict),
    ],
)
def test_what_belongs_to_something_else_is_made_of_nothing_else(
    build: Callable[..., Row], role: str, wrong: Callable[..., Row]
) -> None:
    with pytest.raises(UsageError, match="this is made of a row of type Microsoft"):
        build(**{role: wrong()})


@each_builder
def test_a_name_may_be_given_in_both_ways(table: str) -> None:
    build = BUILDERS[table]

    assert build("other") == build(name="other")
    assert build("other")["name"] == "other"


def test_a_test_says_only_what_differs() -> None:
    vm = a_vm(properties={"storageProfile": {"dataDisks": [{"lun": 0}]}}, tags={"contact": "web"})

    assert vm["properties"]["storageProfile"]["osDisk"] == a_vm()["properties"]["storageProfile"]["osDisk"]
    assert run("too-many-data-disks", {"virtual_machines": [vm]})[vm["id"]].outcome == "compliant"
    many = a_vm(**{"properties.storageProfile.dataDisks": [{"lun": lun} for lun in range(40)]})
    assert run("too-many-data-disks", {"virtual_machines": [many]})[many["id"]].level == "error"
    without = a_vm(**{"properties.storageProfile": ABSENT})
    assert run("too-many-data-disks", {"virtual_machines": [without]})[without["id"]].cause == "absent"


@pytest.mark.parametrize(
    ("columns", "path", "hint"),
    [
        ({"propertes": {}}, "propertes", "did you mean 'properties"),
        ({"propertis": 1}, "propertis", "did you mean 'properties'?"),
        ({"propertes": {"priority": 1}}, "propertes", "did you mean 'properties'?"),
        ({"zones": ["1"]}, "zones", ""),
        ({"properties": {"storageProfil": {"dataDisks": []}}}, "properties.storageProfil", "properties.storageProfile"),
        ({"properties.storageProfil": []}, "properties.storageProfil", "properties.storageProfile"),
        ({"properties.storageProfil": ABSENT}, "properties.storageProfil", "properties.storageProfile"),
        ({"properties": {"storageProfil": {}}}, "properties.storageProfil", "properties.storageProfile"),
        ({"properties": {"priorit": None}}, "properties.priorit", "properties.priority"),
        ({"properties": 7}, "properties", ""),
    ],
)
def test_what_no_rule_would_see_is_refused(columns: Row, path: str, hint: str) -> None:
    with pytest.raises(UsageError) as raised:
        a_vm(**columns)

    assert str(raised.value) == f"table 'virtual_machines' has no column for {path!r}"
    assert hint in raised.value.hint


def test_a_column_that_the_query_computes_is_one() -> None:
    assert a_vm(hasOsProfile=False)["hasOsProfile"] is False
    assert a_protected_item(vmId="")["vmId"] == ""


def test_a_container_may_be_nothing() -> None:
    vm = a_vm(properties=None)

    assert vm["properties"] is None
    assert run("too-many-data-disks", {"virtual_machines": [vm]})[vm["id"]].cause == "absent"


def test_a_row_of_any_table() -> None:
    assert a_row("shared_disks", "d", managedBy="m")["managedBy"] == "m"
    assert a_row(PARTS, machineId="m")["machineId"] == "m"
    with pytest.raises(UsageError, match="table 'parts' has no column for 'machineid'") as raised:
        a_row(PARTS, machineid="m")
    assert raised.value.hint == "did you mean 'machineId'?"
    with pytest.raises(UsageError, match="there is no table 'shared_disk'") as raised:
        a_row("shared_disk")
    assert raised.value.hint == "did you mean 'shared_disks'?"


def test_a_resource_of_any_type_with_any_column() -> None:
    row = a_resource("Microsoft.Sql/servers/databases", "sql-1/orders", kind="v12", properties={"odd": [1]})

    assert row["id"] == an_id("Microsoft.Sql/servers/databases", "sql-1/orders")
    assert row["id"].endswith("/providers/Microsoft.Sql/servers/sql-1/databases/orders")
    assert (row["name"], row["type"], row["kind"]) == ("orders", "microsoft.sql/servers/databases", "v12")
    assert a_resource("Acme/things", id="/x")["id"] == "/x"
    assert changed(a_vm(), {"properties.diagnosticsProfile": {}})["properties"]["diagnosticsProfile"] == {}


def test_a_name_with_too_few_parts_for_its_type_is_refused() -> None:
    with pytest.raises(UsageError, match=r"a name of Microsoft\.Sql/servers/databases has 2 parts, not 'orders'"):
        an_id("Microsoft.Sql/servers/databases", "orders")
