"""The linter as a whole: its own queries, odd input, order, and what is allowed."""

import string
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenantlint.kql_lint.linting import TRAPS, lint
from tenantlint.tables import tables_in
from tests.pages import blocks

QUERIES = {
    file.name: file.read_text("utf-8")
    for file in resources.files("tenantlint_queries").iterdir()
    if file.name.endswith(".kql")
}


@pytest.mark.parametrize("name", QUERIES)
def test_our_own_queries_are_clean_with_their_headers_and_without(name: str) -> None:
    assert lint(QUERIES[name]) == []


def test_our_own_tables_are_clean_as_they_are_sent() -> None:
    tables = tables_in(resources.files("tenantlint_queries"))

    assert len(tables) == len(QUERIES) > 20
    assert [table.name for table in tables if lint(table.kql)] == []


def test_the_query_that_new_packs_start_with_is_clean() -> None:
    template = resources.files("tenantlint.new") / "templates" / "rule.kql.template"

    assert lint(template.read_text("utf-8")) == []


PAGES = ["README.md", *(f"docs/{page}.md" for page in ("porting", "rule-files", "writing-a-rule"))]


@pytest.mark.parametrize("page", PAGES)
def test_no_query_that_the_documentation_tells_to_write_has_more_than_a_note(page: str) -> None:
    queries = [block for block in blocks(page) if block["language"] == "kql"]
    found = [lint(block["text"], is_rule="/kql/" in (block["title"] or "")) or [] for block in queries]

    assert found
    assert [each for findings in found for each in findings if each.level != "note"] == []


@pytest.mark.parametrize("text", ["", "\n\n", "// cannot be validated with Resource Graph\n", "  // a\r\n// b"])
def test_comments_alone_are_no_query(text: str) -> None:
    assert lint(text) is None


RULE = (
    "// id: acme-x\n// title: Disks must not x\n// level: note\n// source: Acme, 2026-03-01, https://acme.example/x\n"
)
UNORDERED = "Resources\n| where type =~ 'microsoft.compute/disks'\n| project id"


def test_a_missing_order_is_a_warning_but_in_rules_to_which_the_host_adds_one() -> None:
    told = [(each.level, each.check) for each in lint(UNORDERED) or []]

    assert told == [("warning", "kql-no-order")]
    assert lint(f"{RULE}\n{UNORDERED}") == []
    assert lint(UNORDERED, is_rule=True) == []


@pytest.mark.parametrize("query", ["Resources | count", "Resources | distinct type", "Resources | summarize count()"])
def test_rows_that_are_put_together_need_no_order(query: str) -> None:
    assert lint(query) == []


def test_a_query_that_a_library_makes_a_rule_of_is_held_to_what_rules_must_have() -> None:
    found = lint("Resources | summarize n = count() by type | take 5", is_rule=True) or []

    assert {each.check for each in found if each.level == "error"} == {"kql-rule-id", "kql-rule-limit"}


def test_a_header_without_a_query_is_no_file_of_comments_only() -> None:
    assert [each.message for each in lint(RULE) or []] == ["there is no query below the header"]
    assert lint("// Nothing yet\n", is_rule=True) is None


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("let a = 1; Resources", "Resource Graph has no statement 'let': a query starts with a table"),
        ("Resources | where kind = 'a'", "'=' does not compare: write '==' or '=~'"),
        ("Resources | where | count", "this is not KQL: mismatched input '|'"),
        ("Resources | mv-expand zones", "`mv-expand zones` drops what a row holds beyond 128 elements"),
        (f"{RULE}// why\n\nResources", "this line of the header names no key"),
    ],
)
def test_a_message_is_one_sentence_that_names_its_place_once(query: str, message: str) -> None:
    errors = [each.message for each in lint(query) or [] if each.level == "error"]

    assert [each.partition(";")[0] for each in errors] == [message]


def test_what_may_be_done_is_told_of_every_trap() -> None:
    assert all(not trap.instead.startswith("What the message") for trap in TRAPS)


@pytest.mark.parametrize(
    "text", ["é", "\x00", "| | |", ")))", "'", "Resources |", "Resources | join", "union", "()", "(" * 5000]
)
def test_what_cannot_be_read_is_told(text: str) -> None:
    found = lint(text)

    assert found
    assert {each.check for each in found} <= {"kql-syntax", "kql-refused", "kql-not-run-here"}


def test_a_query_that_is_too_long_to_look_at_is_not_called_clean() -> None:
    found = lint("Resources" + "\n| extend a = b, b = strcat(a, a)" * 500)

    assert [(each.level, each.check) for each in found or []] == [("note", "kql-not-run-here")]


def test_columns_that_are_made_of_each_other_end() -> None:
    doubling = "\n| extend b = strcat(a, a), a = strcat(b, b)" * 100
    joined = "\n| join kind=inner (HealthResources | extend a = id) on a\n| order by id asc"
    kql = f"Resources | extend a = id, b = id {doubling}{joined}"

    assert [each.check for each in lint(kql) or []] == ["kql-join-case"]


def test_findings_come_in_the_order_of_their_places() -> None:
    found = (
        lint("Resources\n| where id == 'a' or id == 'b'\n| join (Ressources) on id\n| mv-expand x = properties.x\n")
        or []
    )

    assert found == sorted(found)
    assert [(each.line, each.column) for each in found] == sorted((each.line, each.column) for each in found)
    assert len(found) >= 5


def test_places_count_as_editors_do_whatever_the_lines_end_with() -> None:
    query = "// Göteborg 🙂\n\nResources\n| where '🙂' == '' or id == 'ö'\n| order by id asc"
    unix, windows = lint(query), lint(query.replace("\n", "\r\n"))

    assert unix == windows
    assert [(each.line, each.column, each.text) for each in unix or []] == [(4, 22, "id == 'ö'")]


def test_text_that_hides_itself_is_shown() -> None:
    (found,) = lint("Resources | where id == 'a\u202eb\x1b[31m' | order by id asc") or []

    assert found.text == "id == 'a\ufffdb\ufffd[31m'"


WORDS = [
    *("Resources", "|", "where", "join", "union", "(", ")", "[", "]", "=", "==", "id", "properties", ".", "in~", "'x'"),
    *("3", ",", "on", "by", "summarize", "order", "mv-expand", "limit", "kind", "$left", "isnull", "tolower", "//"),
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=14))
def test_no_words_break_it(words: list[str]) -> None:
    kql = " ".join(["Resources |", *words])

    for each in lint(kql) or []:
        line = kql.split("\n")[each.line - 1]
        assert line[each.column - 1 :].startswith(each.text[:20].rstrip("…"))


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=string.printable, max_size=40))
def test_no_text_breaks_it(text: str) -> None:
    lint(text)
    lint(RULE + text)
