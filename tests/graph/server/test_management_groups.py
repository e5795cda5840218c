"""Management groups, the limit of subscriptions under a scope, and the rows that tell of both."""

from pathlib import Path

import pytest

from tenantlint.graph.server.service import Settings
from tests.graph.server.clients import (
    CORP,
    LAB,
    PARTLY,
    READ,
    TENANT,
    Client,
    Json,
    container,
    write_estate,
)
from tests.graph.server.conftest import Serve
from tests.makers import Row, write_copy


def containers(client: Client, **said: Json) -> set[str]:
    """Return the subscriptions that a request sees."""
    rows = client.ask("ResourceContainers | where type has 'subscriptions' | project id", **said).data
    return {row["id"].removeprefix("/subscriptions/") for row in rows}


GROUPS = {
    "the root": ([TENANT], {READ, LAB, CORP, PARTLY}),
    "one with another inside": (["corp"], {READ, CORP}),
    "the inner one, in another case": (["WEB"], {READ}),
    "two": (["web", "lab"], {READ, LAB}),
}


@pytest.mark.parametrize(("groups", "seen"), GROUPS.values(), ids=GROUPS)
def test_a_management_group_stands_for_what_is_under_it(estate: Client, groups: list[str], seen: set[str]) -> None:
    assert containers(estate, managementGroups=groups) == seen


def test_a_management_group_shows_itself_and_those_under_it(estate: Client) -> None:
    query = "ResourceContainers | where type == 'microsoft.management/managementgroups' | project name"

    assert {row["name"] for row in estate.ask(query, managementGroups=["corp"]).data} == {"corp", "Web"}
    assert {row["name"] for row in estate.ask(query).data} == {"corp", "Web", "lab", TENANT}
    assert estate.ask(query, subscriptions=[READ]).data == []


@pytest.mark.parametrize("group", ["nowhere", "lab-without-readable"])
def test_a_management_group_without_anything_readable_is_denied(estate: Client, group: str) -> None:
    assert estate.ask("Resources", managementGroups=[group]).status == 403


def test_the_name_of_a_management_group_is_not_its_id(estate: Client) -> None:
    answer = estate.ask("Resources", managementGroups=["Tenant Root Group"])

    assert answer.codes == ["BadRequest", "ManagementGroupsContainInvalidIds"]
    assert answer.json["error"]["details"][0]["message"] == (
        "The provided management groups must be valid. Given: 'Tenant Root Group'."
    )


def test_subscriptions_and_management_groups_exclude_each_other(estate: Client) -> None:
    assert estate.ask("Resources", subscriptions=[READ], managementGroups=["corp"]).status == 400


LIMITED = Settings(under_scope=2)


@pytest.mark.parametrize("said", [{}, {"managementGroups": [TENANT]}], ids=["tenant", "management group"])
def test_too_many_subscriptions_under_a_scope_are_refused(serve: Serve, tmp_path: Path, said: dict[str, Json]) -> None:
    answer = serve(write_estate(tmp_path), settings=LIMITED).ask("Resources", **said)

    assert answer.codes == ["BadRequest", "TooManySubscriptionsUnderScope"]
    assert answer.json["error"]["details"][0]["message"] == (
        "The number of subscriptions under provided tenant or management groups in the request has exceeded the "
        "allowed limit 2. Please select a more granular scope or allow partial scopes results by passing "
        "AllowPartialScopes flag in the query options."
    )


def test_partial_scopes_cut_the_scope_and_say_so_in_a_header_only(serve: Serve, tmp_path: Path) -> None:
    client = serve(write_estate(tmp_path), settings=LIMITED)

    answer = client.ask("Resources | summarize by subscriptionId", options={"allowPartialScopes": True})

    assert {row["subscriptionId"] for row in answer.data} == {READ, LAB}
    assert answer.headers["x-ms-tenant-subscription-limit-hit"] == "true"
    assert answer.json["resultTruncated"] == "false"


@pytest.mark.parametrize("said", [{"subscriptions": [READ, LAB, CORP]}, {"managementGroups": ["corp"]}])
def test_a_scope_within_the_limit_is_whole(serve: Serve, tmp_path: Path, said: dict[str, Json]) -> None:
    answer = serve(write_estate(tmp_path), settings=LIMITED).ask("Resources | count", **said)

    assert answer.status == 200
    assert "x-ms-tenant-subscription-limit-hit" not in answer.headers


def test_the_demo_tenants_groups_lead_to_its_subscriptions(demo: Client) -> None:
    platform = demo.ask("ResourceContainers | distinct subscriptionId", managementGroups=["mg-nwf-platform"]).data

    assert "5d8e3b19-c4a7-42f0-b6d2-9e71f0a3c114" in {row["subscriptionId"] for row in platform}
    assert "1f0c7a52-93be-4c6d-8a17-5b2e64d9c003" not in {row["subscriptionId"] for row in platform}


def test_a_copy_without_containers_has_subscriptions_all_the_same(serve: Serve, tmp_path: Path) -> None:
    copy = write_copy(
        tmp_path,
        {
            "Resources": [
                {"id": "/a", "type": "t", "subscriptionId": READ},
                {"id": "/b", "type": "t", "subscriptionId": LAB},
            ]
        },
    )

    assert [row["id"] for row in serve(copy).ask("Resources", subscriptions=[LAB]).data] == ["/b"]


def test_a_subscription_may_speak_of_resource_groups(serve: Serve, tmp_path: Path) -> None:
    row = {
        **container(f"/subscriptions/{READ}", ["web"], READ),
        "tags": {"for": "microsoft.resources/subscriptions/resourcegroups"},
    }
    copy = write_copy(tmp_path, {"ResourceContainers": [row]}, subscriptions=[READ])

    assert len(serve(copy).ask("ResourceContainers", managementGroups=["web"]).data) == 1


def test_odd_containers_do_no_harm(serve: Serve, tmp_path: Path) -> None:
    odd: list[Row] = [
        {"id": "/1", "type": "microsoft.resources/subscriptions", "subscriptionId": READ, "properties": None},
        {
            "id": "/2",
            "type": "Microsoft.Resources/Subscriptions",
            "subscriptionId": LAB,
            "properties": {"managementGroupAncestorsChain": ["root", {"name": "web"}]},
        },
        {
            "id": "/3",
            "type": "microsoft.management/managementgroups",
            "subscriptionId": "",
            "properties": {"details": 7},
        },
        {"id": "/4", "type": "microsoft.management/managementgroups", "subscriptionId": "", "properties": []},
    ]
    copy = write_copy(tmp_path, {"ResourceContainers": odd}, subscriptions=[READ, LAB])

    answer = serve(copy).ask("ResourceContainers", managementGroups=["web"])

    assert [row["id"] for row in answer.data] == ["/2"]
