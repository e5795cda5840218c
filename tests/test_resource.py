"""A row as rules see it, and the verdicts that they give on it."""

from collections.abc import Iterator
from typing import Any

import jmespath
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenantlint import Json, Resource, Verdict, Violation
from tenantlint.errors import MissingColumnError
from tenantlint.model import COMPLIANT
from tenantlint.schema import TEXT_COLUMNS, Schema

ID = "/subscriptions/S-1/resourceGroups/RG/providers/Microsoft.Compute/virtualMachines/Web-1"


def resource(**columns: Json) -> Resource:
    """Make a resource of a table with just these columns."""
    cells = [
        value if value is None or (name in TEXT_COLUMNS and isinstance(value, str)) else orjson.dumps(value).decode()
        for name, value in columns.items()
    ]
    return Resource(Schema("machines", tuple(columns)), cells)


def test_ids_keep_their_spelling_and_compare_by_key() -> None:
    vm = resource(id=ID)

    assert (vm.id, vm.key, vm.table) == (ID, ID.lower(), "machines")
    assert vm.key == resource(id=ID.upper()).key


@pytest.mark.parametrize("name", [None, ""])
def test_a_row_without_a_name_is_called_by_the_end_of_its_id(name: str | None) -> None:
    assert resource(id=ID, name=name).name == "Web-1"
    assert resource(id=ID).name == "Web-1"
    assert resource(id=ID, name="web").name == "web"


@pytest.mark.parametrize(
    ("columns", "subscription"),
    [
        ({"subscriptionId": "ABC"}, "abc"),
        ({"subscriptionId": ""}, "s-1"),
        ({"subscriptionId": None}, "s-1"),
        ({}, "s-1"),
        ({"id": "/subscriptions/S-1"}, "s-1"),
        ({"id": "/Subscriptions/S-1/x"}, "s-1"),
        ({"id": "/providers/Microsoft.Management/managementGroups/mg"}, ""),
        ({"id": "/"}, ""),
        ({"id": ""}, ""),
        ({"id": None}, ""),
    ],
)
def test_the_subscription_is_the_rows_own_or_where_that_says_none_the_ids(
    columns: dict[str, Json], subscription: str
) -> None:
    assert resource(**{"id": ID, **columns}).subscription_id == subscription


@pytest.mark.parametrize(
    ("value", "text", "number", "items"),
    [
        (None, None, None, None),
        ("", None, None, None),
        ("x", "x", None, None),
        ("7", "7", None, None),
        (0, None, 0, None),
        (7, None, 7, None),
        (-1.5, None, -1.5, None),
        (True, None, None, None),
        (False, None, None, None),
        ([], None, None, []),
        (["x"], None, None, ["x"]),
        ({}, None, None, None),
        ({"x": 1}, None, None, None),
    ],
)
def test_a_value_of_another_type_is_no_value(
    value: Json, text: str | None, number: float | None, items: list[Json] | None
) -> None:
    row = resource(id=ID, properties={"x": value})

    assert row.find("properties.x") == value
    assert (row.text("properties.x"), row.items("properties.x")) == (text, items)
    assert repr(row.number("properties.x")) == repr(number)


@pytest.mark.parametrize("container", [None, "text", 7, [], {"other": 1}])
def test_what_a_container_lacks_is_none(container: Json) -> None:
    row = resource(id=ID, properties=container)

    assert row.find("properties.x.y[0]") is None
    assert [row.text("properties.x"), row.number("properties.x"), row.items("properties.x")] == [None, None, None]


def test_a_column_that_the_table_lacks_is_not_none() -> None:
    for ask in (resource(id=ID).find, resource(id=ID).text, resource(id=ID).number, resource(id=ID).items):
        with pytest.raises(MissingColumnError, match=r"no column for 'tags\.owner'"):
            ask("tags.owner")


def test_a_value_is_decoded_once_and_shared() -> None:
    row = resource(id=ID, properties={"disks": [{"lun": 0}]})

    assert row.find("properties.disks") is row.find("properties.disks")


NAMES = ("a", "b", "c")
VALUES = st.recursive(
    st.sampled_from([None, True, 0, 1.5, "", "text"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
    max_leaves=8,
)
STEPS = st.lists(st.sampled_from([".a", ".b", ".c", "[0]", "[*]", "[?a].b"]), max_size=3).map("".join)


def columns_of(value: Any, prefix: str, depth: int) -> Iterator[tuple[str, Json]]:  # noqa: ANN401 - any JSON
    """Flatten *value* as queries do: everything down to *depth* in a column of its own, and the whole as well."""
    yield prefix, value
    if depth and isinstance(value, dict):
        for name, inner in value.items():
            yield from columns_of(inner, f"{prefix}_{name}", depth - 1)


@settings(deadline=None, max_examples=200, database=None)
@given(VALUES, STEPS, st.integers(0, 3))
def test_a_path_finds_the_same_however_the_query_flattens(value: Json, steps: str, depth: int) -> None:
    row = resource(id=ID, **dict(columns_of(value, "properties", depth)))

    assert repr(row.find(f"properties{steps}")) == repr(jmespath.search(f"properties{steps}", {"properties": value}))


def test_a_violation_says_what_how_bad_and_by_what_evidence() -> None:
    verdict = resource(id=ID).violation("has 33 disks", level="warning", evidence={"disks": 33}, part="weu")

    assert verdict.violations == (Violation("has 33 disks", "warning", {"disks": 33}, "weu"),)
    assert (verdict.outcome, verdict.message, verdict.cause) == ("violation", "has 33 disks", None)
    assert (verdict.level, verdict.evidence) == ("warning", {"disks": 33})
    assert resource(id=ID).violation("x", level="note").violations == (Violation("x", "note"),)


def test_several_violations_are_one_verdict() -> None:
    both = [Violation("first", "note", {"a": 1}, "a"), Violation("second", "error", {"b": 2}, "b")]
    verdict = resource(id=ID).violations(both)

    assert verdict.violations == tuple(both)
    assert (verdict.message, verdict.evidence, verdict.level) == ("first", {"a": 1}, "error")


def test_no_violations_are_no_verdict() -> None:
    with pytest.raises(IndexError):
        resource(id=ID).violations([])


def test_the_other_verdicts() -> None:
    row = resource(id=ID)

    assert row.compliant() is COMPLIANT
    assert row.not_applicable("is no VM") == Verdict("not-applicable", "is no VM")
    assert row.not_evaluable(absent="tags.x") == Verdict("not-evaluable", "has no usable value at tags.x", "absent")
    assert row.not_evaluable(unobservable="inside the VM") == Verdict("not-evaluable", "inside the VM", "unobservable")
    assert row.not_evaluable(unread="no permission", evidence={"a": 1}) == Verdict(
        "not-evaluable", "no permission", "unread", {"a": 1}
    )


@pytest.mark.parametrize(
    "reasons", [{}, {"absent": ""}, {"absent": "a", "unread": "b"}, {"unobservable": "a", "unread": "b"}]
)
def test_not_evaluable_needs_exactly_one_reason(reasons: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="exactly one reason"):
        resource(id=ID).not_evaluable(**reasons)
