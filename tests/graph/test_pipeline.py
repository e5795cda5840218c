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


@pytest.mark.parametrize(
    ("operators", "given"),
    [
        ("join kind=leftouter (ResourceContainers) on id | where name == 'a' | project x = name1", [""]),
        ("join kind=leftouter (ResourceContainers) on id | where isempty(name1) | summarize x = count()", [3]),
        ("join kind=leftouter (ResourceContainers) on id | where isnull(name1) | summarize x = count()", [0]),
        ("join kind=leftouter (ResourceContainers) on id | where name1 == '' | summarize x = count()", [3]),
        ("join kind=leftouter (ResourceContainers) on id | where isnull(tags1) | summarize x = count()", [3]),
        (
            "join kind=leftouter (ResourceContainers | project id, n = 1) on id | summarize x = countif(isnull(n))",
            [3],
        ),
        ("join kind=fullouter (ResourceContainers) on id | where name == '' | summarize x = count()", [2]),
        (
            "project id, a = name | union (ResourceContainers | project id) | summarize x = countif(a == '')",
            [2],
        ),
        ("summarize x = make_set(managedBy)", [[""]]),
        ("join kind=leftouter (ResourceContainers) on id | summarize x = dcount(name1)", [1]),
    ],
)
def test_no_string_is_null(ask: Ask, operators: str, given: list[object]) -> None:
    assert [row["x"] for row in ask(f"Resources | {operators}")] == given


@pytest.mark.parametrize(
    ("operators", "given"),
    [
        ("extend v = properties.count | where v == 3 | project x = name", ["a"]),
        ("project v = properties.count | where v == '3' | summarize x = count()", [1]),
        ("project tostring(properties.count) | where properties_count == '3' | summarize x = count()", [1]),
        ("summarize v = make_list(name) | mv-expand v | where v == 'a' | project x = v", ["a"]),
        ("mv-expand v = properties.list to typeof(long) | where v == 3 and name == 'a' | project x = v + 1", [4]),
        ("mv-expand with_itemindex=i v = properties.list | where i == 1 and v == 2 | project x = i + 1", [2]),
        ("mv-expand with_itemindex=name v = properties.list limit 2 | where name1 == 1 | project x = name", ["a", "C"]),
        ("parse id with * '/things/' n | where n == 'a' | project x = n", ["a"]),
        ("parse 'n=7' with 'n=' v: long | where v == 7 and name == 'a' | project x = v + 1", [8]),
        ("count | where Count > 2 | project x = Count", [3]),
        ("summarize arg_max(name, *) | where properties.count == 3 or isempty(tags) | project x = name", ["b"]),
        ("join kind=inner (Resources | project id, tags) on id | where tags1.env == 'prod' | project x = name", ["a"]),
        (
            "union withsource=t (Resources | take 9) | where t has 'arg1' and name == 'a' | project x = t",
            ["union_arg1"],
        ),
        ("where name == toscalar(Resources | where tags.env == 'prod' | project name) | project x = name", ["a"]),
        ("project-away tags | extend tags = 'x' | where tags == 'x' | summarize x = count()", [3]),
        ("top 1 by name asc | project x = name", ["C"]),
    ],
)
def test_types_go_from_operator_to_operator(ask: Ask, operators: str, given: list[object]) -> None:
    assert [row["x"] for row in ask(f"Resources | {operators}")] == given


@pytest.mark.parametrize(
    ("operators", "said"),
    [
        ("»mv-expand name", "'mv-expand' of a string, which is not dynamic"),
        ("extend n = 1 | »mv-expand n", "'mv-expand' of a long, which is not dynamic"),
        ("»join kind=inner (Resources | extend k = 1) on $left.name == $right.k", "'join' of a string and a long"),
        (
            "»union (ResourceContainers | project name = 1)",
            "'union' of a column 'name' that is a string here and a long",
        ),
        ("project name | union (Resources | project name = tags) | »»", "'union' of a column 'name'"),
        ("»distinct tolower(name)", "'distinct' of a computed column without a name: name it"),
        ("»where properties.flag", "'where' of a dynamic, which is not true or false: compare it"),
        ("»where name", "'where' of a string, which is not true or false"),
        ("union (Resources | »where tags)", "'where' of a dynamic"),
    ],
)
def test_what_kusto_does_not_do_with_a_type_is_refused_with_its_place(ask: Ask, operators: str, said: str) -> None:
    kql = f"Resources\n| {operators}"
    with pytest.raises(KqlError, match="the local resource graph cannot run") as caught:
        ask(kql.replace("| »»", "").replace("»", ""))

    assert said in str(caught.value)
    assert caught.value.line == 2
    if "»»" not in kql:
        assert caught.value.column == kql.index("»") - kql.index("\n")
