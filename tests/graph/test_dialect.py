"""Which queries Resource Graph would take, and where the others are at fault."""

import pytest

from tenantlint.errors import KqlError
from tenantlint.graph import RESOURCE_GRAPH_TABLES
from tenantlint.graph.dialect import check
from tenantlint.graph.engine import STANDARD_COLUMNS
from tests.conftest import Ask

TABLES = dict.fromkeys(RESOURCE_GRAPH_TABLES, STANDARD_COLUMNS)
STANDARD = [
    *("id", "name", "type", "tenantId", "kind", "location", "resourceGroup", "subscriptionId", "managedBy"),
    *("sku", "plan", "properties", "tags", "identity", "zones", "extendedLocation"),
]


def refusal(kql: str) -> KqlError:
    with pytest.raises(KqlError) as caught:
        check(kql, TABLES)
    return caught.value


@pytest.mark.parametrize("name", ["Resources", "resources", "RESOURCES", "rEsOuRcEs", "['Resources']"])
def test_table_names_count_in_any_case(ask: Ask, name: str) -> None:
    assert ask(f"{name} | count") == [{"Count": 3}]
    assert ask(f"Resources | join kind=inner ({name}) on id | count") == [{"Count": 3}]
    assert ask(f"resourcecontainers | union {name}, (Resources | where id in ({name} | project id)) | count") == [
        {"Count": 8}
    ]


def test_a_query_tells_the_tables_that_it_reads_as_they_are_spelled() -> None:
    kql = "Resources | join (RESOURCES) on id | union (SecurityResources) | where id in (policyResources | project id)"

    assert check(kql, TABLES).tables == ("Resources", "RESOURCES", "SecurityResources", "policyResources")


def test_every_table_has_the_standard_columns() -> None:
    assert [list(check(table, TABLES).columns) for table in TABLES] == [STANDARD] * len(TABLES)


@pytest.mark.parametrize(
    ("kql", "given"),
    [
        ("Resources | where kind == 'linux' | project kind", [{"kind": "linux"}]),
        ("Resources | where properties.kind == 'inner' | project properties.kind", [{"properties_kind": "inner"}]),
        ("Resources | extend kind = strcat(kind, '!') | where name == 'a' | project kind", [{"kind": "linux!"}]),
        ("Resources | where properties.count == 3 | project n = properties.count", [{"n": 3}]),
        ("Resources | where properties['count'] == 3 | project n = properties.['count']", [{"n": 3}]),
        ("Resources | where properties.set.of == 7 | project properties.set", [{"properties_set": {"of": 7}}]),
        ("Resources | where tags['a.b'] == 'dotted' | project tags.['a.b']", [{"tags_a.b": "dotted"}]),
        ("Resources | top 1 by kind desc | project kind", [{"kind": "linux"}]),
        ("Resources | summarize by kind | where kind == 'linux'", [{"kind": "linux"}]),
        ("Resources | summarize count = count() by location | where count == 1 | project count", [{"count": 1}]),
        ("Resources | extend title = name, date = now() | top 1 by title | project title, date > ago(1d)", None),
        ("Resources | project first = name | order by first asc nulls first | take 1", [{"first": "C"}]),
        ("union withsource=t kind=outer Resources, ResourceContainers | summarize n = count() by t | top 1 by n", None),
    ],
)
def test_names_that_look_like_keywords_can_be_used(ask: Ask, kql: str, given: list[dict[str, object]] | None) -> None:
    others = {"union": [{"t": "Resources", "n": 3}], "Resou": [{"title": "b", "Column1": True}]}

    assert ask(kql) == (given or others[kql[:5]])


@pytest.mark.parametrize("key", ["id", "kind", "name", "['id']", '["kind"]'])
def test_join_keys_may_look_like_keywords_too(ask: Ask, key: str) -> None:
    given = [{"Count": 1}]

    assert ask(f"Resources | where name == 'a' | join kind=inner (Resources) on {key} | count") == given
    assert ask(f"Resources | where name == 'a' | join (Resources) on $left.{key} == $right.{key} | count") == given
    assert ask(f"Resources | where name == 'a' | join (Resources) on $left.name == $right.name, {key} | count") == given


def test_join_keys_may_be_called_anything(ask: Ask) -> None:
    left, right = "Resources | project ['a b'] = id", "Resources | project where_ = id"

    assert ask(f"{left} | join kind=inner ({right}) on $left.['a b'] == $right.where_ | count") == [{"Count": 3}]


@pytest.mark.parametrize(
    ("operators", "rows"),
    [
        ("mv-expand x = properties.list", 128),
        ("mvexpand x = properties.list", 128),
        ("mv-expand properties.list, x = properties.list", 128),
        ("mv-expand pack_array(tags, tags)", None),
        ("mv-expand x = properties.list, y = properties.list", 128),
        ("mv-expand x = properties.list limit 200", 200),
        ("mv-expand x = properties.list limit 400", 200),
        ("mv-expand x = properties.list limit 3", 3),
        ("mv-expand x = properties.list | mv-expand y = properties.list", 128 * 128),
        ("union (Resources | where name == 'C' | mv-expand x = properties.list)", 129),
        ("join kind=leftouter (Resources | mv-expand x = properties.list) on id", 128),
        (
            "mv-expand x = properties.list | where x in ((Resources | mv-expand y = properties.list | project toint(y)))",  # noqa: E501 - one query
            128,
        ),
        (
            "where 128 == toscalar(Resources | where name == 'C' | mv-expand x = properties.list | count)",
            1,
        ),
    ],
)
def test_mv_expand_makes_at_most_128_rows_of_one_unless_it_names_a_limit(
    ask: Ask, operators: str, rows: int | None
) -> None:
    kql = f"Resources | where name == 'C' | {operators} | count"
    if rows is None:
        assert "mv-expand of an unnamed computed expression" in str(refusal(kql))
    else:
        assert ask(kql) == [{"Count": rows}]


