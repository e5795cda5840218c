"""What is refused because it could not be true, whatever the row."""

import pytest

from tenantlint.rule_files.expressions import parse


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("length(location) > 'a'", "'>' is for numbers, and cannot take \"a\""),
        ("`true` <= a", "'<=' is for numbers, and cannot take true"),
        ("keys(a) < `3`", r"'<' is for numbers, and cannot take keys\(\)"),
        ("a[].b > `3`", "'>' is for numbers, and cannot take an array"),
        ("length(a) == '3'", r'length\(\) == "3": values of two types are never equal'),
        ("'3' != `3`", "never equal"),
        ("contains(a, 'x') == 'true'", "never equal"),
        ("(a == 'x') == 'true'", 'a boolean == "true": values'),
        ("length(a[?starts_with(b, 'x') == `1`]) == `0`", "never equal"),
        ("length(`5`) > `3`", r"length\(\) cannot take 5"),
        ("starts_with(a, `5`)", r"starts_with\(\) cannot take 5"),
        ("sort_by(a, b)[0] == 'x'", r"sort_by\(\) cannot take a property"),
        ("length(&a) == `1`", r"length\(\) cannot take an expref"),
        ("(&a) == 'x'", "'&' is for what functions"),
        ("a[::0]", "cannot be zero"),
        ("&a", "'&' is for what functions"),
    ],
)
def test_types_that_never_meet_are_refused(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse(text)


@pytest.mark.parametrize(
    "text", ["length(a) == `3`", "a > b", "not_null(a, `1`) > `0`", "max(a) >= b", "a == b", "a[0:2]"]
)
def test_types_that_may_meet_are_not(text: str) -> None:
    assert parse(text).paths
