"""Which paths an expression reads of a row, and inside the elements of its lists."""

import pytest

from tenantlint.rule_files.demands import default_path
from tenantlint.rule_files.expressions import parse


def read(text: str) -> list[str]:
    return [str(path) for path in parse(text).paths]


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
        ("length(disks[?size > `3`].name) == `0`", ["disks", "disks[].size", "disks[].name"]),
        ("disks[].size | max(@) < `9`", ["disks", "disks[].size"]),
        ("disks[1:].size | max(@) < `9`", ["disks", "disks[].size"]),
        ("disks[*].parts[].size | max(@) < `9`", ["disks", "disks[].parts", "disks[].parts[].size"]),
        ("disks.*.size | max(@) < `9`", ["disks", "disks.*.size"]),
        ("(disks[?size > `3`] | [0].name) == 'x'", ["disks", "disks[].size", "disks[].name"]),
        ("(a | b.c) == 'x'", ["a", "a.b.c"]),
        ("a.{x: b}.x == 'y'", ["a", "a.b"]),
        ("disks.length(@) < `9`", ["disks"]),
        ("a == 'x' && !(b.c > `1`) || d == `true`", ["a", "b.c", "d"]),
        ("contains([a, b], 'x')", ["a", "b"]),
        ("contains(values({x: a}), 'x')", ["a"]),
        ("sort_by(a.items, &size)[0].name == b", ["a.items", "a.items[].size", "b"]),
        ("a > `1` && a < `3` && b == a", ["a", "b"]),
    ],
)
def test_every_path_is_told_once(text: str, paths: list[str]) -> None:
    assert read(text) == paths


@pytest.mark.parametrize("text", ["@ == 'x'", "length(@) > `1`", "[0] == 'x' || @", "keys(@)[0] == 'id'", "* | [0]"])
def test_the_whole_row_cannot_be_looked_at(text: str) -> None:
    with pytest.raises(ValueError, match=r"property|whole row"):
        parse(text)


@pytest.mark.parametrize("text", ["a == `null`", "`null` != a.b", "b == 'x' && a != `null`", "a[?b == `null`] | c"])
def test_nothing_is_compared_with_null(text: str) -> None:
    with pytest.raises(ValueError, match="compares with null"):
        parse(text)


@pytest.mark.parametrize(
    ("text", "path"),
    [("a", "a"), ("@.a.b", "a.b"), ("a.b[].c.d", "a.b[].c.d"), ("a[*].b[].c", "a[].b[].c"), ('a."b c"', 'a."b c"')],
)
def test_a_default_is_of_a_property(text: str, path: str) -> None:
    assert str(default_path(text)) == path


@pytest.mark.parametrize(
    "text", ["a[]", "a[0]", "a[0].b", "a.*", "a[?b].c", "a | b", "length(a)", "'a'", "@", "a[1:].b"]
)
def test_a_default_is_of_nothing_else(text: str) -> None:
    with pytest.raises(ValueError, match="no path"):
        default_path(text)
