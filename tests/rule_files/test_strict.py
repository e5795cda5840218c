"""What is absent inside of what an expression goes through, and what decides without it."""

from typing import Any

import jmespath
import pytest

from tenantlint.rule_files.deciding import NoUsableValueError
from tenantlint.rule_files.expressions import parse

ROW: dict[str, Any] = {
    "p": {"text": "x", "number": 3},
    "disks": [{"lun": 1, "size": 5, "name": "a", "parts": [{"n": 1}]}, {"lun": 2, "name": None, "parts": [{}]}],
    "groups": {"a": {"n": 1}, "b": {}},
    "nested": [[{"n": 1}], [{}]],
    "mixed": [1, "x"],
    "empty": [],
    "no": False,
    "nothing": "",
}


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("length(disks[?nosuch == 'x']) == `0`", "disks[].nosuch"),
        ("length(disks[].nosuch.deeper) == `0`", "disks[].nosuch.deeper"),
        ("!contains(disks[].nosuch, 'x')", "disks[].nosuch"),
        ("!contains(disks[*].name, 'x')", "disks[].name"),
        ("!contains(disks[:].name, 'x')", "disks[].name"),
        ("length(disks[?size > `10`]) == `0`", "disks[].size"),
        ("length(disks[?name > `10`]) == `0`", "disks[].name"),
        ("length(disks[?lun != '9']) == `2`", "disks[].lun"),
        ("length(disks[?!nosuch]) == `2`", "disks[].nosuch"),
        ("length(disks[].parts[?n == `1`][]) == `1`", "disks[].parts[].n"),
        ("length(nested[][?n == `1`][]) == `1`", "nested[]"),
        ("!contains(nested[][].n, `2`)", "nested[][].n"),
        ("!contains(groups.*.n, `2`)", "groups.*.n"),
        ("(p | nosuch) != 'x'", "p.nosuch"),
        ("p.{a: nosuch}.a != 'x'", "p.nosuch"),
        ("p.[nosuch][0] != 'x'", "p.nosuch"),
        ("(disks[?lun == `2`] | [0].size) != `5`", "disks[].size"),
        ("max_by(disks, &size).lun == `1`", "disks[].size"),
        ("length(map(&size, disks)) == `2`", "disks[].size"),
        ("length(p[?x == `1`]) == `0`", "p"),
        ("length(p.*.x) == `0`", "p.*.x"),
        ("length(disks.*) == `0`", "disks"),
        ("length(p[0:1]) == `0`", "p"),
        ("p.text != `5`", "p.text"),
        ("!(p.number == 'x')", "p.number"),
        ("p.text > `1`", "p.text"),
        ("`1` < p.text", "p.text"),
        ("!(nothing || p.nosuch)", "p.nosuch"),
        ("(nothing || p.nosuch) != 'x'", "p.nosuch"),
        ("not_null(p.nosuch, p.other) != 'x'", "p.nosuch"),
    ],
)
def test_what_is_absent_or_of_another_type_stops_it_and_is_named(text: str, path: str) -> None:
    with pytest.raises(NoUsableValueError) as raised:
        parse(text).run(ROW)

    assert raised.value.path == path


@pytest.mark.parametrize(
    "text",
    [
        "max(empty) != 'x'",
        "max_by(mixed, &@) == 'x'",
        "to_number(p.text) == `1`",
        "not_null(`null`) == 'x'",
        "to_number('nan') > `1` || no",
        "!(to_number('nan') > `1`)",
        "max_by(disks, &lun).nosuch != 'x'",
    ],
)
def test_what_a_function_makes_nothing_of_stops_it(text: str) -> None:
    with pytest.raises(NoUsableValueError):
        parse(text).run(ROW)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("nosuch == 'a' || p.text == 'x'", True),
        ("p.text == 'x' || nosuch == 'a'", True),
        ("nosuch == 'a' || other == 'b' || p.text == 'x'", True),
        ("nosuch == 'a' && p.text == 'y'", False),
        ("p.text == 'y' && nosuch == 'a'", False),
        ("!(nosuch && p.text == 'y')", True),
        ("!(p.nosuch > `3` || p.text == 'x')", False),
        ("nosuch || p.text == 'x'", True),
        ("(nosuch || 'x') == p.text", True),
        ("not_null(nosuch, p.text) == 'x'", True),
        ("length(disks[?lun == `1` && size > `3`]) == `1`", True),
        ("length(disks[?(size || `0`) > `3`]) == `1`", True),
        ("length(map(&(size || `0`), disks)) == `2`", True),
    ],
)
def test_one_side_may_decide_alone(text: str, value: object) -> None:
    assert parse(text).run(ROW) is value


@pytest.mark.parametrize(
    "text",
    [
        "nosuch == 'a' || p.text == 'y'",
        "p.text == 'y' || nosuch == 'a'",
        "nosuch == 'a' && p.text == 'x'",
        "p.text == 'x' && nosuch == 'a'",
        "!(nosuch == 'a' && other == 'b')",
        "!(nosuch == 'a' || other == 'b')",
        "length(p.nosuch) || p.text",
        "(length(p.nosuch) || p.text == 'x') == `true`",
        "(nosuch && p.text == 'y') == `false`",
    ],
)
def test_where_neither_does_it_is_unknown(text: str) -> None:
    with pytest.raises(NoUsableValueError):
        parse(text).run(ROW)


@pytest.mark.parametrize(
    "text",
    [
        "disks[].lun | sum(@) == `3`",
        "disks[?lun > `1`].lun | [0] == `2`",
        "disks[-1:].lun",
        "nested[0][0].n",
        "disks[].[lun, parts][]",
        "disks[].{l: lun}",
        "sort_by(disks, &lun)[-1].lun",
        "min_by(disks, &lun).size",
        "map(&lun, disks)",
        "groups.*",
        "p | number",
        "[p.text, p.number]",
        "not_null(p.text, no)",
        "to_string(p)",
    ],
)
def test_where_all_is_there_it_says_what_jmespath_says(text: str) -> None:
    assert parse(text).run(ROW) == jmespath.search(text, ROW)
