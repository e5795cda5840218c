"""What an expression reads of a row, and so demands of it."""

import pytest

from tenantlint.rule_files.expressions import parse


def demanded(text: str) -> list[tuple[str, ...]]:
    return [tuple(map(str, each)) for each in parse(text).demands]


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("location", ["location"]),
        ("properties.a.b == 'x'", ["properties.a.b"]),
        ("@.properties.a == 'x'", ["properties.a"]),
        ("zones[0] == '1'", ["zones[0]"]),
        ("properties.rules[0].action == 'Deny'", ["properties.rules[0].action"]),
        ("tags.\"cost-centre\" == '7'", ['tags."cost-centre"']),
        ("length(properties.disks) < `3`", ["properties.disks"]),
        ("length(properties.disks[?size > `3`].name) == `0`", ["properties.disks"]),
        ("properties.disks[].size | max(@) < `9`", ["properties.disks"]),
        ("properties.disks[1:].size | max(@) < `9`", ["properties.disks"]),
        ("properties.disks.*.size | max(@) < `9`", ["properties.disks"]),
        ("properties.disks.length(@) < `9`", ["properties.disks"]),
        ("a == 'x' && !(b.c > `1`) || d == `true`", ["a", "b.c", "d"]),
        ("contains([a, b], 'x')", ["a", "b"]),
        ("contains(values({x: a}), 'x')", ["a"]),
        ("sort_by(a.items, &size)[0].name == b", ["a.items", "b"]),
    ],
)
def test_every_path_that_starts_at_the_row_is_demanded(text: str, paths: list[str]) -> None:
    assert demanded(text) == [(path,) for path in paths]


@pytest.mark.parametrize(
    ("text", "demands"),
    [
        ("(a || `3`) > `2`", []),
        ("not_null(a, 'none') == 'x'", []),
        ("(a.b || c) == 'x'", [("a.b", "c")]),
        ("not_null(a, b, c) == 'x'", [("a", "b", "c")]),
        ("(a || b || 'x') == c", [("c",)]),
        ("flag || size > `3`", [("size",)]),
    ],
)
def test_of_what_an_expression_handles_one_is_enough(text: str, demands: list[tuple[str, ...]]) -> None:
    assert demanded(text) == demands


@pytest.mark.parametrize("text", ["@ == 'x'", "length(@) > `1`", "[0] == 'x' || @", "keys(@)[0] == 'id'", "* | [0]"])
def test_the_whole_row_cannot_be_looked_at(text: str) -> None:
    with pytest.raises(ValueError, match=r"property|whole row"):
        parse(text)


@pytest.mark.parametrize("text", ["a == `null`", "`null` != a.b", "b == 'x' && a != `null`"])
def test_nothing_is_compared_with_null(text: str) -> None:
    with pytest.raises(ValueError, match="compares with null"):
        parse(text)


def test_paths_are_told_once() -> None:
    assert [str(path) for path in parse("a > `1` && a < `3` && b == a").paths] == ["a", "b"]
