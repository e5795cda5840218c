"""Tenant copies of what a test spells out: each resource in its table, and what was not captured said."""

from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from tenantlint.coverage import Unread
from tenantlint.errors import CopyError, UsageError
from tenantlint.graph.copies import read_copy
from tenantlint.testing import Row, a_protected_item, a_resource, a_subscription, a_vm, changed, tenant_copy
from tests.graph.server.clients import DEMO


def rows(copy: Path) -> dict[str, list[Row]]:
    return {file.stem: [orjson.loads(line) for line in file.read_bytes().splitlines()] for file in copy.glob("*.jsonl")}


def test_a_resource_is_in_the_table_that_holds_its_type(tmp_path: Path) -> None:
    copy = tenant_copy(tmp_path / "copy", a_vm(), a_protected_item(), a_subscription(), a_resource("Acme/things"))

    assert {name: [row["type"] for row in found] for name, found in rows(copy).items() if found} == {
        "Resources": ["microsoft.compute/virtualmachines", "acme/things"],
        "RecoveryServicesResources": [a_protected_item()["type"]],
        "ResourceContainers": ["microsoft.resources/subscriptions"],
    }


def test_every_type_of_the_demo_tenant_is_put_where_it_has_it(tmp_path: Path) -> None:
    kept = rows(DEMO)
    copy = tenant_copy(tmp_path / "copy", *(row for found in kept.values() for row in found))

    assert {name: len(found) for name, found in rows(copy).items()} == {
        name: len(found) for name, found in kept.items()
    }


def test_computed_columns_are_left_for_the_query_to_compute(tmp_path: Path) -> None:
    copy = tenant_copy(tmp_path / "copy", a_protected_item())

    assert "vmId" in a_protected_item()
    assert "vmId" not in rows(copy)["RecoveryServicesResources"][0]


def test_what_was_captured_and_what_was_not(tmp_path: Path) -> None:
    moment = datetime(2020, 1, 1, tzinfo=UTC)
    unread = [{"subscription": "s2", "reason": "denied"}, {"table": "NetworkResources", "reason": "throttled"}]
    vms = [a_vm(subscriptionId="S1"), a_vm(subscriptionId="s2")]
    copy = read_copy(
        tenant_copy(
            tmp_path / "copy",
            *vms,
            tables={"AdvisorResources": [a_resource("Acme/hints")]},
            missing=["RecoveryServicesResources"],
            unread=unread,
            now=moment,
            cloud="AzureChinaCloud",
            tenant_id="T",
        )
    )

    assert (copy.captured_at, copy.cloud, copy.tenant_id) == (moment, "AzureChinaCloud", "t")
    assert copy.coverage.subscriptions == {"s1", vms[0]["tenantId"].replace("aaaaaaaa", "bbbbbbbb")[:-1] + "1"}
    assert copy.coverage.unread == (Unread("denied", "s2"), Unread("throttled", "", "NetworkResources"))
    assert "advisorresources" in copy.files
    assert "recoveryservicesresources" not in copy.files


@pytest.mark.parametrize("resource", [{}, {"id": "x"}, {"type": "x"}, {"id": "x", "type": 7}, {"id": "", "type": "x"}])
def test_a_resource_that_no_query_would_find_is_refused(resource: Row, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="needs an id and a type"):
        tenant_copy(tmp_path / "copy", resource)
    assert not (tmp_path / "copy").exists()


def test_the_subscriptions_of_the_resources_are_there(tmp_path: Path) -> None:
    made = a_subscription("Mine", subscriptionId="S1")
    vms = [a_vm(subscriptionId=name) for name in ("s1", "s2", "S2", "s3", "s4")]
    unread = [{"subscription": "S3", "reason": "denied"}, {"subscription": "s4", "table": "Resources", "reason": "?"}]
    copy = tenant_copy(tmp_path / "copy", made, *vms, unread=unread)

    assert [row["name"] for row in rows(copy)["ResourceContainers"]] == ["Mine", "s2", "s4"]
    assert read_copy(copy).coverage.subscriptions == {"s1", "s2", "s4"}


def test_a_table_that_resource_graph_does_not_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no table 'Resource'") as raised:
        tenant_copy(tmp_path / "copy", tables={"Resource": []})
    assert raised.value.hint == "did you mean 'Resources'?"
    with pytest.raises(UsageError, match="there is no table 'virtual_machines'"):
        tenant_copy(tmp_path / "copy", missing=["virtual_machines"])


def test_what_is_wrong_with_the_copy_is_told_when_it_is_written(tmp_path: Path) -> None:
    with pytest.raises(CopyError, match="'unread' names table 'Nonsense'"):
        tenant_copy(tmp_path / "copy", unread=[{"table": "Nonsense", "reason": "?"}])


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path) -> None:
    with pytest.raises(FileExistsError):
        tenant_copy(tmp_path, a_vm())
    assert list(tmp_path.iterdir()) == []


def test_rows_are_written_as_they_are(tmp_path: Path) -> None:
    odd = changed(a_vm("Göteborg"), {"properties": {"odd": [None, {"a": 2**60}]}, "kind": None})
    (written,) = rows(tenant_copy(tmp_path / "copy", odd))["Resources"]

    assert written == {name: value for name, value in odd.items() if name != "hasOsProfile"}
