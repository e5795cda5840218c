"""What Resource Graph lacks of Kusto is refused, by name and with its place."""

import pytest

from tenantlint.errors import KqlError
from tenantlint.graph.refusals import JOIN_KINDS, OPERATORS, refuse

LACKING = [
    *("as T", "assert-schema (a:int)", "consume", "evaluate bag_unpack(tags)", "facet by name", "filter id == 'x'"),
    *("find 'x'", "fork (count) (take 1)", "getschema", "graph-match (a)", "invoke f()", "lookup (U) on id"),
    *("macro-expand g as s (s.T)", "make-graph a --> b", "make-series count() on t step 1d", "mv-apply x on (count)"),
    *("mvapply x on (count)", "parse-kv name as (a:int)", "parse-where name with 'x' y", "partition by name (count)"),
    *("print 1", "project-keep id", "project-rename a = id", "project-reorder id", "project-smart id", "range a"),
    *("reduce by name", "render piechart", "sample 1", "sample-distinct 1 of id", "scan", "search 'x'", "serialize"),
    *("top-hitters 1 of id", "top-nested 1 of id by count()", "externaldata (x:int)['y']", "datatable (x:int)[1]"),
    *("materialize (T)", "view () {T}", "WHERE id == 'x'", "Count", "summarise count()", "where_ x", "nosuch"),
]
STATEMENTS = [
    *(
        "let a = 1; T",
        "set notruncation; T",
        "declare query_parameters(a:int); T",
        "alias database d = cluster('c'); T",
    ),
    *("restrict access to (T); T", "print 1", "datatable(a:int)[1]", "range a from 1 to 2 step 1", "search 'x'"),
    *("externaldata(a:string)['/etc/passwd']", "find in (T) where id == 'x'", "evaluate f()", "materialize(T)"),
    *("database('d').T", "cluster('c').database('d').T", "table('T')", "view() {T}", "toscalar(T | count)"),
]


def refusal(kql: str) -> KqlError:
    with pytest.raises(KqlError) as caught:
        refuse(kql)
    return caught.value


@pytest.mark.parametrize("operator", LACKING)
def test_an_operator_that_resource_graph_lacks_is_refused_with_its_place(operator: str) -> None:
    error = refusal(f"Resources\n  | where id == 'x' // | count\n  | {operator}")

    assert (error.line, error.column) == (3, 5)
    assert f"no operator {operator.split(maxsplit=1)[0]!r}" in str(error)


@pytest.mark.parametrize(
    "outer", ["T | join kind=inner ({}) on id", "T | union ({})", "T | where id in ({})", "T | where f((({})))"]
)
def test_an_operator_is_refused_inside_another_query_too(outer: str) -> None:
    kql = outer.format("U | where a == 1 | evaluate f()")

    assert refusal(kql).column == kql.index("evaluate") + 1


def test_every_operator_that_is_documented_passes_by_its_own_name() -> None:
    for operator in OPERATORS:
        refuse(f"Resources | {operator} x")


@pytest.mark.parametrize("statement", STATEMENTS)
@pytest.mark.parametrize("before", ["", "// about it\n   "])
def test_a_query_starts_with_a_table_and_not_with_a_statement(statement: str, before: str) -> None:
    error = refusal(before + statement)
    keyword = statement.partition(" ")[0].partition("(")[0]

    assert (error.line, error.column) == ((2, 4) if before else (1, 1))
    assert f"no statement {keyword!r}" in str(error)


@pytest.mark.parametrize("command", [".show tables", " .set-or-replace T <| Resources", "// c\n.drop table T"])
def test_a_command_is_refused(command: str) -> None:
    assert "no statement '.'" in str(refusal(command))


@pytest.mark.parametrize("second", ["Resources | count", "let a = 1", ".drop table T", "set query_now=datetime(2000)"])
def test_nothing_may_follow_the_query(second: str) -> None:
    error = refusal(f"Resources | count;\n {second}")

    assert (error.line, error.column) == (2, 2)
    assert "one query at a time" in str(error)


def test_a_query_may_end_with_a_semicolon() -> None:
    refuse("Resources | count ; // that is all")


@pytest.mark.parametrize("kql", ["", " \n\t", "// nothing\n// at all"])
def test_an_empty_query_is_refused(kql: str) -> None:
    assert "empty" in str(refusal(kql))


