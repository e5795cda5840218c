"""``GET /subscriptions`` and ``GET /tenants``."""

from pathlib import Path

import pytest

from tenantlint.graph.server.service import Settings
from tests.graph.server.clients import CORP, LAB, PARTLY, READ, TENANT, UNREAD, Client, write_estate
from tests.graph.server.conftest import Serve
from tests.makers import write_copy

SUBSCRIPTIONS = "/subscriptions?api-version=2022-12-01"


def test_subscriptions_are_listed_with_their_names(estate: Client) -> None:
    body = estate.get(SUBSCRIPTIONS).json

    assert body["value"][0] == {
        "id": f"/subscriptions/{READ}",
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
        "tags": {"env": "test"},
        "subscriptionId": READ,
        "tenantId": TENANT,
        "displayName": "Name of 0",
        "state": "Warned",
        "subscriptionPolicies": {},
    }
    assert body["count"] == {"type": "Total", "value": 5}
    assert "nextLink" not in body


def test_what_resource_graph_does_not_show_is_listed(serve: Serve, tmp_path: Path) -> None:
    client = serve(write_estate(tmp_path), settings=Settings(frozenset({LAB})))

    listed = [row["subscriptionId"] for row in client.get(SUBSCRIPTIONS).json["value"]]

    assert listed == [READ, LAB, CORP, UNREAD, PARTLY]


def test_a_subscription_that_is_known_by_its_id_only_is_listed(serve: Serve, tmp_path: Path) -> None:
    copy = write_copy(tmp_path, {}, subscriptions=[READ], tenant_id=TENANT)

    (only,) = serve(copy).get(SUBSCRIPTIONS).json["value"]

    assert (only["displayName"], only["state"], only["tenantId"]) == (READ, "Enabled", TENANT)


def test_a_long_list_comes_in_pages(serve: Serve, tmp_path: Path) -> None:
    client = serve(write_estate(tmp_path), settings=Settings(listed=2))
    seen: list[list[str]] = []
    target = SUBSCRIPTIONS
    while target:
        body = client.get(target).json
        seen.append([row["subscriptionId"] for row in body["value"]])
        link = body.get("nextLink", "")
        assert not link or link.startswith(f"{client.url}/subscriptions?api-version=2022-12-01&$skiptoken=")
        target = link.removeprefix(client.url)

    assert seen == [[READ, LAB], [CORP, UNREAD], [PARTLY]]


@pytest.mark.parametrize("token", ["!", "YWJj"])
def test_a_link_that_was_tampered_with_is_refused(estate: Client, token: str) -> None:
    assert estate.get(f"{SUBSCRIPTIONS}&$skiptoken={token}").codes == ["InvalidRequestContent"]


def test_the_tenant_is_listed(estate: Client) -> None:
    answer = estate.get("/tenants?api-version=2022-12-01")

    assert answer.json == {"value": [{"id": f"/tenants/{TENANT}", "tenantId": TENANT, "tenantCategory": "Home"}]}


@pytest.mark.parametrize(
    ("target", "status", "code"),
    [
        ("/subscriptions", 400, "MissingApiVersionParameter"),
        ("/subscriptions?api-version=2099-01-01", 400, "InvalidApiVersionParameter"),
        ("/tenants", 400, "MissingApiVersionParameter"),
    ],
)
def test_an_api_version_of_its_own_is_required(estate: Client, target: str, status: int, code: str) -> None:
    answer = estate.get(target)

    assert (answer.status, answer.codes) == (status, [code])


def test_a_token_is_required(estate: Client) -> None:
    assert Client(estate.url, "").get(SUBSCRIPTIONS).status == 401


def test_answers_have_the_managers_headers(estate: Client) -> None:
    headers = estate.get(SUBSCRIPTIONS).headers

    assert headers["x-ms-ratelimit-remaining-tenant-reads"].isdigit()
    assert headers["content-type"] == "application/json; charset=utf-8"


def test_the_demo_tenants_subscriptions_have_names(demo: Client) -> None:
    assert "Production" in {row["displayName"] for row in demo.get(SUBSCRIPTIONS).json["value"]}
