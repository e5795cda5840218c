"""Regular expressions: what is none, or takes away nobody knows how much, is refused before a query runs."""

import pytest

from tenantlint.errors import KqlError
from tenantlint.graph.dialect import check
from tenantlint.graph.engine import STANDARD_COLUMNS
from tests.conftest import Ask

TABLES = {"resources": STANDARD_COLUMNS}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("trim('[ab]+', 'abcba')", "c"),
        ("trim('-+', '--a-b--')", "a-b"),
        ("trim('(--)+', '-----a--')", "-a"),
        (r"trim(@'[^\w]+', '- Te st1// $')", "Te st1"),
        (r"trim('\\s+', '  Hello, world!  ')", "Hello, world!"),
        ("trim('.*', 'abc')", ""),
        ("trim(' *', 'abc')", "abc"),
        ("trim('é+', 'ééaé')", "a"),
        ("trim_start('a', 'aab')", "ab"),
        ("trim_end('b', 'abb')", "ab"),
        ("extract('(?<number>[0-9]+)', 1, 'vm-12')", "12"),
        ("tostring(countof('a(b(', '('))", "2"),
        ("replace_string('a(b', '(', '-')", "a-b"),
    ],
)
def test_a_pattern_takes_what_it_matches(expression: str, expected: str, ask: Ask) -> None:
    assert ask(f"Resources | where name == 'a' | project x = {expression}") == [{"x": expected}]


@pytest.mark.parametrize(
    "pattern", ["a", "--", "[ab]", "a|b", "a+|b+", "(a|ab)+", "ab+", "a+?", "^a+", "a+$", "a{2}", "()"]
)
def test_how_much_goes_by_a_pattern_that_does_not_repeat_is_not_known(pattern: str) -> None:
    with pytest.raises(KqlError, match=r"cannot run trim\(\) by a pattern that does not repeat") as error:
        check(f"Resources\n| project x = trim('{pattern}', name)", TABLES)

    assert (error.value.line, error.value.column) == (2, 20)
    assert "'(ab)+'" in error.value.hint


@pytest.mark.parametrize(
    ("operators", "reason"),
    [
        ("where id == '-' and name matches regex »'('", "'(' is no regular expression: missing ): ("),
        ("where name matches regex »@'[a\\.'", "is no regular expression: missing ]"),
        ("where name matches regex »'a(?=b)'", "'a(?=b)' is no regular expression: invalid perl operator"),
        ("where name !has 'x' and not(name matches regex »'*')", "no argument for repetition operator: *"),
        ("project x = extract(»'(', 1, name)", "missing )"),
        ("project x = extract_all(»'(', name)", "missing )"),
        ("project x = replace(»'(', 'y', name)", "missing )"),
        ("project x = replace_regex(name, »'(', 'y')", "missing )"),
        ("project x = trim(»'(', name)", "missing )"),
        ("project x = trim_start(»'(', name)", "missing )"),
        ("project x = trim_end(»'(', name)", "missing )"),
        ("project x = countof(name, »'(', 'regex')", "missing )"),
        ("parse kind=regex name with »'(' x", "missing )"),
        ("join kind=inner (Resources | where name matches regex »'(' | project id) on id", "missing )"),
        ("summarize countif(name matches regex »'(')", "missing )"),
    ],
)
def test_what_is_no_regular_expression_is_refused_with_its_place(operators: str, reason: str) -> None:
    with pytest.raises(KqlError) as error:
        check(f"Resources\n| {operators.replace('»', '')}", TABLES)

    assert reason in str(error.value)
    assert (error.value.line, error.value.column) == (2, operators.index("»") + 3)