@pytest.mark.parametrize(
    "kind",
    [
        *("leftsemi", "rightsemi", "leftanti", "rightanti", "anti", "leftantisemi", "rightantisemi", "rightouter"),
        *("LeftOuter", "outer", "cross", "'inner'"),
    ],
)
def test_a_join_kind_that_resource_graph_lacks_is_refused_as_it_was_written(kind: str) -> None:
    error = refusal(f"Resources\n| project id\n| join kind = {kind} (ResourceContainers) on id")

    assert (error.line, error.column) == (3, 15)
    assert f"no join kind {kind!r}" in str(error)


def test_the_other_join_kinds_pass() -> None:
    for kind in JOIN_KINDS:
        refuse(f"Resources | join kind={kind} ResourceContainers on id")


@pytest.mark.parametrize(
    ("kql", "option"),
    [
        ("T | join hint.strategy=broadcast U on id", "hint.strategy"),
        ("T | join kind=inner hint.remote=left U on id", "hint.remote"),
        ("T | summarize hint.shufflekey=id count() by id", "hint.shufflekey"),
        ("T | union isfuzzy=true U", "isfuzzy"),
    ],
)
def test_an_option_that_resource_graph_lacks_is_refused(kql: str, option: str) -> None:
    error = refusal(kql)

    assert error.column == kql.index(option) + 1
    assert f"no option {option!r}" in str(error)


@pytest.mark.parametrize(
    "string",
    [
        *(
            r"'\u00e9'",
            r"'\U0001F600'",
            r"'\x41'",
            r"'\101'",
            r"'\0'",
            r"'a\b'",
            r'"a\\\v"',
            "h'secret'",
            'H"secret"',
            "h@'x'",
        ),
        *("```\nlines\n```", "~~~x~~~"),
    ],
)
def test_a_string_that_the_engine_would_read_as_other_text_is_refused(string: str) -> None:
    error = refusal(f"T\n| where n == {string}")

    assert (error.line, error.column) == (2, 14)
    assert "the local resource graph" in str(error)


@pytest.mark.parametrize("string", [r"'\n\t\r\\\'\"'", r'"\\u00e9"', r"@'c:\users\x'", '@"a""b"', "''", "'é😀'"])
def test_other_strings_pass(string: str) -> None:
    refuse(f"T | where n == {string}")


@pytest.mark.parametrize(
    "kql",
    [
        "T | where n {} 5",
        "T | where a == 1 and n {} 5",
        "T | where (n {} 5)",
        "T | where not((a == 1) or ((n {} 5)))",
        "T | where a in (U | where n {} 5 | project a)",
        "T | join kind=inner (U | where n {} 5) on id",
        "T | union (U | where n {} 5)",
        "T | extend b = iff(n {} 5, 1, 2)",
        "T | extend b = (n {} 5)",
        "T | summarize countif(n {} 5)",
        "T | project a = 1 | where a == 1\n| where n {} 5",
    ],
)
def test_an_equals_sign_that_compares_nothing_is_refused_wherever_it_stands(kql: str) -> None:
    error = refusal(kql.format("="))
    before = kql[: kql.index("{}")]

    assert (error.line, error.column) == (before.count("\n") + 1, len(before) - before.rfind("\n"))
    assert "'=' does not compare" in str(error)
    refuse(kql.format("=="))
    refuse(kql.format("=~"))


@pytest.mark.parametrize(
    "kql",
    [
        "T | extend a = 1, b = (2)",
        "T | where (a == 1) | extend b = 2",
        "T | summarize a = count(), (b, c) = arg_max(d, e) by f = g",
        "T | join kind=inner (U | extend a = 1) on id",
        "T | join kind=inner (union kind=outer withsource=s U, V) on id",
        "union kind=inner withsource=s T, (U | project a = 1)",
        "T | where a in ((U | project b = c)) | mv-expand d = e",
        "T | mv-expand with_itemindex=i a = b limit 5",
        "T | where a == ')' and b == '(= |' | extend c = 1",
        "T | extend a = 1) | extend b = 2",
    ],
)
def test_an_equals_sign_that_names_something_passes(kql: str) -> None:
    refuse(kql)
