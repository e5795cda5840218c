"""Operators between values of several types: a dynamic value is read as what stands beside it."""

import pytest

from tenantlint.errors import KqlError
from tests.conftest import Ask


def value(expression: str, ask: Ask) -> object:
    """Return what *expression* gives for the thing called a."""
    (row,) = ask(f"Resources | where name == 'a' | project x = {expression}")
    return row["x"]


@pytest.mark.parametrize(
    ("dynamic", "comparison", "expected"),
    [
        # Text: a dynamic value is its text, and null is the empty one.
        ('"x"', "== 'x'", True),
        ('"x"', "!= 'x'", False),
        ('"x"', "== 'X'", False),
        ('"x"', "=~ 'X'", True),
        ("1", "== '1'", True),
        ("true", "== 'true'", True),
        ("true", "== 'True'", False),
        ("[1,2]", "== '[1,2]'", True),
        ('{"a":1}', """== '{"a":1}'""", True),
        ("null", "== 'x'", False),
        ("null", "!= 'x'", True),
        ("null", "== ''", True),
        ("null", "!= ''", False),
        ('"x y"', "has 'x'", True),
        ('"x y"', "contains '\"'", False),
        ('["x"]', "contains '\"'", True),
        ('"x"', "startswith 'X'", True),
        ('"x"', "matches regex '^x$'", True),
        ("null", "contains 'x'", False),
        ("null", "!contains 'x'", True),
        ('"x"', "in ('x', 'y')", True),
        ('"x"', "!in~ ('X')", False),
        ("null", "in ('')", True),
        ('"x"', "in (dynamic(['x', 'y']))", True),
        ('"b"', "in ((Resources | project name))", True),
        ('"B"', "in~ ((Resources | project name))", True),
        ('"x y"', "has_any ('z', 'y')", True),
        ('"x y"', "has_all (dynamic(['x', 'y']))", True),
        # Numbers: what cannot be read as one is none, and that is unequal to any.
        ("5", "== 5", True),
        ("5", "== 5.0", True),
        ("5.5", "> 5", True),
        ("5.5", "== 5", False),
        ('"7"', "== 7", True),
        ('"7"', "< 8", True),
        ('"x"', "== 1", False),
        ('"x"', "!= 1", True),
        ("null", "== 0", False),
        ("null", "!= 0", True),
        ("null", "> 0", None),
        ("{}", "> 0", None),
        ("[1]", "== 1", False),
        ("5", "in (4, 5)", True),
        ("5", "between (5 .. 6)", True),
        # Truth.
        ("true", "== true", True),
        ("true", "!= false", True),
        ("false", "== true", False),
        ('"true"', "== true", True),
        ('"yes"', "== true", False),
        ('"yes"', "!= true", True),
        ("null", "== false", False),
        ("null", "<> true", True),
        # Times.
        ('"2026-11-19T02:00:00Z"', "< now()", True),
        ('"2026-11-20T02:00:00Z"', "== now()", True),
        ('"soon"', "< now()", None),
        ('"1.00:00:00"', "== 1d", True),
    ],
)
def test_a_dynamic_value_is_read_as_what_it_is_compared_with(
    dynamic: str,
    comparison: str,
    expected: bool | None,  # noqa: FBT001 - what is expected
    ask: Ask,
) -> None:
    written = "'" + dynamic.replace("'", "\\'") + "'"

    assert value(f"parse_json({written}) {comparison}", ask) is expected
    assert value(f"parse_json(strcat('[', {written}, ']'))[0] {comparison}", ask) is expected
    in_column = f"Resources | where name == 'a' | extend v = parse_json({written}) | project x = v {comparison}"
    assert ask(in_column) == [{"x": expected}]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("'a' == parse_json('\"a\"')", True),
        ("name == properties.word", False),
        ("3 == properties.count", True),
        ("2 < properties.count", True),
        ("properties.word =~ properties.kind", False),
        ("'xay' contains parse_json('\"a\"')", True),
        ("now() == '2026-11-20'", False),
        ("toint('5') == '5'", True),
        ("(1 == 1) == 1", True),
        ("(1 == 2) == 1", False),
        ("tobool(properties.absent) == 1", False),
        ("7 / 2", 3),
        ("7 / 2.0", 3.5),
        ("-7 % 4", 1),
        ("now() - ago(36h) == 1.5 * 1d", True),
        ("toint(2147483647) + 1", 2147483648),
        ("36h / 1d", 1.5),
    ],
)
def test_other_types_meet_as_they_do_in_kusto(expression: str, expected: object, ask: Ask) -> None:
    assert value(expression, ask) == expected


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("properties.count »== properties.word", "'==' of two dynamic values: cast one of them"),
        ("properties »!= tags", "'!=' of two dynamic values"),
        ("parse_json('1') »< parse_json('2')", "'<' of two dynamic values"),
        ("name »== 5", "'==' of a string and a long: cast one of them"),
        ("tostring(properties.count) »== true", "'==' of a string and a bool"),
        ("now() »> 5", "'>' of a datetime and a long"),
        ("name »> 'm'", "'>' on text, which Kusto does not put in order"),
        ("name »>= name", "'>=' on text"),
        ("properties.word »< 'm'", "'<' on text"),
        ("toguid(name) »< toguid(id)", "'<' on a guid, which has no order"),
        ("5 »contains '5'", "'contains' of a long, which is no text: cast it, as in tostring(…)"),
        ("(1 == 1) »=~ 'true'", "'=~' of a bool, which is no text"),
        ("name »has properties.word", "'has' a dynamic value: cast it, as in tostring(…)"),
        ("properties.count »+ 1", "'+' with a dynamic value: cast it, as in tolong(…)"),
        ("name »+ 'x'", "'+' of a string and a string"),
        ("now() »+ now()", "'+' of a datetime and a datetime"),
        ("name == 'a' »and properties.flag", "'and' of a dynamic, which is not true or false: compare it"),
        ("name »or true", "'or' of a string, which is not true or false"),
        ("properties.count »in (properties.list)", "'in' a dynamic value"),
        ("name »in (1, 2)", "'in' of a string and a long"),
        ("properties.count »in (1, 'x')", "'in' a list of several types: cast them"),
        ("name »in ((Resources | project properties.count))", "'in' a dynamic value"),
        ("name »has_any (properties.list)", "'has_any' of a dynamic: write the terms out"),
        ("name »has_any ((Resources | project properties.count))", "'has_any' a dynamic value"),
        ("5 »has_all ('5')", "'has_all' of a long, which has no terms"),
        ("name »between ('a' .. 'b')", "'between' of a string, which has no order"),
        ("1 »between (properties.count .. 5)", "'between' of a dynamic, which has no order"),
        ("»-properties.count", "'-' of a dynamic: cast it, as in tolong(…)"),
        ("properties[»'*']", "a path by the name '*', which the engine takes for all names"),
        ("name».first", "a path into a string, which is not dynamic"),
        ("tags»[name]", "a path by a string that is not written out"),
    ],
)
def test_what_kusto_does_not_compare_is_refused_with_its_place(expression: str, said: str, ask: Ask) -> None:
    kql = f"Resources\n| project x = {expression}"
    with pytest.raises(KqlError) as error:
        ask(kql.replace("»", ""))

    assert f"the local resource graph cannot run {said}" in str(error.value)
    place = (2, kql.partition("\n")[2].index("»") + 1)
    assert (error.value.line, error.value.column) == place
