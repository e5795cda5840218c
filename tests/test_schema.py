"""How columns stand for properties."""

import orjson
import pytest

from tenantlint import Json
from tenantlint.errors import MissingColumnError
from tenantlint.resource import Resource
from tenantlint.schema import NESTED_COLUMNS, TEXT_COLUMNS, Schema

COLUMNS = ("id", "tags", "properties_os", "properties_os_disk", "vmId", "properties_os_disk_", "_x", "location")


def find(path: str, **values: Json) -> Json:
    """Find *path* in a row of the columns above that holds *values*."""
    cells = [
        value if name in TEXT_COLUMNS or value is None else orjson.dumps(value).decode()
        for name in COLUMNS
        for value in [values.get(name)]
    ]
    return Resource(Schema("machines", COLUMNS), cells).find(path)  # type: ignore[arg-type]  # text columns are given text


@pytest.mark.parametrize(
    ("path", "column", "value", "found"),
    [
        ("id", "id", "/a", "/a"),
        ("tags", "tags", {"a": 1}, {"a": 1}),
        ("tags.a", "tags", {"a": 1}, 1),
        ("tags.a.b", "tags", {"a": 1}, None),
        ('tags."a b"', "tags", {"a b": 1}, 1),
        ("tags[0]", "tags", ["x"], "x"),
        ("tags | a", "tags", {"a": 1}, 1),
        ("tags.*", "tags", {"a": 1}, [1]),
        ("properties.os.name", "properties_os", {"name": "x"}, "x"),
        ("properties.os", "properties_os", {"disk": 1}, {"disk": 1}),
        ("properties_os.name", "properties_os", {"name": "x"}, "x"),
        ("properties.os.disk", "properties_os_disk", 7, 7),
        ("properties.os.disk.lun", "properties_os_disk", {"lun": 0}, 0),
        ("properties.os.disk[?lun].lun | [0]", "properties_os_disk", [{"lun": 3}], 3),
        ("properties.os.diskSize", "properties_os", {"diskSize": 9}, 9),
        ("properties.os_disk", "properties_os_disk", True, True),
        ("vmId", "vmId", "/vm", "/vm"),
        ("_x.y", "_x", {"y": 1}, 1),
        ("location", "location", "westeurope", "westeurope"),
    ],
)
def test_a_path_starts_at_the_longest_column_that_covers_its_beginning(
    path: str, column: str, value: Json, found: Json
) -> None:
    assert find(path, **{column: value}) == found
    assert find(path) is None


@pytest.mark.parametrize("path", ["name", "properties", "properties.storage", "Tags", "ID", "propertiesos", '"tags".a'])
def test_a_path_that_no_column_covers_is_missing(path: str) -> None:
    with pytest.raises(MissingColumnError, match="table 'machines' has no column for "):
        find(path)


@pytest.mark.parametrize(
    "path",
    [
        "tags.a || location",
        "tags && location",
        "!tags",
        "length(tags)",
        "[tags, location]",
        "{t: tags}",
        "tags == location",
        "@",
    ],
)
def test_a_path_that_looks_at_several_columns_is_refused_rather_than_misread(path: str) -> None:
    with pytest.raises(ValueError, match="does not start from one property"):
        find(path)


@pytest.mark.parametrize("path", ["", ".tags", "tags.", "tags..a", "tags a", "tags[", " "])
def test_a_path_that_is_not_jmespath_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="is not JMESPath"):
        find(path)


def test_a_way_is_found_once() -> None:
    schema = Schema("machines", COLUMNS)

    assert schema.way("tags.a[0]") is schema.way("tags.a[0]")
    assert schema.way("tags")[1] is None


@pytest.mark.parametrize("value", [None, "", "null", "[1]", "1", '"x"', "{"])
def test_text_columns_hold_text_whatever_it_looks_like(value: str | None) -> None:
    assert find("location", location=value) == value


@pytest.mark.parametrize(
    "value", [None, "", "text", 0, 1.5, True, [], {}, [None], {"a": None}, "null", 2**53, "\u202e"]
)
def test_other_columns_hold_any_value(value: Json) -> None:
    assert find("vmId", vmId=value) == value
    assert type(find("vmId", vmId=value)) is type(value)


def test_the_standard_columns() -> None:
    assert len({*TEXT_COLUMNS, *NESTED_COLUMNS}) == 16
    assert {"id", "subscriptionId", "location"} <= set(TEXT_COLUMNS)
    assert {"properties", "tags", "zones"} <= set(NESTED_COLUMNS)
