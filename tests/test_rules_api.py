"""What a plugin's author writes: rules, facts, verdicts, and the names that may be imported."""

import importlib
import inspect
import subprocess
import sys
from dataclasses import FrozenInstanceError, fields
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tenantlint
from tenantlint import Context, Document, FactTables, Resource, Rule, Verdict, Violation, fact, hookspecs, rule
from tenantlint.errors import KqlError, PluginError, TenantlintError, UsageError
from tenantlint.model import CAUSES, COMPLIANT, INCOMPLETE, LEVELS, OUTCOMES
from tenantlint.rules import Page
from tests.makers import DOCUMENT, make_rule

PAGE = """VMs must be blue.

    ## Why
    Blue ones are *cheaper*.

    They are also nicer.

    ## Fix
    Paint them:

        az vm paint --color blue

    ## Elsewhere
    Not ours.

    ## Limits
    * Cyan is not told from blue.
    """


def blue(vm: Resource, ctx: Context) -> Verdict:
    del ctx
    return vm.compliant()


def blues(tables: FactTables) -> int:
    del tables
    return 1


def test_a_rule_is_a_frozen_value_that_holds_what_was_declared() -> None:
    made = make_rule(blue, "acme-blue", on="machines", reads=["parts", "parts"], tags=["paint"], noun="VM")

    assert (made.id, made.on, made.tags, made.noun) == ("acme-blue", "machines", ("paint",), "VM")
    assert made.reads == frozenset({"parts"})
    assert (made.judge, made.level, made.sources) == (blue, "error", (DOCUMENT,))
    assert (made.limits, made.settings) == ({}, ())
    assert made.module == __name__
    with pytest.raises(FrozenInstanceError):
        made.id = "other"  # type: ignore[misc]  # that it cannot be done is the test


def test_a_fact_is_a_frozen_value_that_holds_what_was_declared() -> None:
    made = fact(name="colors", reads=["machines", "machines"])(blues)

    assert (made.name, made.compute, made.module) == ("colors", blues, __name__)
    assert made.reads == frozenset({"machines"})
    with pytest.raises(FrozenInstanceError):
        made.name = "other"  # type: ignore[misc]  # that it cannot be done is the test


@pytest.mark.parametrize("id_", ["a", "a1", "too-many-data-disks", "acme-2fa", "a-1-b"])
def test_an_id_is_words_joined_by_hyphens(id_: str) -> None:
    assert make_rule(blue, id_).id == id_


@pytest.mark.parametrize(
    "id_", ["", "A", "1a", "-a", "a-", "a--b", "a_b", "a b", "a.b", "é", "a\n", "a/b", "../a", "Too-Many", "a-B"]
)
def test_another_id_is_refused(id_: str) -> None:
    with pytest.raises(ValueError, match="lower-case words joined by hyphens"):
        make_rule(blue, id_)


@settings(deadline=None, max_examples=100, database=None)
@given(st.text(st.sampled_from("aZ9-_ .\n/é"), max_size=6))
def test_an_id_that_is_accepted_can_be_a_file_a_key_and_an_anchor(text: str) -> None:
    try:
        made = make_rule(blue, text)
    except ValueError:
        return
    assert made.id.replace("-", "a").isalnum()
    assert made.id == made.id.lower()
    assert made.id.isascii()


def test_a_rule_without_a_source_is_refused() -> None:
    with pytest.raises(ValueError, match="'acme-rule' names no source"):
        make_rule(blue, sources=[])


@pytest.mark.parametrize("level", ["", "critical", "Error", "none", None, 1])
def test_a_level_that_no_report_knows_is_refused(level: object) -> None:
    with pytest.raises(ValueError, match="the level of rule 'acme-rule' is one of error, warning, note, not"):
        make_rule(blue, level=level)


def test_the_docstring_is_the_page() -> None:
    def judged(vm: Resource, ctx: Context) -> Verdict:
        del ctx
        return vm.compliant()

    judged.__doc__ = PAGE
    page = make_rule(judged).page

    assert page.title == "VMs must be blue."
    assert page.why == "Blue ones are *cheaper*.\n\nThey are also nicer."
    assert page.fix == "Paint them:\n\n    az vm paint --color blue"
    assert page.limits == "* Cyan is not told from blue."


def test_a_function_without_a_docstring_has_its_modules_page() -> None:
    assert make_rule(blue).docstring == __doc__
    assert (
        make_rule(blue).page.title
        == "What a plugin's author writes: rules, facts, verdicts, and the names that may be imported."
    )


