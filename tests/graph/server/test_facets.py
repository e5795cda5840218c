"""Facets."""

from collections import Counter

import pytest

from tests.graph.server.clients import Client, Json, demo_rows

VMS = (
    "Resources | where type =~ 'Microsoft.Compute/virtualMachines' "
    "| project id, name, location, resourceGroup, properties.storageProfile.osDisk.osType"
)


def facet(client: Client, expression: str, options: Json = None, query: str = VMS, version: str = "2024-04-01") -> Json:
    said = {"expression": expression, "options": options} if options else {"expression": expression}
    (found,) = client.ask(query, version, facets=[said]).json["facets"]
    return found


def vms() -> list[Json]:
    return [row for row in demo_rows() if row["type"] == "microsoft.compute/virtualmachines"]


def systems() -> Counter[str]:
    """Count the operating systems of VMs as `tostring` gives them: what is not there is empty text."""
    disks = ((row["properties"] or {}).get("storageProfile", {}).get("osDisk", {}) for row in vms())
    return Counter(disk.get("osType") or "" for disk in disks)


def test_a_facet_has_the_recorded_shape(demo: Client) -> None:
    found = facet(demo, "location", {"$top": 1}, version="2019-04-01")

    counted = Counter(row["location"] for row in vms())
    assert list(found) == ["expression", "totalRecords", "count", "data", "resultType"]
    assert found == {
        "expression": "location",
        "totalRecords": len(counted),
        "count": 1,
        "data": {
            "columns": [{"name": "location", "type": "string"}, {"name": "count", "type": "integer"}],
            "rows": [list(counted.most_common(1)[0])],
        },
        "resultType": "FacetResult",
    }


def test_a_facet_comes_in_the_format_of_the_rows(demo: Client) -> None:
    counted = Counter(row["location"] for row in vms())

    data = facet(demo, "location")["data"]

    assert {row["location"]: row["count"] for row in data} == counted
    assert [row["count"] for row in data] == sorted(counted.values(), reverse=True)


def test_a_facet_that_cannot_be_has_the_recorded_errors(demo: Client) -> None:
    assert facet(demo, "nonExistingColumn") == {
        "expression": "nonExistingColumn",
        "errors": [
            {"code": "NoValidColumns", "message": "No valid columns in facet expression."},
            {"code": "InvalidColumnNames", "message": "Invalid column names: [nonExistingColumn]."},
        ],
        "resultType": "FacetError",
    }


def test_a_facet_error_leaves_the_rows_alone(demo: Client) -> None:
    answer = demo.ask("project id | take 1", facets=[{"expression": "nonsense"}, {"expression": "id"}])

    assert [each["resultType"] for each in answer.json["facets"]] == ["FacetError", "FacetResult"]
    assert answer.json["count"] == 1


def test_a_path_finds_the_column_that_a_projection_made_of_it(demo: Client) -> None:
    found = facet(demo, "properties.storageProfile.osDisk.osType")

    name = "properties_storageProfile_osDisk_osType"
    assert {row[name]: row["count"] for row in found["data"]} == systems()


def test_a_path_finds_the_properties_themselves(demo: Client) -> None:
    query = "Resources | where type == 'microsoft.compute/virtualmachines'"

    found = facet(demo, "properties.storageProfile.osDisk.osType", query=query)

    name = "properties_storageProfile_osDisk_osType"
    assert {row[name]: row["count"] for row in found["data"]} == systems()


def test_a_column_of_objects_is_counted_as_text(demo: Client) -> None:
    found = facet(demo, "tags", query="Resources | project tags")

    assert sum(row["count"] for row in found["data"]) == len(demo_rows())


def test_a_facet_may_be_sorted_by_an_expression(demo: Client) -> None:
    data = facet(demo, "resourceGroup", {"sortBy": "tolower(resourceGroup)", "sortOrder": "asc", "$top": 3})["data"]

    groups = sorted({row["resourceGroup"] for row in vms()})
    assert [row["resourceGroup"] for row in data] == groups[:3]


def test_the_count_can_be_sorted_upwards(demo: Client) -> None:
    counts = [row["count"] for row in facet(demo, "location", {"sortBy": "count", "sortOrder": "asc"})["data"]]

    assert counts == sorted(counts)


def test_a_facet_may_filter(demo: Client) -> None:
    found = facet(demo, "resourceGroup", {"filter": "resourceGroup contains 'erp'"})

    groups = {row["resourceGroup"] for row in vms() if "erp" in row["resourceGroup"]}
    assert {row["resourceGroup"] for row in found["data"]} == groups
    assert found["totalRecords"] == len(groups)


def test_a_facet_may_be_a_function(demo: Client) -> None:
    found = facet(demo, "toupper(location)")

    assert "WESTEUROPE" in {value for row in found["data"] for value in row.values()}


def test_a_facet_is_about_all_rows_not_only_those_of_the_page(demo: Client) -> None:
    answer = demo.ask(VMS, options={"$top": 1}, facets=[{"expression": "location"}])

    assert sum(row["count"] for row in answer.json["facets"][0]["data"]) == len(vms())


def test_a_facet_sees_no_more_than_the_scope(demo: Client) -> None:
    sandbox = "e4137c8d-6f92-4ea5-8b3c-c05a9d216336"

    answer = demo.ask("Resources", subscriptions=[sandbox], facets=[{"expression": "subscriptionId"}])

    assert [row["subscriptionId"] for row in answer.json["facets"][0]["data"]] == [sandbox]


@pytest.mark.parametrize("options", [{"filter": "nonsense =="}, {"sortBy": "nonsense"}, {"filter": "nothing(1)"}])
def test_options_that_cannot_be_are_a_facet_error(demo: Client, options: dict[str, str]) -> None:
    found = facet(demo, "location", options)

    assert (found["resultType"], found["errors"][0]["code"]) == ("FacetError", "InvalidQuery")


def test_the_recorded_request_with_five_facets(demo: Client) -> None:
    three = {"$top": 3, "sortOrder": "desc"}
    asked = [
        {"expression": "location", "options": three},
        {"expression": "properties.storageProfile.osDisk.osType", "options": three},
        {"expression": "nonExistingColumn", "options": three},
        {"expression": "resourceGroup", "options": {**three, "sortBy": "tolower(resourceGroup)", "sortOrder": "asc"}},
        {"expression": "resourceGroup", "options": {"$top": 3, "filter": "resourceGroup contains 'test'"}},
    ]

    body = demo.ask(f"{VMS} | limit 5", "2021-06-01-preview", facets=asked).json

    assert (body["totalRecords"], body["count"]) == (5, 5)
    kinds = [each["resultType"] for each in body["facets"]]
    assert kinds == ["FacetResult", "FacetResult", "FacetError", "FacetResult", "FacetResult"]
    assert sum(row["count"] for row in body["facets"][0]["data"]) == 5
