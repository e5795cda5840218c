"""Sorting, grouping, joining and ranking go by plain values: a dynamic one would go by its text."""

import pytest

from tenantlint.errors import KqlError
from tests.conftest import Ask

DYNAMIC = [
    "»order by properties.count asc",
    "»sort by name, properties desc",
    "»top 2 by properties.count",
    "»summarize count() by properties.kind",
    "»summarize by name, tags",
    "»summarize count() by split(id, '/')",
    "»distinct name, properties.kind",
    "»summarize max(properties.count)",
    "»summarize a = 1 + min(properties.count) by name",
    "extend n = properties.count | »summarize arg_max(n, *) by name",
    "mv-expand n = properties.list | mv-expand m = n | extend x = 1 | »top 1 by m",
    "extend n = properties.count | »top 2 by n",
    "mv-expand n = properties.list | »order by n asc",
    "»join kind=inner (Resources) on properties",
    "»join kind=inner (Resources | extend k = properties.kind) on $left.kind == $right.k",
    "extend k = properties.kind | »join kind=inner (Resources) on $left.k == $right.kind",
    "»join kind=inner (Resources | order by properties.count) on id",
    "»union (Resources | distinct tags)",
    "»where name in (Resources | summarize by properties.kind)",
]


@pytest.mark.parametrize("operators", DYNAMIC)
def test_a_dynamic_value_is_no_key(ask: Ask, operators: str) -> None:
    kql = f"Resources\n| {operators}"
    with pytest.raises(KqlError, match="dynamic value: cast it") as caught:
        ask(kql.replace("»", ""))

    assert (caught.value.line, caught.value.column) == (2, kql.index("»") - kql.index("\n"))


@pytest.mark.parametrize(
    ("operators", "given"),
    [
        ("order by toint(properties.count) asc | project name", ["b", "a", "C"]),
        ("mv-expand n = properties.list limit 200 | top 2 by toint(n) | project name = toint(n)", [199, 198]),
        ("mv-expand n = properties.list to typeof(long) | top 2 by n | project name = n", [127, 126]),
        ("summarize name = max(toint(properties.count))", [5]),
        ("summarize by name = tostring(properties.kind) | order by name asc", ["", "inner"]),
        ("distinct name = tostring(properties.kind) | order by name asc", ["", "inner"]),
        ("summarize name = count()", [3]),
        ("summarize name = countif(isnull(properties)), a = make_list(tags), b = any(tags)", [1]),
        ("extend k = tostring(properties.kind) | join (Resources) on $left.k == $right.name | project name", []),
        ("where properties.count > 3 | project name", ["C"]),
    ],
)
def test_a_value_that_is_cast_is_compared_as_what_it_is(ask: Ask, operators: str, given: list[object]) -> None:
    assert [row["name"] for row in ask(f"Resources | {operators}")] == given
