"""What of a row is merged, what takes the place of something, and what is taken away."""

from copy import deepcopy

import pytest

from tenantlint.errors import UsageError
from tenantlint.testing import ABSENT, Row, changed

ROW: Row = {"id": "x", "tags": {"env": "prod"}, "properties": {"disk": {"os": {"size": 1}, "data": [1, 2]}, "b": None}}


@pytest.mark.parametrize(
    ("changes", "path", "expected"),
    [
        ({"tags": {"team": "web"}}, "tags", {"env": "prod", "team": "web"}),
        ({"tags": {"env": {"a": 1}}}, "tags", {"env": {"a": 1}}),
        ({"tags": None}, "tags", None),
        ({"tags": "odd"}, "tags", "odd"),
        ({"properties": {"disk": {"os": {"kind": "l"}}}}, "properties.disk.os", {"size": 1, "kind": "l"}),
        ({"properties": {"disk": {"data": []}}}, "properties.disk.data", []),
        ({"properties": {"disk": {}}}, "properties.disk", ROW["properties"]["disk"]),
        ({"properties.disk": {"os": 2}}, "properties.disk", {"os": 2}),
        ({"properties.disk": {}}, "properties.disk", {}),
        ({"properties.disk.data": [3]}, "properties.disk", {"os": {"size": 1}, "data": [3]}),
        ({"properties.b.c.d": 1}, "properties.b", {"c": {"d": 1}}),
        ({"properties.disk.data.x": 1}, "properties.disk.data", {"x": 1}),
        ({"properties.new": {"a.b": 1}}, "properties.new", {"a.b": 1}),
        ({"properties": {"disk": {"os": ABSENT}}}, "properties.disk", {"data": [1, 2]}),
        ({"properties.disk.os": ABSENT}, "properties.disk", {"data": [1, 2]}),
        ({"properties": ABSENT}, "", {"id": "x", "tags": {"env": "prod"}}),
        ({"nothing": ABSENT}, "", ROW),
        ({"properties.new": {"a": ABSENT, "b": [{"c": ABSENT}]}}, "properties.new", {"b": [{}]}),
        ({}, "", ROW),
    ],
)
def test_a_change_is_merged_by_name_and_taken_as_it_is_by_path(changes: Row, path: str, expected: object) -> None:
    found: object = changed(ROW, changes)
    for step in filter(None, path.split(".")):
        assert isinstance(found, dict)
        found = found[step]

    assert found == expected


def test_nothing_is_shared_with_the_row_or_the_changes() -> None:
    row, changes = deepcopy(ROW), {"properties.disk.data": [[1]], "tags": {"list": [1]}}
    found = changed(row, changes)
    found["properties"]["disk"]["data"][0].append(2)
    found["properties"]["disk"]["os"]["size"] = 7
    found["tags"]["list"].append(2)

    assert row == ROW
    assert changes == {"properties.disk.data": [[1]], "tags": {"list": [1]}}


@pytest.mark.parametrize("path", ["", ".", "properties.", ".a", "a..b"])
def test_a_path_without_a_name_is_refused(path: str) -> None:
    with pytest.raises(UsageError, match="is no path"):
        changed(ROW, {path: 1})


def test_what_is_absent_says_so() -> None:
    assert repr(ABSENT) == "ABSENT"
