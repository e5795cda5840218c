"""Templates of messages."""

import pytest

from tenantlint import Json
from tenantlint.rule_files.messages import fill, holes, told

VALUES: dict[str, Json] = {"a": "x", "b.c": 3, "length(d)": [1], "none": None, "empty": ""}


@pytest.mark.parametrize(
    ("template", "named", "filled"),
    [
        ("plain", (), "plain"),
        ("has {a}", ("a",), "has x"),
        ("has { a } and {b.c}", ("a", "b.c"), "has x and 3"),
        ("{length(d)}", ("length(d)",), "[1]"),
        ("{{a}} is {a}", ("a",), "{a} is x"),
        ("{{{a}}}", ("a",), "{x}"),
        ("{none}, {empty}", ("none", "empty"), "nothing, nothing"),
    ],
)
def test_what_stands_in_braces_is_filled_in(template: str, named: tuple[str, ...], filled: str) -> None:
    assert holes(template) == named
    assert fill(template, lambda name: VALUES[name]) == filled


@pytest.mark.parametrize("template", ["{", "}", "has {a", "has a}", "{a{b}", "{}", "{ }"])
def test_a_brace_without_a_partner_or_a_name_is_refused(template: str) -> None:
    with pytest.raises(ValueError, match=r"partner|names nothing"):
        holes(template)


def test_what_a_tenant_wrote_is_no_template() -> None:
    assert fill("is {a}", lambda _: "{a} {{b}}") == "is {a} {{b}}"


@pytest.mark.parametrize(("value", "said"), [(True, "true"), (1.5, "1.5"), ({"k": None}, '{"k":null}'), ("ü", "ü")])
def test_values_are_told_as_they_are(value: object, said: str) -> None:
    assert told(value) == said  # type: ignore[arg-type]  # JSON