def test_a_rule_that_nothing_is_written_about_is_called_by_its_id(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "__doc__", None)

    assert make_rule(blue, "acme-blue").page == Page("acme-blue")


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("", Page("")),
        ("\n\n  Title.  \n", Page("Title.")),
        ("Title.\n## Why\n", Page("Title.")),
        ("Title.\n## why \nSo.", Page("Title.", "So.")),
        ("Title.\n\nText before.\n\n## Fix\nDo.", Page("Title.", fix="Do.")),
        ("Title.\n## Why\n### Deeper\nSo.\n##Fix\nno heading", Page("Title.", "### Deeper\nSo.\n##Fix\nno heading")),
    ],
)
def test_a_page_is_made_of_its_known_sections(text: str, page: Page) -> None:
    assert Page.parse(text) == page


@settings(deadline=None, max_examples=100, database=None)
@given(st.text(st.sampled_from("#a \n"), max_size=40))
def test_any_docstring_makes_a_page(text: str) -> None:
    assert "\n" not in Page.parse(text).title


@pytest.mark.parametrize("levels", list(permutations(LEVELS)))
def test_the_level_of_a_verdict_is_its_worst(levels: tuple[Any, ...]) -> None:
    verdict = Verdict("violation", "", None, {}, tuple(Violation("", level) for level in levels))

    assert verdict.level == "error"
    assert (
        Verdict("violation", "", None, {}, tuple(Violation("", level) for level in levels if level != "error")).level
        == "warning"
    )


def test_a_verdict_that_is_no_violation_has_no_level() -> None:
    assert Verdict("compliant") == COMPLIANT
    assert COMPLIANT.level is None


def test_the_words_of_the_model() -> None:
    assert LEVELS == ("error", "warning", "note")
    assert OUTCOMES == ("violation", "compliant", "not-applicable", "not-evaluable")
    assert CAUSES == ("unobservable", "absent", "unread", "failed")
    assert {"unread", "failed"} == INCOMPLETE


def test_the_public_api_is_sorted_and_there() -> None:
    assert tenantlint.__all__ == sorted(tenantlint.__all__)
    assert all(
        inspect.getdoc(getattr(tenantlint, name)) for name in tenantlint.__all__ if name not in ("Json", "Level")
    )


def test_importing_the_api_loads_neither_plugins_nor_an_engine() -> None:
    heavy = {"duckdb", "duckdb_kql", "tenantlint_backup", "tenantlint_queries"}
    code = f"import sys, tenantlint; print(*sorted({heavy} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == []


def test_a_hook_is_one_sentence() -> None:
    hooks = [value for name, value in vars(hookspecs).items() if name.startswith("register_")]

    assert [hook.__name__ for hook in hooks] == [
        "register_queries",
        "register_rules",
        "register_facts",
        "register_reports",
    ]
    for hook in hooks:
        assert len((inspect.getdoc(hook) or "").splitlines()) == 1
        assert not inspect.signature(hook).parameters


def test_a_decorator_registers_nothing_and_keeps_the_function() -> None:
    made = rule(id="acme-blue", on="machines", level="note", sources=[DOCUMENT])(blue)

    assert isinstance(made, Rule)
    assert made.judge is blue
    assert importlib.import_module(__name__).blue is blue


def test_a_document_is_a_title_a_date_and_a_url() -> None:
    assert [field.name for field in fields(Document)] == ["title", "date", "url"]


def test_errors_for_people_are_one_family_with_a_hint_and_an_exit_code() -> None:
    error = UsageError("there is no rule 'x'", hint="did you mean 'y'?")

    assert isinstance(error, TenantlintError)
    assert (str(error), error.hint, error.exit_code) == ("there is no rule 'x'", "did you mean 'y'?", 2)
    assert PluginError("broken").exit_code == 3
    assert PluginError("broken").hint == ""


@pytest.mark.parametrize(
    ("line", "column", "said"),
    [
        (2, 3, "no\u00a0such column (line 2, column 3)\n\n2 | | where x\n      ^"),
        (1, 1, "no\u00a0such column (line 1, column 1)\n\n1 | Resources\n    ^"),
        (0, 0, "no\u00a0such column\n\n    Resources\n    | where x"),
        (3, 1, "no\u00a0such column\n\n    Resources\n    | where x"),
    ],
)
def test_an_error_in_a_query_shows_where(line: int, column: int, said: str) -> None:
    error = KqlError("no\u00a0such column", "Resources\n| where x", line, column, hint="look")

    assert str(error) == said
    assert (error.line, error.column, error.hint) == (line, column, "look")


@pytest.mark.parametrize("separator", ["\f", "\u2028", "\x85", "\v"])
def test_only_a_new_line_ends_a_line_of_a_query(separator: str) -> None:
    error = KqlError("no such column", f"Resources{separator}\n| where x", 2, 3)

    assert str(error).endswith("\n\n2 | | where x\n      ^")


def test_an_error_in_a_query_may_have_no_place() -> None:
    error = KqlError("too deep", "Resources")

    assert (str(error), error.line, error.column, error.hint) == ("too deep\n\n    Resources", 0, 0, "")
