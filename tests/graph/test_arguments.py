"""Functions: what they take of a dynamic value, and what they make of it, as Kusto's documentation has it."""

from collections.abc import Iterator

import orjson
import pytest
from duckdb_kql.translate import _SPECIAL_FORMS
from duckdb_kql.translate.functions import AGGREGATE_FUNCTIONS, SCALAR_FUNCTIONS

from tenantlint.errors import KqlError
from tenantlint.graph.arguments import KNOWN
from tenantlint.graph.copies import read_copy
from tenantlint.graph.functions import correct_functions
from tenantlint.graph.local import LocalGraph
from tests.conftest import Ask, Row
from tests.makers import row, write_copy


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        # Text of a dynamic value is its own, without the quotes of JSON; that of null is empty.
        ("tolower(parse_json('\"AB\"'))", "ab"),
        ("strlen(parse_json('\"AB\"'))", 2),
        ("strlen(properties.nothing)", 0),
        ("string_size('é')", 2),
        ("string_size(properties.nothing)", 0),
        ("substring(parse_json('\"abc\"'), 1, 1)", "b"),
        ("indexof(properties.word, 'll')", 2),
        ("indexof(properties.absent, 'll')", -1),
        ("strcat('<', properties.nothing, properties.list, properties.set, 1 == 1, '>')", '<[1,2,3]{"of":7}True>'),
        ("tostring(properties.list)", "[1,2,3]"),
        ("tostring(pack_array('a', 1))", '["a",1]'),
        ("strcat('', split('a/b', '/'))", '["a","b"]'),
        ("strcat_array(split('a/b', '/'), '-')", "a-b"),
        ("strcat_array(properties.list, ', ')", "1, 2, 3"),
        # split
        ("split('a/b/c', '/')", ["a", "b", "c"]),
        ("split('a/b/c', '/')[1]", "b"),
        ("split('a/b/c', '/')[-1]", "c"),
        ("split('a/b/c', '/')[9]", None),
        ("split('a/b/c', '/', 1)", ["b"]),
        ("split('a/b/c', '/', 9)", []),
        ("split(properties.absent, '/')", [""]),
        ("array_length(split('', '/'))", 1),
        # parse_json
        ("parse_json('{\"a\": [1, null]}').a", [1, None]),
        ("parse_json('not json')", "not json"),
        ("parse_json('not json').a", None),
        ("isnull(parse_json(''))", True),
        ("parse_json('NaN')", "NaN"),
        ("parse_json('[1, -Infinity]')", "[1, -Infinity]"),
        ("parse_json('[1,]')", "[1,]"),
        ('parse_json(\'{"a": "NaN, inf,]1e999"}\').a', "NaN, inf,]1e999"),
        ("parse_json('1e999')", "1e999"),
        ("parse_json('1e99')", 1e99),
        ("parse_json(properties).count", 3),
        ("parse_json(properties.set).of", 7),
        ("todynamic('[1]')[0]", 1),
        # null is null, whether it is absent or written out
        ("isnull(properties.nothing)", True),
        ("isnull(properties.absent.deeper)", True),
        ("isnull(name)", False),
        ("isnull(managedBy)", False),
        ("isempty(managedBy)", True),
        ("isempty(properties.list)", False),
        ("isempty(properties.nothing)", True),
        ("isempty(array_length(properties.absent))", True),
        ("coalesce(properties.nothing, properties.absent, properties.count)", 3),
        ("coalesce(properties.nothing, 'x')", "x"),
        ("coalesce('', 'x')", "x"),
        ("coalesce(managedBy, name)", "a"),
        # conditionals
        ("iff(isnull(zones), 'none', zones)", "none"),
        ("iff(isnull(tags), 'none', tags).env", "prod"),
        ("iff(true, 1, properties.count)", 1),
        ("case(name == 'b', 'one', name == 'a', properties.list, 'none')", [1, 2, 3]),
        ("case(name == 'b', 1, 2)", 2),
        ("iff(true, toint(1), 2)", 1),
        ("not(properties.flag)", None),
        ("not(parse_json('true'))", False),
        ("not(parse_json('\"no\"'))", None),
        # conversions
        ("tobool(properties.absent)", None),
        ("tobool(parse_json('\"True\"'))", True),
        ("tobool(parse_json('\"yes\"'))", None),
        ("tobool(parse_json('1'))", True),
        ("toint(parse_json('\"5\"'))", 5),
        ("toint(parse_json('\"5.7\"'))", None),
        ("toint(parse_json('5.7'))", 5),
        ("todouble(parse_json('\"5.5\"'))", 5.5),
        ("todatetime(parse_json('\"2026-01-31\"'))", "2026-01-31T00:00:00.0000000Z"),
        # arrays and bags
        ("array_length(properties.list)", 3),
        ("array_length(properties.set)", None),
        ("array_slice(properties.list, 1, -1)", [2, 3]),
        ("array_concat(properties.list, split('a', '/'))", [1, 2, 3, "a"]),
        ("array_concat(parse_json('[null]'), properties.list, pack_array('b'))", [None, 1, 2, 3, "b"]),
        ("set_has_element(properties.list, 2)", True),
        ("set_has_element(split('a/b', '/'), 'b')", True),
        ("set_has_element(split('a/b', '/'), 'c')", False),
        ("array_index_of(properties.list, 3)", 2),
        ("bag_keys(properties.set)", ["of"]),
        ("strcat(zip(properties.list, split('a', '/')))", '[[1,"a"],[2,null],[3,null]]'),
        ("strcat(extract_all('([0-9])', 'a1b2'))", '["1","2"]'),
        ("strcat(array_reverse(properties.list), array_slice(properties.list, 0, 0))", "[3,2,1][1]"),
        ("strcat(parse_url('https://a/b?c=d').Host, bag_pack('t', now()))", 'a{"t":"2026-11-20T02:00:00.0000000Z"}'),
        ("bag_keys(properties.list)", None),
        ("bag_pack('a', name, 'b', properties.list)", {"a": "a", "b": [1, 2, 3]}),
        ("pack_all().tags.env", "prod"),
        ("extract('([a-z]+)-([0-9]+)', 2, 'vm-12')", "12"),
        ("extract('x([0-9]+)', 1, 'vm-12')", ""),
        ("replace('[0-9]+', '<\\\\0>', 'vm-12')", "vm-<12>"),
        ("replace_regex('vm-12', '-(.)', '\\\\1')", "vm12"),
        ("replace_string('vm-12', '-', '_')", "vm_12"),
    ],
)
def test_a_function_gives_what_kusto_gives(call: str, expected: object, ask: Ask) -> None:
    assert ask(f"Resources | where name == 'a' | project x = {call}") == [{"x": expected}]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("»extract('a', 0, properties.word)", "extract() of a dynamic: cast it"),
        ("»replace_string(properties.word, 'a', 'b')", "replace_string() of a dynamic: cast it"),
        ("»replace('a', 'b', properties.word)", "replace() of a dynamic: cast it"),
        ("»trim('a+', properties.word)", "trim() of a dynamic: cast it"),
        ("»round(properties.count)", "round() of a dynamic: cast it"),
        ("»tolower(5)", "tolower() of a long: cast it"),
        ("»array_length(name)", "array_length() of a string: cast it"),
        ("»strcat_array(name, ',')", "strcat_array() of a string: cast it"),
        ("»not(name)", "not() of a string: cast it"),
        ("»iff(properties.flag, 1, 2)", "iff() on a dynamic: compare it"),
        ("»iff(true, 1, 'x')", "iff() of a long and a string: cast one of them"),
        ("»case(name, 1, 2)", "case() on a string: compare it"),
        (
            "»case(name == 'a', 1)",
            "case() with 2 arguments: conditions with what they give, and then what else",
        ),
        ("»case(name == 'a', 1, name == 'b', 2)", "case() with 4 arguments"),
        ("»case(1)", "case() with 1 argument: "),
        ("»iff(name == 'a', 1)", "iff() with 2 arguments: here it takes 3"),
        ("»iif(name == 'a', 1, 2, 3)", "iif() with 4 arguments: here it takes 3"),
        ("»not()", "not() with no arguments: here it takes 1"),
        ("»countof(name, 'a', 'normal', 4)", "countof() with 4 arguments: here it takes 2 or 3"),
        ("»indexof('abcabc', 'b', 2)", "indexof() with 3 arguments: here it takes 2"),
        ("»split(name, '/', 1, 2)", "split() with 4 arguments: here it takes 2 or 3"),
        ("indexof(name, 'z') + »indexof('abcabc', 'b', 2)", "indexof() with 3 arguments"),
        ("tolower(strcat(tolower(name), »tolower(5)))", "tolower() of a long"),
        ("iff(name == '==', 1, 2) + iff(name »== 5, 1, 2)", "'==' of a string and a long"),
        ("»ToLower(name, 1)", "ToLower() with 2 arguments: here it takes 1"),
        ("»coalesce(name, 5)", "coalesce() of a long and a string: cast one of them"),
        ("»max_of(properties.count, 5)", "max_of() of a dynamic: cast it"),
        ("»bin(properties.count, 5)", "bin() of a dynamic: cast it"),
        ("»datetime_diff('day', now(), properties.at)", "datetime_diff() of a dynamic: cast it"),
        ("»startofday(name)", "startofday() of a string: cast it"),
        ("»split(5, '/')", "split() of a long: cast it"),
        ("»parse_json(5)", "parse_json() of a long: cast it"),
        ("»bag_unpack(tags)", "'function:bag_unpack'"),
        ("extract('([0-9])', 1, name, »typeof(long))", "'expression:TypeLiteralExpression'"),
        ("»tenantlint_present(tags)", "'function:tenantlint_present'"),
        ("»array_sort_asc(properties.list)", "'function:array_sort_asc'"),
        ("»Unheard_Of(name)", "'function:Unheard_Of'"),
    ],
)
def test_what_a_function_does_not_take_is_refused_with_its_place(call: str, said: str, ask: Ask) -> None:
    kql = f"Resources\n| project x = {call}"
    with pytest.raises(KqlError) as error:
        ask(kql.replace("»", ""))

    assert f"the local resource graph cannot run {said}" in str(error.value)
    assert (error.value.line, error.value.column) == (2, kql.partition("\n")[2].index("»") + 1)


