"""How constraints stand in the editions of the documentation, and what that makes of verdicts."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tenantlint import Dated, Document, Edition, Level, Rule, Verdict, Violation
from tenantlint.catalog import Catalog
from tenantlint.history import demanded_by, standing
from tenantlint.rules import rule
from tenantlint.selection import effective, select
from tenantlint.settings import Settings
from tenantlint.snapshot import Snapshot, open_snapshot
from tests.commands import run
from tests.makers import ROWS, TABLES, collect_copy, judge_all, make_rule, write_copy

OLD = Document("Old guide", "2015-10-23", "https://acme.example/old")
MIDDLE = Document("Guide", "2018-12-17", "https://acme.example/guide")
NEW = Document("New guide", "2026-01-28", "https://acme.example/new")
HISTORY = [
    Edition(NEW, "obsolete", "all disks are supported"),
    Edition(OLD),
    Edition(MIDDLE, "relaxed", "only restore needs a script"),
]


def demanding(*levels: Level, history: list[Edition] = HISTORY, **more: Any) -> Rule:  # noqa: ANN401 - whatever a rule may have
    violations = [Violation(f"is wrong {at}", level, part=str(at)) for at, level in enumerate(levels)]
    return make_rule(lambda machine, _: machine.violations(violations), sources=[NEW, OLD], history=history, **more)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("history")
    return collect_copy(write_copy(folder / "copy", {"Resources": ROWS}), TABLES, folder / "snapshot")


def verdict(snapshot: Snapshot, judge: Rule, settings: Settings) -> Verdict:
    """Return the one verdict that the rule gives, again and again."""
    _, judgements = judge_all(snapshot, [judge], settings=settings)
    (found,) = {judgement.verdict.message: judgement.verdict for judgement in judgements}.values()
    return found


@pytest.mark.parametrize(
    ("edition", "stance"),
    [
        ("2015-09", None),
        ("2015-10", "in-force"),
        ("2018-11", "in-force"),
        ("2018-12", "relaxed"),
        ("2025-12", "relaxed"),
        ("2026-01", "obsolete"),
        ("2026-02", "obsolete"),
        (None, "obsolete"),
    ],
)
def test_a_constraint_stands_as_the_last_document_of_the_edition_says(edition: str | None, stance: str | None) -> None:
    found = standing(demanding("error").history, edition)

    assert (found and found.stance) == stance


def test_a_rule_without_a_history_is_in_force_since_its_oldest_source() -> None:
    found = make_rule(lambda machine, _: machine.compliant(), sources=[NEW, OLD, MIDDLE])

    assert found.history == (Edition(OLD),)


def test_what_relaxes_a_constraint_is_held_against_the_last_that_stated_it_in_full() -> None:
    relaxed = Edition(NEW, "relaxed")

    assert demanded_by([Edition(OLD), Edition(MIDDLE), relaxed], relaxed) == MIDDLE


def test_before_it_is_stated_and_after_it_is_lifted_nothing_is_judged(snapshot: Snapshot) -> None:
    early = verdict(snapshot, demanding("error"), Settings(edition="2015-09"))
    late = verdict(snapshot, demanding("error"), Settings())

    assert (early.outcome, early.message) == ("not-applicable", "was not yet demanded: 'Old guide' is of 2015-10-23")
    assert late.outcome == "not-applicable"
    assert late.message == "is no longer demanded: 'New guide' (2026-01-28): all disks are supported"


def test_in_force_it_is_judged_as_the_rule_says(snapshot: Snapshot) -> None:
    found = verdict(snapshot, demanding("error", "note"), Settings(edition="2018-11"))

    assert [(each.level, each.message) for each in found.violations] == [
        ("error", "is wrong 0"),
        ("note", "is wrong 1"),
    ]


def test_relaxed_it_warns_at_worst_and_names_both_documents(snapshot: Snapshot) -> None:
    found = verdict(snapshot, demanding("error", "warning", "note"), Settings(edition="2018-12"))
    why = (
        " (demanded by 'Old guide' (2015-10-23), relaxed by 'Guide' (2018-12-17): only restore needs a script)"
    )  # fmt: skip

    assert [(each.level, each.message) for each in found.violations] == [
        ("warning", f"is wrong 0{why}"),
        ("warning", f"is wrong 1{why}"),
        ("note", f"is wrong 2{why}"),
    ]
    assert (found.message, found.level) == (f"is wrong 0{why}", "warning")


@pytest.mark.parametrize("level", ["error", "warning", "note"])
@pytest.mark.parametrize("edition", ["2018-11", "2018-12"])
def test_the_level_that_the_user_chose_counts_more_than_anything(
    level: Level, edition: str, snapshot: Snapshot
) -> None:
    settings = Settings(levels={"acme-rule": level}, edition=edition)
    found = verdict(snapshot, demanding("error", "note"), settings)

    assert [each.level for each in found.violations] == [level, level]


def test_a_level_changes_no_verdict_but_violations(snapshot: Snapshot) -> None:
    fine = make_rule(lambda machine, _: machine.compliant())

    assert verdict(snapshot, fine, Settings(levels={"acme-rule": "error"})).outcome == "compliant"


def test_a_limit_that_the_user_set_counts_more_than_any_edition(snapshot: Snapshot) -> None:
    limited = make_rule(
        lambda machine, ctx: machine.not_applicable(str(ctx.limit("disks").value)),
        limits={"disks": Dated({"2015-10": 3})},
    )

    assert verdict(snapshot, limited, Settings({"acme-rule": {"disks": 5}})).message == "5"


@pytest.mark.parametrize(
    ("history", "message"),
    [
        ([Edition(OLD, "relaxed")], "does not start with a document that states the constraint"),
        ([Edition(OLD), Edition(NEW, "gone")], "one of in-force, relaxed, obsolete, not 'gone'"),  # type: ignore[arg-type]  # on purpose
    ],
)
def test_a_history_that_cannot_be_is_an_error(history: list[Edition], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        demanding("error", history=history)


def test_a_visibility_that_nobody_knows_is_an_error() -> None:
    with pytest.raises(ValueError, match="the visibility of rule 'acme-x' is one of full, partial, none, not 'some'"):
        rule(id="acme-x", on="machines", level="note", sources=[NEW], visibility="some")  # type: ignore[arg-type]  # on purpose


def catalog() -> Catalog:
    rules = [
        demanding("error", id_="acme-lifted"),
        make_rule(lambda machine, _: machine.compliant(), "acme-new", sources=[NEW]),
        make_rule(lambda machine, _: machine.compliant(), "acme-off", sources=[OLD], enabled=False),
        make_rule(lambda machine, _: machine.compliant(), "acme-on", sources=[OLD]),
    ]
    return Catalog(rules={each.id: each for each in rules})


@pytest.mark.parametrize(
    ("ids", "settings", "selected"),
    [
        ((), Settings(), "acme-new acme-on"),
        ((), Settings(edition="2018-12"), "acme-lifted acme-on"),
        ((), Settings(edition="2015-01"), ""),
        ((), Settings(enabled={"acme-off": True, "acme-on": False}), "acme-new acme-off"),
        (("acme-off", "acme-lifted"), Settings(enabled={"acme-off": False}), "acme-lifted acme-off"),
    ],
)
def test_rules_judge_that_are_enabled_and_demanded_or_named(
    ids: tuple[str, ...], settings: Settings, selected: str
) -> None:
    assert " ".join(each.id for each in select(catalog(), ids, settings)) == selected


def test_the_effective_settings_tell_defaults_as_well() -> None:
    rules = select(catalog(), (), Settings(edition="2018-12"))

    assert effective(rules, Settings({"acme-on": {"owner": "nobody"}}, {"acme-on": "note"}, edition="2018-12")) == {
        "edition": "2018-12",
        "rules": {"acme-lifted": {"level": "warning"}, "acme-on": {"level": "note", "owner": "nobody"}},
        "exclude": [],
    }
    assert effective([], Settings())["edition"] == "newest"


@pytest.mark.parametrize(
    ("settings", "level"),
    [
        (Settings(edition="2018-11"), "error"),
        (Settings(edition="2018-12"), "warning"),
        (Settings(levels={"acme-rule": "error"}, edition="2018-12"), "error"),
    ],
)
def test_the_level_of_a_rule_is_the_worst_that_it_can_report(settings: Settings, level: str) -> None:
    assert effective([demanding("error")], settings)["rules"]["acme-rule"]["level"] == level


def test_the_effective_settings_are_json_whatever_a_rule_reads() -> None:
    read = {"names": frozenset({"b", "a"}), "for": timedelta(days=2), "by": {1: date(2026, 1, 2)}}
    told = effective([make_rule(lambda machine, _: machine.compliant())], Settings({"acme-rule": read}))

    assert told["rules"]["acme-rule"] == {
        "level": "error",
        "names": ["a", "b"],
        "for": "2 days, 0:00:00",
        "by": {"1": "2026-01-02"},
    }


def test_a_kept_snapshot_says_by_what_it_was_judged(tmp_path: Path) -> None:
    (tmp_path / "tenantlint.toml").write_text("[rules.unprotected-vm]\nlevel = 'warning'\n")
    run("scan", "--demo", "--snapshot", "kept", "--rule", "unprotected-vm", "--edition", "2018-12", cwd=tmp_path)

    assert open_snapshot(tmp_path / "kept").manifest.settings == {
        "edition": "2018-12",
        "rules": {"unprotected-vm": {"level": "warning"}},
        "exclude": [],
    }
