"""Answers that are no rows, held against what was recorded of the service."""

import pytest

from tests.graph.server.clients import Client, Json, details

INVALID = {
    "code": "InvalidQuery",
    "message": "Query is invalid. Please refer to the documentation for the Azure Resource Graph service and fix the "
    "error before retrying.",
}


def failure(line: int, character: int, token: str) -> Json:
    place = {"line": line, "characterPositionInLine": character, "token": token, "expectedToken": "\u01cf"}
    return {"code": "ParserFailure", "message": "ParserFailure", **place}


def test_a_parser_failure_is_the_recorded_one(demo: Client) -> None:
    answer = demo.ask("where where", "2021-03-01")

    assert details(answer) == [INVALID, failure(1, 11, "<EOF>")]
    assert list(answer.json["error"]["details"][1]) == list(failure(1, 11, ""))


PLACES = {
    "where x y": (1, 8, "y"),
    "Resources | project id,": (1, 23, "<EOF>"),
    "Resources\n| where kind == 'x'\n| where (name and": (3, 17, "<EOF>"),
    "Resources | where kind where": (1, 23, "where"),
    "Resources | join kind=inner (Resources | where where) on id": (1, 52, ")"),
    "Resources | evaluate bag_unpack(tags)": (1, 12, "evaluate"),
    "sample 3": (1, 0, "sample"),
    "// first\nwhere name = 'x'": (2, 11, "="),
    "print 1": (1, 0, "print"),
    "Resources | where name contains 'x": (1, 32, "'"),
    "Resources | join kind=sideways (Resources) on id": (1, 22, "sideways"),
    "|": (1, 1, "<EOF>"),
    "Resources | project a = 1 2 | extend": (1, 26, "2"),
}


@pytest.mark.parametrize("query", PLACES)
def test_a_parser_failure_says_where(demo: Client, query: str) -> None:
    assert details(demo.ask(query)) == [INVALID, failure(*PLACES[query])]


@pytest.mark.parametrize(
    ("kind", "shown"), [("leftsemi", "LeftSemi"), ("leftanti", "LeftAnti"), ("RightOuter", "RightOuter")]
)
def test_a_join_that_kusto_has_and_the_service_has_not(demo: Client, kind: str, shown: str) -> None:
    answer = demo.ask(f"Resources | join kind={kind} (ResourceContainers) on subscriptionId")

    message = f'The join kind "{shown}" is not supported or not allowed.'
    assert details(answer) == [INVALID, {"code": "UnsupportedJoinFlavor", "message": message}]


@pytest.mark.parametrize(
    ("query", "table"),
    [
        ("appserviceresources | take 1", "appserviceresources"),
        ("Nonsense", "Nonsense"),
        ("Resources | join kind=inner (AdvisorResources | project id) on id", "AdvisorResources"),
        ("Resources | union SecurityResources", "SecurityResources"),
    ],
)
def test_a_table_that_is_not_there_is_disallowed(demo: Client, query: str, table: str) -> None:
    message = f"Table {table} is invalid, unsupported or disallowed."
    assert details(demo.ask(query)) == [{"code": "DisallowedLogicalTableName", "message": message}]


def test_a_table_is_found_in_any_case(demo: Client) -> None:
    assert demo.ask("RESOURCECONTAINERS | count").status == 200


def test_a_table_other_than_the_default_ones_is_joined_once(demo: Client) -> None:
    join = "| join kind=leftouter (RecoveryServicesResources | project id) on id"

    assert demo.ask(f"Resources | project id {join}").status == 200
    assert [detail["code"] for detail in details(demo.ask(f"Resources | project id {join} {join}"))] == [
        "DisallowedMaxNumberOfRemoteTables"
    ]


def test_the_default_tables_may_be_joined_more_than_once(demo: Client) -> None:
    join = "| join kind=inner (ResourceContainers | summarize by subscriptionId) on subscriptionId"
    join += " | project id, subscriptionId"

    assert demo.ask(f"Resources {join} {join} | take 1").status == 200


@pytest.mark.parametrize(
    "query",
    [
        "Resources | project nonsense",
        "Resources | extend a = sqrt_of(1)",
        "Resources | where 1 == 'a'",
        "Resources | mv-expand pack_array(1)",
        "Resources | join kind=inner (datatable(id: string)['a']) on id",
    ],
    ids=["column", "function", "types", "expression", "source"],
)
def test_what_was_never_recorded_is_marked_as_this_servers_own(demo: Client, query: str) -> None:
    codes = [detail["code"] for detail in details(demo.ask(query))]

    assert codes == ["InvalidQuery", "LocalResourceGraph"]


def test_an_unknown_column_comes_with_a_hint(demo: Client) -> None:
    assert "did you mean 'location'?" in details(demo.ask("Resources | project Location"))[1]["message"]
