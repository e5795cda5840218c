"""Rows above the subscriptions: the option authorizationScopeFilter."""

from pathlib import Path

import pytest

from tenantlint.graph.server.service import Settings
from tests.graph.server.clients import CORP, LAB, LATEST, READ, Client, Json, write_estate
from tests.graph.server.conftest import Serve

ABOVE = {"root", "corp", "Web", "lab"}
OF_READ = {"at", "in"}
ALL = {"partly", *OF_READ}

CASES = {
    "the tenant": ({}, "AtScopeAndBelow", ALL),
    "the tenant and above": ({}, "AtScopeAboveAndBelow", ALL | ABOVE),
    "above the tenant's subscriptions": ({}, "AtScopeAndAbove", {"at", "partly"} | ABOVE),
    "the tenant's subscriptions": ({}, "AtScopeExact", {"at", "partly"}),
    "a subscription": ({"subscriptions": [READ]}, "AtScopeAndBelow", OF_READ),
    "a subscription and above": ({"subscriptions": [READ]}, "AtScopeAboveAndBelow", OF_READ | {"Web", "corp", "root"}),
    "above a subscription": ({"subscriptions": [READ]}, "AtScopeAndAbove", {"at", "Web", "corp", "root"}),
    "a subscription only": ({"subscriptions": [READ]}, "AtScopeExact", {"at"}),
    "subscriptions elsewhere": ({"subscriptions": [LAB, CORP]}, "AtScopeAboveAndBelow", {"lab", "corp", "root"}),
    "a group": ({"managementGroups": ["corp"]}, "AtScopeAndBelow", {"corp", "Web", *OF_READ}),
    "a group and above": ({"managementGroups": ["web"]}, "AtScopeAboveAndBelow", {"Web", "corp", "root", *OF_READ}),
    "above a group": ({"managementGroups": ["web"]}, "AtScopeAndAbove", {"Web", "corp", "root"}),
    "a group only": ({"managementGroups": ["corp"]}, "AtScopeExact", {"corp"}),
    "any case": ({}, "atscopeaboveandbelow", ALL | ABOVE),
}


def assignments(client: Client, said: dict[str, Json], scope: str | None, version: str = LATEST) -> set[str]:
    options = {"authorizationScopeFilter": scope} if scope else {}
    query = "AuthorizationResources | where type endswith 'assignments' | project name"
    return {row["name"] for row in client.ask(query, version, options, **said).data}


@pytest.mark.parametrize(("said", "scope", "seen"), CASES.values(), ids=CASES)
def test_a_request_chooses_what_it_sees(estate: Client, said: dict[str, Json], scope: str, seen: set[str]) -> None:
    assert assignments(estate, said, scope) == seen


def test_what_is_above_the_subscriptions_is_hidden_unless_asked_for(estate: Client) -> None:
    assert assignments(estate, {}, None) == ALL


@pytest.mark.parametrize("version", ["2019-04-01", "2021-03-01"])
def test_old_api_versions_do_not_know_the_option(estate: Client, version: str) -> None:
    options = {"authorizationScopeFilter": "AtScopeAboveAndBelow", "resultFormat": "objectArray"}

    names = {row["name"] for row in estate.ask("AuthorizationResources", version, options).data}

    assert names == ALL | {"builtin"}


def test_the_first_preview_knows_the_option(estate: Client) -> None:
    assert assignments(estate, {}, "AtScopeAboveAndBelow", "2021-06-01-preview") == ALL | ABOVE


@pytest.mark.parametrize("scope", ["AtScopeAndBelow", "AtScopeExact"])
def test_built_in_definitions_are_above_nothing(estate: Client, scope: str) -> None:
    query = "AuthorizationResources | where type endswith 'definitions' | project name"

    answer = estate.ask(query, options={"authorizationScopeFilter": scope}, subscriptions=[LAB])

    assert answer.data == [{"name": "builtin"}]


def test_the_option_is_about_authorization_and_policy_only(estate: Client) -> None:
    answer = estate.ask("Resources | count", options={"authorizationScopeFilter": "AtScopeExact"})

    assert answer.data == [{"Count": 6}]


def test_an_unknown_filter_is_refused(estate: Client) -> None:
    assert estate.ask("Resources", options={"authorizationScopeFilter": "Everything"}).status == 400


def test_a_denied_subscription_has_no_assignments(serve: Serve, tmp_path: Path) -> None:
    client = serve(write_estate(tmp_path), settings=Settings(frozenset({READ})))

    assert assignments(client, {}, "AtScopeAboveAndBelow") == {"partly"} | ABOVE


def test_the_demo_tenant_has_assignments_above_its_subscriptions(demo: Client) -> None:
    few = assignments(demo, {}, None)
    more = assignments(demo, {}, "AtScopeAboveAndBelow")

    assert few < more
