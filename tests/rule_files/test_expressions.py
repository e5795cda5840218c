"""What an expression says of a row that has all that it reads."""

from typing import Any

import jmespath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenantlint.rule_files.deciding import NoUsableValueError
from tenantlint.rule_files.expressions import parse

ROW: dict[str, Any] = {"n": 3, "text": "7", "yes": True, "no": False, "list": [1, 2, 3], "empty": [], "o": {"p": "x"}}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("n < `4`", True),
        ("n <= `3`", True),
        ("n > `3`", False),
        ("n >= `3`", True),
        ("n == `3` && o.p == 'x'", True),
        ("n == `4` || o.p == 'y'", False),
        ("!(n > `4`)", True),
        ("!no && yes", True),
        ("length(list) == n", True),
        ("list[?@ > `1`] | length(@) == `2`", True),
        ("empty || n", 3),
        ("empty && n", []),
        ("o.p", "x"),
    ],
)
def test_it_says_what_jmespath_says(text: str, value: object) -> None:
    assert parse(text).run(ROW) == value == jmespath.search(text, ROW)


@pytest.mark.parametrize(
    "text", ["text < `9`", "!(text < `9`)", "text > `9` || no", "yes > `0`", "o >= `1`", "n < text"]
)
def test_what_has_no_order_stops_it(text: str) -> None:
    with pytest.raises(NoUsableValueError):
        parse(text).run(ROW)


@pytest.mark.parametrize("text", ["length(n) > `1`", "starts_with(n, 'x')", "!contains(n, 'x')", "max(text) > `1`"])
def test_a_function_that_cannot_take_the_value_stops_it(text: str) -> None:
    with pytest.raises(NoUsableValueError):
        parse(text).run(ROW)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("n ==", "is not JMESPath"),
        (f"{'!' * 5000}n", "nested too deeply"),
        ("lenght(list) > `1`", r"no function lenght\(\): did you mean length\(\)\?"),
        ("zzzzzz(list)", r"no function zzzzzz\(\)$"),
        ("length(list, n) > `1`", "takes 1 arguments, not 2"),
        ("contains(list)", "takes 2 arguments, not 1"),
        ("list[?lenght(@) > `1`] | length(@) > `1`", "did you mean length"),
    ],
)
def test_what_cannot_be_run_is_refused_before_there_is_a_row(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse(text)


def test_a_function_may_take_any_number_where_jmespath_lets_it() -> None:
    assert parse("not_null(n, text, yes, no)").run(ROW) == 3


OPERANDS = st.sampled_from(["n", "yes", "no", "text", "empty", "o.p", "n > `2`", "n == `3`", "length(list) < `3`"])
TREES = st.recursive(
    OPERANDS,
    lambda inner: (
        st.builds("({} {} {})".format, inner, st.sampled_from(["&&", "||"]), inner) | inner.map("!({})".format)
    ),
)


@given(TREES)
@settings(deadline=None, max_examples=200)
def test_any_combination_says_what_jmespath_says(text: str) -> None:
    assert parse(text).run(ROW) == jmespath.search(text, ROW)
