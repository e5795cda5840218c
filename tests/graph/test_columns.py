"""Column names count in their exact case, wherever a query names one."""

import pytest

from tenantlint.errors import KqlError
from tenantlint.graph.dialect import check

TABLES = {
    "resources": ("id", "name", "properties", "tags", "location"),
    "resourcecontainers": ("id", "name", "subscriptionId"),
}


def refusal(kql: str) -> KqlError:
    with pytest.raises(KqlError) as caught:
        check(kql, TABLES)
    return caught.value


@pytest.mark.parametrize(
    "kql",
    [
        "Resources | where {} == 'x'",
        "Resources | where not(name == 'x' or (tolower({}) in ('a', 'b')))",
        "Resources | where name in~ ({}, 'b')",
        "Resources | where name between ({} .. 'z')",
        "Resources | where name has_any ({}, 'b')",
        "Resources | where name == -{}",
        "Resources | project {}",
        "Resources | project a = {}",
        "Resources | extend a = iff(isnull({}.b), 1, {}['c'][0])",
        "Resources | extend a = strcat(name, {})",
        "Resources | summarize count() by {}",
        "Resources | summarize count() by a = tostring({}.b)",
        "Resources | summarize make_list({})",
        "Resources | summarize a = countif(isnotempty({}))",
        "Resources | order by {} asc",
        "Resources | sort by name, {} desc",
        "Resources | top 3 by {}",
        "Resources | distinct {}",
        "Resources | project-away {}",
        "Resources | mv-expand {}",
        "Resources | mvexpand {}",
        "Resources | mv-expand a = {}.b",
        "Resources | mv-expand name, {}",
        "Resources | parse {} with 'x' y",
        "Resources | join kind=inner (ResourceContainers) on {}",
        "Resources | join kind=inner (ResourceContainers) on name, {}",
        "Resources | join kind=inner (ResourceContainers) on $left.{} == $right.name",
        "ResourceContainers | join kind=inner (Resources) on $left.name == $right.{}",
        "ResourceContainers | join kind=inner (Resources | where {} == 'x') on name",
        "ResourceContainers | union (Resources | project {})",
        "union ResourceContainers, (Resources | project {})",
        "ResourceContainers | where name in (Resources | project {})",
        "ResourceContainers | where name == toscalar(Resources | project {})",
        "ResourceContainers | where name in (Resources | where id in (Resources | project {}))",
    ],
)
@pytest.mark.parametrize(("right", "wrong"), [("properties", "Properties"), ("id", "ID"), ("tags", "tag")])
def test_a_name_in_another_case_is_refused_with_its_place_and_the_right_one(kql: str, right: str, wrong: str) -> None:
    error = refusal(kql.format(wrong, wrong))

    assert f"no column {wrong!r}" in str(error)
    assert (error.line, error.column) == (1, kql.index("{}") + 1)
    assert error.hint.startswith(f"did you mean {right!r}?") or "there is id, name" in error.hint


def test_a_name_in_quotes_is_held_to_its_case_too() -> None:
    assert refusal("Resources | project-away name, ['Tags']").column == len("Resources | project-away name, ['")


@pytest.mark.parametrize(
    ("kql", "columns"),
    [
        ("Resources", ("id", "name", "properties", "tags", "location")),
        ("Resources | project-away tags, location", ("id", "name", "properties")),
        ("Resources | extend a = 1", ("id", "name", "properties", "tags", "location", "a")),
        ("Resources | project name, properties.a.b, c = properties.d", ("name", "properties_a_b", "c")),
        ("Resources | project properties.['odata.type']", ("properties_odata.type",)),
        ("Resources | summarize count(), dcount(name) by location", ("location", "count_", "dcount_name")),
        ("Resources | count", ("Count",)),
        ("Resources | distinct name, location", ("name", "location")),
        (
            "ResourceContainers | join (Resources | project id, name) on id",
            ("id", "name", "subscriptionId", "id1", "name1"),
        ),
        ("ResourceContainers | union (Resources | project id, tags)", ("id", "name", "subscriptionId", "tags")),
        ("Resources | mv-expand a = properties.b | project a", ("a",)),
        ("Resources | parse name with 'x' a '-' b | project a, b", ("a", "b")),
    ],
)
def test_the_columns_of_the_result_are_known_before_it_runs(kql: str, columns: tuple[str, ...]) -> None:
    assert check(kql, TABLES).columns == columns


@pytest.mark.parametrize(
    "kql",
    [
        "Resources | project id | where {} == 'x'",
        "Resources | where location == 'x' | project id, name | where {} == 'y'",
        "Resources | project a = properties.location | where {} == 'x'",
        "Resources\n| where location == 'x'\n| summarize count() by name\n| order by {}",
        "union Resources, ResourceContainers | project location | project a = location | where {} == 'x'",
        "Resources | mv-expand location = properties.location | project-away location | extend a = {}",
        "Resources | project-away location | where id in (ResourceContainers | where {} == 'x' | project id)",
        "Resources | extend a = location | project a | join kind=inner (Resources) on $left.{} == $right.location",
    ],
)
def test_a_column_that_is_gone_is_refused_where_it_is_missing_and_not_where_it_still_was(kql: str) -> None:
    error = refusal(kql.format("location"))
    before = kql[: kql.index("{}")]

    assert "no column 'location'" in str(error)
    assert (error.line, error.column) == (before.count("\n") + 1, len(before) - before.rfind("\n"))


def test_an_operator_sees_the_columns_before_it_and_not_its_own() -> None:
    assert "no column 'a'" in str(refusal("Resources | extend a = 1, b = a"))
    assert "no column 'a'" in str(refusal("Resources | summarize a = count() by a"))


@pytest.mark.parametrize(
    "kql",
    [
        "Resources | extend Name = 1",
        "Resources | project id, ID = name",
        "Resources | summarize count(), Location = max(name) by location",
        "Resources | union (ResourceContainers | project Name = name)",
        "Resources | join kind=inner (ResourceContainers | project id, Name = name) on id",
    ],
)
def test_columns_that_differ_in_their_case_only_are_refused(kql: str) -> None:
    assert "differ only in case" in str(refusal(kql))


def test_a_standard_table_has_no_hidden_columns() -> None:
    assert "no column 'apiVersion'" in str(refusal("Resources | project apiVersion"))