@pytest.mark.parametrize(
    "operators",
    [
        "where name == 'a' and (id == 'b' or type »== 5) and location == 'c'",
        "where tolower(name) == tolower(id) | project x = tolower(name), y = »tolower(5), z = tolower(id)",
        "join kind=inner (Resources | where name == 'a' | where id »== 5 | project id) on id",
        "join kind=inner (Resources | where strlen(name) == 1 | extend x = strlen(»strlen(5)) | project id) on id",
        "summarize a = max(strlen(name)), b = max(»strlen(now())), c = max(strlen(id)) by d = strlen(type)",
        "where id in ((Resources | where tolower(id) == 'a' and »tolower(1) == 'b' | project id)) or tolower(id) == ''",
    ],
)
def test_of_several_that_are_spelled_alike_the_wrong_one_is_shown(operators: str, ask: Ask) -> None:
    with pytest.raises(KqlError) as error:
        ask(f"Resources\n| {operators.replace('»', '')}")

    assert (error.value.line, error.value.column) == (2, operators.index("»") + 3)


def test_why_a_constant_is_not_converted_is_told(ask: Ask) -> None:
    with pytest.raises(KqlError, match="'function:toint'") as error:
        ask("Resources | project x = toint(3000000000.0)")

    assert "outside the type's range" in error.value.hint


