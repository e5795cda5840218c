"""The shape of an answer that holds rows."""

import pytest

from tests.graph.server.clients import Client, demo_rows

VMS = "Resources | where type == 'microsoft.compute/virtualmachines'"


def test_the_keys_of_an_answer_come_in_the_services_own_order(demo: Client) -> None:
    page = demo.ask("Resources | project id", options={"$top": 3})

    assert list(page.json) == ["totalRecords", "count", "data", "facets", "resultTruncated", "$skipToken"]


def test_the_last_page_has_no_skip_token_rather_than_an_empty_one(demo: Client) -> None:
    page = demo.ask("Resources | project id")

    assert list(page.json) == ["totalRecords", "count", "data", "facets", "resultTruncated"]


def test_numbers_are_numbers_and_truncation_is_text(demo: Client) -> None:
    rows = demo_rows()

    page = demo.ask("Resources | project id", options={"$top": 3}).json

    assert (page["totalRecords"], page["count"], page["resultTruncated"], page["facets"]) == (len(rows), 3, "false", [])


@pytest.mark.parametrize("query", ["", "  ", "// all of it", "Resources"])
def test_an_empty_query_is_all_of_resources(demo: Client, query: str) -> None:
    rows = demo_rows()

    page = demo.ask(query)

    assert page.json["totalRecords"] == len(rows)
    assert page.data[0] == rows[0]


@pytest.mark.parametrize("query", ["project id", "// a comment\nproject id", "where isnotempty(id) | project id"])
def test_a_query_may_start_with_an_operator(demo: Client, query: str) -> None:
    assert demo.ask(query, options={"$top": 1}).data == [{"id": demo_rows()[0]["id"]}]


def test_a_union_comes_before_its_tables(demo: Client) -> None:
    count = len(demo_rows()) + len(demo_rows("ResourceContainers"))

    assert demo.ask("union Resources, ResourceContainers | count").data == [{"Count": count}]


def test_a_quote_that_is_never_closed_is_no_empty_query(demo: Client) -> None:
    assert demo.ask("'x").codes == ["BadRequest", "InvalidQuery", "ParserFailure"]


@pytest.mark.parametrize("version", ["2018-09-01-preview", "2019-04-01", "2020-04-01-preview"])
def test_rows_are_a_table_in_old_api_versions(demo: Client, version: str) -> None:
    data = demo.ask(f"{VMS} | order by id asc | project name, tags | take 1", version).data

    first = min((row for row in demo_rows() if row["type"].endswith("/virtualmachines")), key=lambda row: row["id"])
    assert data == {
        "columns": [{"name": "name", "type": "string"}, {"name": "tags", "type": "object"}],
        "rows": [[first["name"], first["tags"]]],
    }


@pytest.mark.parametrize("version", ["2021-03-01", "2021-06-01-preview", "2022-10-01", "2024-04-01"])
def test_rows_are_objects_in_new_api_versions(demo: Client, version: str) -> None:
    assert demo.ask("project id | take 1", version).data == [{"id": demo_rows()[0]["id"]}]


@pytest.mark.parametrize(
    ("version", "wanted", "kind"),
    [("2019-04-01", "objectArray", list), ("2024-04-01", "table", dict), ("2024-04-01", "Table", dict)],
)
def test_a_request_may_choose_the_format(demo: Client, version: str, wanted: str, kind: type) -> None:
    assert isinstance(demo.ask("project id | take 1", version, {"resultFormat": wanted}).data, kind)


def test_the_types_of_columns_are_the_services_words(demo: Client) -> None:
    values = {
        "text": "'a'",
        "whole": "1",
        "half": "1.5",
        "yes": "true",
        "bag": "properties",
        "list": "pack_array(1, 2)",
        "moment": "datetime(2026-01-02)",
        "span": "1h",
    }
    project = ", ".join(f"{name} = {value}" for name, value in values.items())

    columns = demo.ask(f"Resources | project {project} | take 1", "2019-04-01").data["columns"]

    types = ["string", "integer", "number", "boolean", "object", "object", "string", "string"]
    assert columns == [{"name": name, "type": kind} for name, kind in zip(values, types, strict=True)]


def test_lists_that_a_query_makes_are_objects(demo: Client) -> None:
    data = demo.ask("summarize names = make_list(tags), n = count()", "2019-04-01").data

    assert [column["type"] for column in data["columns"]] == ["object", "integer"]


def test_times_are_written_as_kusto_writes_them(demo: Client) -> None:
    assert demo.ask("project at = datetime(2026-01-02 03:04:05) | take 1").data == [
        {"at": "2026-01-02T03:04:05.0000000Z"}
    ]


def test_now_is_when_the_copy_was_captured(demo: Client) -> None:
    assert demo.ask("project at = now() | take 1").data == [{"at": "2026-11-20T02:00:00.0000000Z"}]


def test_a_table_keeps_null_and_nested_values(demo: Client) -> None:
    data = demo.ask("project id, zones, properties | take 1", "2019-04-01").data

    first = demo_rows()[0]
    assert data["rows"] == [[first["id"], first["zones"], first["properties"]]]


def test_an_answer_without_rows_says_so(demo: Client) -> None:
    body = demo.ask("where name == 'nobody'", options={"resultFormat": "table"}).json

    assert (body["totalRecords"], body["count"], body["data"]["rows"]) == (0, 0, [])


def test_rows_come_in_the_order_that_the_query_asks_for(numbers: Client) -> None:
    data = numbers.ask("project number = toint(properties.number) | order by number desc", options={"$top": 1000}).data

    assert [row["number"] for row in data] == list(range(2344, 1344, -1))


def test_the_default_columns_are_those_of_the_service(demo: Client) -> None:
    columns = demo.ask("", "2019-04-01", {"$top": 1}).data["columns"]

    objects = {"sku", "plan", "properties", "tags", "identity", "zones", "extendedLocation"}
    assert {column["name"] for column in columns if column["type"] == "object"} == objects
    assert {column["name"] for column in columns if column["type"] == "string"} >= {"id", "name", "type", "tenantId"}
