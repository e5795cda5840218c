"""A scrubbed tenant gets the verdicts of the original: of every rule but those that judge what people wrote."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bench.generate import generate
from tenantlint.scrub import Scrubber, scrub_copy
from tenantlint.scrub.keys import Role
from tenantlint.testing.cases import Case
from tests.graph.server.clients import DEMO
from tests.rule_cases import cases
from tests.scrub.verdicts import EXEMPT, RULES, judge, shape, shapes
from tests.tenant_copies import subscription_row, vm_row, write_copy

KEY = b"a key of a test, not of a tenant"
GROUP = "/subscriptions/bbbbbbbb-0000-4000-8000-000000000001/resourceGroups"
Row = dict[str, Any]


def assert_same_verdicts(copy: Path, work: Path) -> None:
    scrub_copy(copy, work / "scrubbed", key=KEY)
    before = shapes(judge(copy, work / "before"), Scrubber(KEY).text)
    after = shapes(judge(work / "scrubbed", work / "after"), str)

    assert before.total() > len(RULES)
    assert after == before


def test_the_demo_tenant(tmp_path: Path) -> None:
    assert_same_verdicts(DEMO, tmp_path)


def test_only_rules_that_judge_what_people_wrote_are_exempt_and_each_has_to_be(tmp_path: Path) -> None:
    scrub_copy(DEMO, tmp_path / "scrubbed", key=KEY)
    before = shapes(judge(DEMO, tmp_path / "before", EXEMPT), Scrubber(KEY).text)
    after = shapes(judge(tmp_path / "scrubbed", tmp_path / "after", EXEMPT), str)

    assert [rule.id for rule in EXEMPT] == ["luks-encrypted-disks", "vault-name"]
    assert {id_ for id_, *_ in before - after} == {rule.id for rule in EXEMPT}


def test_a_synthetic_tenant(tmp_path: Path) -> None:
    generate(150, 3, tmp_path / "copy")

    assert_same_verdicts(tmp_path / "copy", tmp_path)


def item_row(vm: str, vault: str, **properties: object) -> Row:
    """Make a protected item of a VM in the vault with the id `vault`."""
    name = f"VM;iaasvmcontainerv2;{vm.split('/')[4]};{vm.rpartition('/')[2]}"
    return {
        "id": f"{vault}/backupFabrics/Azure/protectionContainers/IaasVMContainer;{name[3:]}/protectedItems/{name}",
        "name": name,
        "type": "microsoft.recoveryservices/vaults/backupfabrics/protectioncontainers/protecteditems",
        "subscriptionId": vault.split("/")[2],
        "properties": {
            "backupManagementType": "AzureIaasVM",
            "sourceResourceId": vm,
            "vaultId": vault,
            "protectionState": "Protected",
            **properties,
        },
    }


def resource_row(group: str, type_: str, name: str, location: str = "westeurope", **more: object) -> Row:
    id_ = f"{GROUP}/{group}/providers/{type_}/{name}"
    row = {"id": id_, "name": name, "type": type_.lower(), "location": location, "resourceGroup": group.lower()}
    return {**row, "subscriptionId": id_.split("/")[2], "tenantId": "aaaaaaaa-0000-4000-8000-000000000000", **more}


def odd_rows() -> Iterator[Row]:
    """Make resources whose names are words of the service, that are spelled in several ways, or in odd places."""
    compute, vaults = "Microsoft.Compute/virtualMachines", "Microsoft.RecoveryServices/vaults"
    disks = {"osDisk": {"vhd": {"uri": "https://STORAGE.blob.core.windows.net/vhds/os.vhd?sv=2020&sig=c2VjcmV0"}}}
    for name in ("Standard", "westeurope", "Windows", "Succeeded", "default", "Microsoft.Compute", "1", "a%20b"):
        yield resource_row("network", compute, name, properties={"storageProfile": {"dataDisks": [], "osDisk": {}}})
    yield resource_row("DataBricks-RG-Etl", compute, "worker", properties={})
    yield resource_row("providers", compute, "virtualMachines", "New Region", properties={"storageProfile": None})
    yield resource_row("providers", vaults, "vaults", "newregion")
    yield resource_row("providers", vaults, "blank", " ")
    yield resource_row("backup", compute, "on-blobs", properties={"storageProfile": disks})
    for name, bypass in (("storage", "Logging,Odd"), ("blob", "Odd , azureservices"), ("vault", "None"), ("web", None)):
        acls = {"defaultAction": "Deny", "bypass": bypass}
        endpoints = {"blob": f"https://{name}.blob.core.windows.net/"}
        properties = {"provisioningState": "Succeeded", "networkAcls": acls, "primaryEndpoints": endpoints}
        yield resource_row("storage", "Microsoft.Storage/storageAccounts", name, properties=properties)


def test_a_tenant_whose_names_are_words_of_the_service(tmp_path: Path) -> None:
    rows = list(odd_rows())
    vm, vault = (f"{GROUP}/{path}" for path in ("NETWORK/providers/microsoft.compute/virtualMachines/STANDARD", ""))
    vault = f"{GROUP}/Providers/providers/Microsoft.RecoveryServices/vaults/VAULTS"
    items = [item_row(vm, vault), item_row(vm.replace("STANDARD", "a%20b"), vault, protectionState="Odd")]
    tables = {"Resources": rows, "RecoveryServicesResources": items, "ResourceContainers": [subscription_row(1)]}
    copy = write_copy(tmp_path / "copy", tables, subscriptions=[1])

    assert_same_verdicts(copy, tmp_path)
    outcomes = {each.verdict.outcome for each in judge(copy, tmp_path / "again")}
    assert outcomes == {"violation", "compliant", "not-applicable", "not-evaluable"}


def test_what_was_not_read_is_still_said(tmp_path: Path) -> None:
    tables = {"Resources": [vm_row(1, "web-1"), vm_row(2, "web-2", disks=40)]}
    unread = [{"subscription": subscription_row(2)["subscriptionId"].upper(), "reason": "denied to anna@contoso.com"}]
    copy = write_copy(tmp_path / "copy", tables, subscriptions=[1], unread=unread)

    assert_same_verdicts(copy, tmp_path)


CASES = [(rule, case) for rule in RULES for case in cases(rule.id)]


@pytest.mark.parametrize(("rule", "case"), CASES, ids=lambda value: value.case if isinstance(value, Case) else value.id)
def test_a_case_of_a_rule(rule: Any, case: Case) -> None:  # noqa: ANN401 - a parameter of either kind
    scrubber = Scrubber(KEY)
    scrubbed = scrub(case, scrubber)
    before, after = (each.judge(rule) for each in (case, scrubbed))

    assert {id_.lower(): shape(verdict) for id_, verdict in after.items()} == {
        scrubber.text(id_).lower(): shape(verdict) for id_, verdict in before.items()
    }


def scrub(case: Case, scrubber: Scrubber) -> Case:
    """Scrub what a case says of its tenant. What it says of the documentation and the clock stays."""
    given = {name: scrubber.row(value) if isinstance(value, dict) else value for name, value in case.settings.items()}
    return replace(
        case,
        tables={table: [scrubber.row(row) for row in rows] for table, rows in case.tables.items()},
        settings=given,
        unread=[
            {key: scrubber.subscription(value) if key == "subscription" else value for key, value in entry.items()}
            for entry in case.unread
        ],
        tenant_id=scrubber.text(case.tenant_id, Role.NAME),
    )
