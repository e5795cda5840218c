"""Nothing of the original is left, or there is no copy: the proof finds what a scrubber that fails would leave."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tenantlint.scrub import LeakFinder, Originals, Scrubber, ScrubError, originals_in, scrub_copy
from tenantlint.scrub.tokens import Tokens
from tests.tenant_copies import subscription_row, vm_row, write_copy

S = "1f0c7a52-93be-4c6d-8a17-5b2e64d9c003"
GROUP = f"/subscriptions/{S}/resourceGroups/rg-erp"
ORIGINAL: dict[str, Any] = {
    "id": f"{GROUP}/providers/Microsoft.KeyVault/vaults/kv-parent/secrets/os-disk-secret",
    "name": "erp-db-01",
    "type": "microsoft.keyvault/vaults/secrets",
    "subscriptionId": S,
    "resourceGroup": "rg-erp",
    "tags": {"owner": "Anna <anna.berg@contoso.com>, on call"},
    "properties": {"principalId": "9f150a91-db20-4705-871a-bdacbf2b5010", "vmId": "82D441EC0AF64642B779A4E0A46ABA5F"},
}
WORDS: dict[str, Any] = {
    "id": f"/subscriptions/{S}/resourceGroups/network/providers/Microsoft.Network/virtualNetworks/westeurope",
    "name": "westeurope",
    "resourceGroup": "network",
    "subscriptionId": S,
}
WITH_A_DIGIT: dict[str, Any] = {"name": "b2cshop"}


@pytest.fixture
def originals(tmp_path: Path) -> Iterator[Originals]:
    with originals_in(tmp_path / "originals") as found:
        found.note(ORIGINAL)
        found.note(WORDS)
        found.note(WITH_A_DIGIT)
        yield found


LEAKS: list[tuple[dict[str, Any], str]] = [
    ({"name": "erp-db-01"}, "$.name"),
    ({"properties": {"list": [{}, {"computerName": "ERP-DB-01"}]}}, "$.properties.list[1].computerName"),
    ({"properties": {"osDisk": {"name": "erp-db-01_OsDisk_1_34e50f4b"}}}, "$.properties.osDisk.name"),
    ({"resourceGroup": "RG-ERP"}, "$.resourceGroup"),
    ({"resourceGroup": "network"}, "$.resourceGroup"),
    ({"id": f"/subscriptions/{Scrubber().text(S)}/resourceGroups/network"}, "$.id"),
    ({"id": GROUP}, "$.id"),
    ({"properties": {"uri": "https://kv-parent.vault.azure.net/"}}, "$.properties.uri"),
    ({"properties": {"uri": "https://x.vault.azure.net/secrets/os%2Ddisk%2Dsecret"}}, "$.properties.uri"),
    ({"name": "VM;iaasvmcontainerv2;rg-erp;x"}, "$.name"),
    ({"tags": {"x": "see rg-erp for more"}}, "$.tags.x"),
    ({"tags": {"x": "mailto:ANNA.BERG@contoso.com"}}, "$.tags.x"),
    ({"tags": {"erp-db-01": "x"}}, "a key in $.tags"),
    ({"properties": {"erp-db-01": {"x": 1}}}, "a key in $.properties"),
    ({"properties": {"a b": {f"{GROUP}/x": 1}}}, "a key in $.properties.…"),
    ({"type": "microsoft.web/b2cshop"}, "$.type"),
    ({"properties": {"b2cshop1": {"b2cshop": 1}}}, "a key in $.properties.b2cshop1"),
    ({"tenantId": S.upper()}, "$.tenantId"),
    ({"properties": {"script": f"login --subscription={S.replace('-', '')} now"}}, "$.properties.script"),
    ({"properties": {"any": "{9F150A91-db20-4705-871a-bdacbf2b5010}"}}, "$.properties.any"),
    ({"properties": {"any": "82d441ec-0af6-4642-b779-a4e0a46aba5f"}}, "$.properties.any"),
]


@pytest.mark.parametrize(("row", "path"), LEAKS, ids=[path for _, path in LEAKS])
def test_what_is_left_is_found_and_its_place_is_told_but_not_what_it_is(
    originals: Originals, row: dict[str, Any], path: str
) -> None:
    with pytest.raises(ScrubError) as caught:
        LeakFinder(originals).check(row, "Resources", 7)

    assert str(caught.value) == f"table 'Resources', line 7: {path} is left of the original"
    assert not any(name in f"{caught.value}{caught.value.hint}".lower() for name in ("erp", "network", "berg", S[:8]))


@pytest.mark.parametrize(
    "row",
    [
        {"location": "westeurope", "type": "microsoft.network/virtualnetworks", "properties": {"network": True}},
        {"id": "/subscriptions/x/providers/Microsoft.Network/locations/westeurope/networks/x"},
        {"properties": {"roleDefinitionId": "8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "password": "scrubbed"}},
        {"name": "rg", "properties": {"erp": "db-01", "created": "2026-11-20"}},
        {"tags": {"xabcdefghijklmno": "rg-erp2 and kv-parents"}},
    ],
)
def test_words_of_the_service_and_other_names_are_no_leaks(originals: Originals, row: dict[str, Any]) -> None:
    LeakFinder(originals).check(row, "Resources", 1)


@pytest.mark.parametrize(
    "name", ["scrubbed", "example", "default", "databricks-rg", "2019-datacenter", "123456789", "https"]
)
def test_a_tenant_may_have_any_name_for_its_resources(tmp_path: Path, name: str) -> None:
    row = vm_row(1, name, resourceGroup=name, tags={name: "a@b.example"})
    row["id"] = row["id"].replace("rg-Web", name)
    row["properties"] = {
        "password": "x",
        "uri": "https://shop.contoso.com/",
        "sku": "Standard_D2s_v5",
        "storageProfile": {"imageReference": {"sku": "2019-datacenter"}},
        "network": {"storage": "2026-11-20"},
    }
    copy = write_copy(tmp_path / "copy", {"Resources": [row]}, subscriptions=[1])

    assert scrub_copy(copy, tmp_path / "scrubbed").rows["Resources"] == 1


def test_the_set_of_originals_is_gone_afterwards_and_holds_nothing_that_can_be_read(tmp_path: Path) -> None:
    file = tmp_path / "originals"
    with originals_in(file) as originals:
        originals.note(ORIGINAL)
        assert "ERP-db-01" in originals
        assert "erp-db-02" not in originals
        assert b"erp-db" not in file.read_bytes()

    assert list(tmp_path.iterdir()) == []


def test_many_originals_are_all_found_again(tmp_path: Path) -> None:
    with originals_in(tmp_path / "originals") as originals:
        for number in range(40_000):
            originals.note({"name": f"name-{number}"})

        assert all(f"NAME-{number}" in originals for number in range(0, 40_000, 997))
        assert not any(f"nome-{number}" in originals for number in range(0, 40_000, 997))


@pytest.mark.parametrize("broken", ["name", "guid"])
def test_a_scrubber_that_replaces_nothing_leaves_no_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    monkeypatch.setattr(Tokens, broken, lambda _self, text: text)
    copy = write_copy(tmp_path / "copy", {"ResourceContainers": [subscription_row(1, "Production")]}, subscriptions=[1])

    with pytest.raises(ScrubError, match=r"copy\.json.*\$|ResourceContainers.*\$"):
        scrub_copy(copy, tmp_path / "scrubbed")
    assert [path.name for path in tmp_path.iterdir()] == ["copy"]