@pytest.mark.parametrize(
    ("aggregate", "expected"),
    [
        ("x = make_list(properties.nothing)", [0]),
        ("x = make_list(tostring(properties.nothing))", ["", "", "0"]),
        ("x = make_set(tostring(tags.env))", ["", "prod"]),
        ("x = make_set(properties.list)", [*range(200)]),
        ("x = make_list(now())", ["2026-11-20T02:00:00.0000000Z"] * 3),
        ("x = make_set('[1, 2]')", ["[1, 2]"]),
        ("x = sum(toint(properties.count))", 8),
        ("x = sum(tolong(9007199254740993))", 3 * 9007199254740993),
        ("x = sumif(toint(properties.count), name == 'a')", 3),
        ("x = sum(toint(properties.count)) / 3", 2),
        ("x = strcat(sum(toint(properties.count)))", "8"),
        ("x = sum(todouble(properties.absent))", 0.0),
        ("x = countif(properties.count > 3)", 1),
        ("x = dcount(location)", 2),
        ("x = max(name)", "b"),
        ("x = min(toint(properties.count))", 3),
        ("x = strlen(strcat_array(make_set(location), ','))", len("westeurope,northeurope")),
        ("x = case(count() > 2, 'many', 'few')", "many"),
    ],
)
def test_an_aggregate_gives_what_kusto_gives(aggregate: str, expected: object, ask: Ask) -> None:
    (row,) = ask(f"Resources | summarize {aggregate}")
    found = row["x"]

    if isinstance(expected, list):  # collected in any order
        assert sorted(found, key=str) == sorted(expected, key=str)
    else:
        assert (found, type(found)) == (expected, type(expected))


def test_a_sum_that_no_long_can_hold_is_refused(ask: Ask) -> None:
    with pytest.raises(KqlError, match="cannot run this: a sum that no long can hold"):
        ask("Resources | summarize sum(9223372036854775807)")


