"""What a request is about, and what it silently leaves out."""

from pathlib import Path

import pytest

from tenantlint.graph.server.service import Settings
from tests.graph.server.clients import (
    CORP,
    LAB,
    PARTLY,
    READ,
    STRANGER,
    UNREAD,
    Client,
    Json,
    write_estate,
)
from tests.graph.server.conftest import Serve


def owners(client: Client, **said: Json) -> set[str]:
    """Return the subscriptions that a request sees resources of."""
    rows = client.ask("Resources | summarize by subscriptionId", **said).data
    return {row["subscriptionId"] for row in rows}


def containers(client: Client, **said: Json) -> set[str]:
    rows = client.ask("ResourceContainers | where type has 'subscriptions' | project id", **said).data
    return {row["id"].removeprefix("/subscriptions/") for row in rows}


@pytest.mark.parametrize("said", [{}, {"subscriptions": []}, {"subscriptions": None}, {"managementGroups": []}])
def test_without_a_scope_a_request_is_about_the_tenant(estate: Client, said: dict[str, Json]) -> None:
    assert containers(estate, **said) == {READ, LAB, CORP, PARTLY}


def test_what_the_copy_did_not_read_simply_is_not_there(estate: Client) -> None:
    body = estate.ask("Resources | summarize by subscriptionId").json

    assert {row["subscriptionId"] for row in body["data"]} == {READ, LAB, CORP}
    assert body["resultTruncated"] == "false"


def test_a_subscription_may_lack_one_table_only(estate: Client) -> None:
    assert PARTLY not in owners(estate)
    assert PARTLY in containers(estate)


def test_a_request_may_name_subscriptions_in_any_case(estate: Client) -> None:
    assert owners(estate, subscriptions=[READ.upper(), LAB]) == {READ, LAB}


def test_unreadable_subscriptions_among_readable_ones_are_left_out_without_a_word(estate: Client) -> None:
    answer = estate.ask("Resources | summarize by subscriptionId", subscriptions=[READ, UNREAD, STRANGER])

    assert [row["subscriptionId"] for row in answer.data] == [READ]
    assert "x-ms-tenant-subscription-limit-hit" not in answer.headers


def test_partial_scopes_change_nothing_about_rights(estate: Client) -> None:
    assert owners(estate, subscriptions=[READ, UNREAD], options={"allowPartialScopes": True}) == {READ}


def test_joins_see_no_more_than_the_scope(estate: Client) -> None:
    left = "ResourceContainers | where type == 'microsoft.resources/subscriptions'"
    right = "Resources | project owner = subscriptionId, thing = name"
    query = f"{left} | project owner = tolower(subscriptionId) | join kind=inner ({right}) on owner | project owner"

    assert {row["owner"] for row in estate.ask(query, subscriptions=[LAB]).data} == {LAB}


def test_aggregates_see_no_more_than_the_scope(estate: Client) -> None:
    assert estate.ask("Resources | count", subscriptions=[LAB, CORP]).data == [{"Count": 4}]


def test_nothing_readable_among_the_subscriptions_is_denied(estate: Client) -> None:
    answer = estate.ask("Resources", subscriptions=[UNREAD])

    assert (answer.status, answer.codes) == (403, ["AccessDenied", "AccessDenied"])
    said = "Access is denied to the requested resource. The user might not have enough permission."
    assert answer.json["error"]["details"] == [{"code": "AccessDenied", "message": said}]


def test_subscriptions_of_another_tenant_are_not_eligible(estate: Client) -> None:
    answer = estate.ask("Resources", subscriptions=[STRANGER, STRANGER.upper()])

    assert (answer.status, answer.codes) == (400, ["BadRequest", "NoValidSubscriptionsInQueryRequest"])
    assert answer.json["error"]["details"][0]["message"] == (
        "There must be at least one subscription that is eligible to contain resources. "
        f"Given: '{STRANGER},{STRANGER.upper()}'."
    )


def test_subscriptions_have_to_be_guids(estate: Client) -> None:
    answer = estate.ask("Resources", subscriptions=[READ, "production"])

    assert answer.codes == ["BadRequest", "SubscriptionsContainInvalidGuids"]
    assert answer.json["error"]["details"][0]["message"] == (
        f"Subscription ids have to be valid GUIDs. Given: '{READ},production'."
    )


def test_denied_subscriptions_are_as_unread_ones(serve: Serve, tmp_path: Path) -> None:
    client = serve(write_estate(tmp_path), settings=Settings(frozenset({LAB.upper()})))

    assert owners(client) == {READ, CORP}
    assert client.ask("Resources", subscriptions=[LAB]).status == 403


def test_a_tenant_in_which_nothing_can_be_read_is_denied(serve: Serve) -> None:
    everything = [row["subscriptionId"] for row in serve().ask("Resources | distinct subscriptionId").data]

    client = serve(settings=Settings(frozenset(everything)))

    assert client.ask("Resources").codes == ["AccessDenied", "AccessDenied"]
