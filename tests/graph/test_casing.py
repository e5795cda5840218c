"""Columns whose names differ in their case only: KQL knows two, the database one."""

import pytest

from tenantlint.errors import KqlError
from tests.conftest import Ask


@pytest.mark.parametrize(
    ("operators", "given"),
    [
        ("extend Name = toupper(name) | project Name | order by Name asc", [{"Name": x} for x in "ABC"]),
        (
            "extend Name = toupper(name) | where name == 'a' and Name == 'A' | project x = strcat(name, Name)",
            [{"x": "aA"}],
        ),
        ("extend NAME = 1, Name = 2 | take 1 | project x = NAME + Name", [{"x": 3}]),
        ("extend Name = 1 | summarize count() by Name", [{"Name": 1, "count_": 3}]),
        ("extend Name = 1 | summarize max(Name)", [{"max_Name": 1}]),
        ("extend Tags = tags.env | project-away tags | where Tags == 'prod' | project Tags", [{"Tags": "prod"}]),
        (
            "mv-expand List = properties.list | project-away properties | extend list = 2 | where List == list | count",
            None,
        ),
        ("parse id with * '/things/' Name | where Name == 'a' | project Name", [{"Name": "a"}]),
        (
            "project Id = id, name | join kind=inner (Resources | project ID = id) on $left.Id == $right.ID | count",
            None,
        ),
        (
            "extend Name = 'x' | join (Resources | project id, NAME = name) on id | where NAME == 'a' | count",
            None,
        ),
        ("where name in ((Resources | extend Name = name | project Name)) | count", None),
        (
            "union (Resources | extend Name = 'x' | project Name) | where Name == 'x' | summarize n = count()",
            [{"n": 3}],
        ),
    ],
)
def test_two_columns_in_two_cases_are_two(ask: Ask, operators: str, given: list[dict[str, object]] | None) -> None:
    rows = ask(f"Resources | {operators}")

    assert rows == given if given is not None else rows[0]["Count"] > 0


def test_the_names_come_out_as_they_were_written(ask: Ask) -> None:
    (row,) = ask("Resources | where name == 'a' | extend Name = 'x', iD = 1 | project iD, x = name, Name | take 1")

    assert list(row) == ["iD", "x", "Name"]


@pytest.mark.parametrize(
    ("kql", "first", "second"),
    [
        ("Resources\n| extend Name = 1", "name", "Name"),
        ("Resources\n| project a = 1, A = 2", "a", "A"),
        ("Resources\n| join kind=inner (Resources | project id, Kind = 1) on id", "kind", "Kind"),
    ],
)
def test_an_answer_cannot_have_both(ask: Ask, kql: str, first: str, second: str) -> None:
    with pytest.raises(KqlError, match=f"columns '{first}' and '{second}' differ only in case") as error:
        ask(kql)

    assert error.value.line == 2


def test_a_column_that_is_there_in_another_case_only_is_no_column(ask: Ask) -> None:
    with pytest.raises(KqlError, match="no column 'NAME' here") as error:
        ask("Resources | extend Name = 1 | where NAME == 'a'")

    assert error.value.hint.startswith("did you mean 'name'?")
    with pytest.raises(KqlError, match="no column 'Name' here") as error:
        ask("Resources | extend Name = 1 | project name | where Name == 'a'")
    assert error.value.hint.startswith("did you mean 'name'?")