@pytest.mark.parametrize(
    ("aggregate", "said"),
    [
        ("sum(properties.count)", "sum() of a dynamic: cast it"),
        ("avg(name)", "avg() of a string: cast it"),
        ("countif(properties.flag)", "countif() of a dynamic: cast it"),
        ("dcount(properties.count)", "by a dynamic value: cast it"),
    ],
)
def test_what_an_aggregate_does_not_take_is_refused(aggregate: str, said: str, ask: Ask) -> None:
    with pytest.raises(KqlError) as error:
        ask(f"Resources | summarize {aggregate}")

    assert said in str(error.value)
    assert error.value.line == 1


def test_every_function_that_there_is_has_a_type_and_every_type_a_function() -> None:
    correct_functions()
    there = {name for name in {*SCALAR_FUNCTIONS, *AGGREGATE_FUNCTIONS, *_SPECIAL_FORMS} if "tenantlint" not in name}

    assert there == KNOWN


HOSTILE: list[object] = [
    *(None, True, False, 0, -1, 2.5, 2**53, 2**63, -(2**63), 1e300, "", " ", "x", "5", "-7.5", "1e999", "NaN", "true"),
    *(
        "2026-11-20T02:00:00Z",
        "2026-99-99",
        "1.02:03:04",
        "[1]",
        "{",
        "a" * 10_000,
        "\u0000",
        "é😀",
        "'; --",
        "%",
        "\\",
    ),
    *(
        [],
        {},
        [None],
        [[]],
        {"": None, 'q"': 1, "*": 2, "c.d": 3},
        {"a": {"b": [1]}},
        list(range(3_000)),
        [{"a": 1}, "a", 5],
    ),
]
OF_ANYTHING = [
    *("v == 5", "v != 5.5", "v > 5", "v between (1 .. 9)", "v in (1, 2)", "v == true", "v != false", "not(v)"),
    *("v == 'x'", "v =~ 'X'", "v in~ ('x')", "v has 'x'", "v contains '%'", "v startswith 'a'", "v matches regex 'x'"),
    *("v < now()", "v == 1d", "v has_any ('x', 'y')", "isnull(v)", "isempty(v)", "tobool(v)", "toint(v)", "tolong(v)"),
    *("todouble(v)", "todatetime(v)", "toguid(v)", "tostring(v)", "strlen(v)", "string_size(v)"),
    *("split(v, '/')[0]", "substring(v, 1, 2)", "indexof(v, 'x')", "tolower(v)", "strcat(v, v)", "array_length(v)"),
    *("array_slice(v, 0, 1)", "array_concat(v, v)", "set_has_element(v, 'a')", "array_index_of(v, 5)", "bag_keys(v)"),
    *(
        "strcat_array(v, ',')",
        "coalesce(v, 'x')",
        "iff(isnull(v), 'none', v)",
        "case(v == 'x', v, 1)",
        "parse_json(v).a",
    ),
    *("v.a.b[0]", "v[0]", "v['a']", "pack_array(v, 1)", "bag_pack('v', v)", "parse_json(tostring(v))", "gettype(v)"),
]


@pytest.mark.parametrize("expression", OF_ANYTHING)
def test_no_value_that_a_property_may_have_stops_a_query(expression: str, hostile: Ask) -> None:
    assert len(hostile(f"Resources | extend v = properties.v | project x = {expression}")) == len(HOSTILE)


@pytest.mark.parametrize("operators", ["mv-expand v", "mv-expand v to typeof(long)", "mv-expand bagexpansion=array v"])
def test_no_value_that_a_property_may_have_stops_an_expansion(operators: str, hostile: Ask) -> None:
    assert len(hostile(f"Resources | extend v = properties.v | {operators}")) > len(HOSTILE)


def test_no_value_that_a_property_may_have_stops_an_aggregate(hostile: Ask) -> None:
    kql = "Resources | extend v = properties.v | summarize make_list(v), make_set(v), countif(v == 5), any(v)"

    (found,) = hostile(kql)
    assert len(found["list_v"]) == len([value for value in HOSTILE if value is not None])


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Return a function that runs KQL over resources with a property of whatever JSON can hold."""
    folder = tmp_path_factory.mktemp("hostile")
    rows = [row("things", str(at), properties={"v": value}) for at, value in enumerate(HOSTILE)]
    with LocalGraph(read_copy(write_copy(folder / "copy", {"Resources": rows})), folder) as graph:

        def run(kql: str) -> list[Row]:
            graph.fetch(kql, folder / "rows.jsonl")
            return [orjson.loads(line) for line in (folder / "rows.jsonl").read_bytes().splitlines()]

        yield run
