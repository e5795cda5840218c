"""Populations and violations, merged."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenantlint.listing import COLUMNS, VIOLATIONS, merge

ID = "/subscriptions/s1/resourceGroups/Rg/providers/A/b/{}"


def resource(name: str) -> tuple[str, dict[str, Any]]:
    id_ = ID.format(name)
    return id_.lower(), {"id": id_, "name": name, "tags": {"a": "b"}, "subscriptionId": "s1"}


def found(name_: str, **columns: object) -> tuple[str, dict[str, Any]]:
    id_ = ID.format(name_)
    return id_.lower(), {"id": id_, "recommendationID": "x", "tags": None, **columns}


def test_every_resource_is_there_once_with_what_was_found_of_it() -> None:
    rows = list(merge([resource("a"), resource("b"), resource("c")], [found("b", p=1), found("b", p=2)]))

    assert [(row["name"], row[VIOLATIONS]) for row in rows] == [("a", None), ("b", [{"p": 1}, {"p": 2}]), ("c", None)]
    assert all(tuple(row) == COLUMNS for row in rows)


@pytest.mark.parametrize("name", ["0", "b", "z"])
def test_what_was_found_of_others_is_not_lost(name: str) -> None:
    rows = {row["name"]: row for row in merge([resource("a"), resource("c")], [found(name, location="west", p=1)])}

    assert sorted(rows) == sorted(["a", "c", name])
    assert rows[name][VIOLATIONS] == [{"location": "west", "p": 1}]
    assert (rows[name]["subscriptionId"], rows[name]["resourceGroup"], rows[name]["location"]) == ("s1", "Rg", "west")


def test_without_a_population_there_are_violations_only() -> None:
    rows = list(merge([], [found("a", p=1), found("b", p=1)]))

    assert [row["name"] for row in rows] == ["a", "b"]


def test_rows_that_say_the_same_are_one_in_any_order() -> None:
    one, other = found("a", p=1, name="x"), found("a", p=0, name="x")
    shouted = (one[0], {**one[1], "id": one[1]["id"].upper()})

    for rows in ([one, other, shouted], [shouted, other, one]):
        (row,) = merge([resource("a")], rows)
        assert row[VIOLATIONS] == [{"p": 0, "name": "x"}, {"p": 1, "name": "x"}]


def test_a_population_with_a_resource_twice_has_it_once() -> None:
    assert [row["name"] for row in merge([resource("a"), resource("a")], [found("a", p=1)])] == ["a"]


def test_a_row_that_says_nothing_is_a_violation_all_the_same() -> None:
    (row,) = merge([resource("a")], [found("a")])

    assert row[VIOLATIONS] == [{}]


@pytest.mark.parametrize("odd", [7, ["x"], {"y": 1}, "", None])
def test_odd_values_of_what_names_a_resource_are_not_believed(odd: object) -> None:
    (row,) = merge([], [found("a", name=odd, type=odd, location=odd)])

    assert (row["name"], row["location"]) == ("a", None)


def test_a_bare_subscription_is_a_resource_without_a_group() -> None:
    (row,) = merge([], [("/subscriptions/s1", {"id": "s1", "p": 1})])

    assert (row["id"], row["name"], row["subscriptionId"], row["resourceGroup"]) == (
        "/subscriptions/s1",
        "s1",
        "s1",
        None,
    )


NAMES = st.lists(st.sampled_from("abcdef"), max_size=8)


@given(population=NAMES, violated=NAMES)
@settings(deadline=None, max_examples=100)
def test_nothing_is_lost_and_nothing_is_there_twice(population: list[str], violated: list[str]) -> None:
    rows = list(merge([resource(name) for name in sorted(population)], [found(name, p=1) for name in sorted(violated)]))

    assert sorted(row["name"] for row in rows) == sorted({*population, *violated})
    assert {row["name"] for row in rows if row[VIOLATIONS]} == set(violated)