@pytest.mark.parametrize(
    "kql",
    [
        "Resources | join kind=inner (»datatable(id:string)['x']) on id",
        "Resources | join kind=inner (»range id from 1 to 3 step 1) on id",
        "Resources | union (»print 1)",
        "Resources | where id in (»print 1)",
        "Resources | where id in (»datatable(a:string)['x'])",
        "Resources | union »database('other').Resources",
        "Resources | union »cluster('c').database('other').Resources",
        "Resources | union Resource»*",
        "Resources | union »*",
        "Resources | join kind=inner (»other.Resources | take 1) on id",
        "»information_schema.tables",
        "»main.Resources",
        "[»'main'].Resources",
        "Resources | join kind=inner ((»print 1)) on id",
        "»Resources()",
    ],
)
def test_nothing_but_tables_of_resource_graph_can_be_read(kql: str) -> None:
    error = refusal(kql.replace("»", ""))

    assert (error.line, error.column) == (1, kql.index("»") + 1)


@pytest.mark.parametrize(
    "name", ["Ressources", "T", "sqlite_master", "duckdb_tables", "/etc/passwd", "a b.csv", "resources.parquet", "x'\""]
)
@pytest.mark.parametrize(
    "kql",
    [
        "[{}]",
        "Resources\n| union kind=outer [{}]",
        "Resources\n| join kind=inner ([{}]) on id",
        "Resources\n| where id in ([{}] | project id)",
    ],
)
def test_an_unknown_table_is_refused_with_its_place(kql: str, name: str) -> None:
    error = refusal(kql.format(f'"{name}"' if '"' not in name else f"'{name.replace(chr(39), chr(92) + chr(39))}'"))
    before = kql[: kql.index("{}")]

    assert f"no table {name!r}" in str(error)
    assert error.line in {before.count("\n") + 1, 0 if "'" in name else 1}
    assert "resources" in error.hint


def test_without_any_table_the_hint_says_so() -> None:
    with pytest.raises(KqlError) as caught:
        check("Resources", {})

    assert caught.value.hint == "there is no table here"


@pytest.mark.parametrize(
    ("kql", "marked"),
    [
        ("Resources | where kind == 'x' and »)", "extraneous"),
        ("Resources | where kind == 'x' and properties.kind == properties.count »}", "input"),
        ("Resources\n| where kind == 'x'\n| extend kind = properties.where.set »»2", "input"),
        ("Resources\r\n| where kind == 'x'\r\n| where kind == properties.kind »)", "input"),
        ("Resources\n| where kind == 'é😀' and properties.kind »»'x'", "input"),
        ("// kind\nResources // .kind\n| where name == '\u2028' and kind == 1 »}", "input"),
        ("Resources | where kind ==»", "EOF"),
        ("Resources »| ", "'|'"),
        ("Resources | where kind == »'open", "input"),
    ],
)
def test_a_syntax_error_points_to_what_the_user_wrote(kql: str, marked: str) -> None:
    before, written = kql.partition("»")[0], kql.replace("»", "")
    error = refusal(written)

    assert "not KQL" in str(error)
    assert "expecting" not in str(error)
    assert len(str(error)) < 400
    assert (error.line, error.column) == (before.count("\n") + 1, len(before) - before.rfind("\n")), marked


def test_parentheses_nested_too_deeply_are_refused_at_once() -> None:
    error = refusal(f"Resources | where {'(' * 5_000}id == 'x'{')' * 5_000}")

    assert "40 parentheses" in str(error)
    assert (error.line, error.column) == (1, len("Resources | where ") + 41)
    assert check(f"Resources | where {'(' * 40}id == 'x'{')' * 40}", TABLES).tables == ("Resources",)


def test_whatever_else_is_nested_too_deeply_is_refused_and_no_crash() -> None:
    assert "nested so deeply" in str(refusal(f"Resources | extend a = dynamic({'[' * 2_000}{']' * 2_000})"))


def test_a_long_query_is_no_deep_query() -> None:
    either = " or ".join(f"name == '{number}'" for number in range(100))

    assert check(f"Resources | where {either}" + " | where id == 'x'" * 30, TABLES).tables == ("Resources",)


@pytest.mark.parametrize("kql", ["Resources | project-away n*", "Resources | take 1.5", "Resources | distinct *"])
def test_what_the_local_engine_cannot_run_is_refused_with_its_place(kql: str) -> None:
    error = refusal(kql)

    assert "the local resource graph cannot run" in str(error)
    assert (error.line, error.column) == (1, kql.index("|") + 3)


@pytest.mark.parametrize("kql", ["(Resources) | count", "((Resources | take 9)) | count", "(Resources | count);"])
def test_parentheses_round_the_first_pipe_change_nothing(ask: Ask, kql: str) -> None:
    assert ask(kql) == [{"Count": 3}]
    assert refusal("(Resources\n| take 1) | where x == 1").column == 19
