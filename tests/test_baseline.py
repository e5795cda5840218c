"""What a baseline is made of: the identity of findings, where they are kept, and what reports are offered of them."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tenantlint.checking import check
from tenantlint.comparing.baseline import BaselineStage
from tenantlint.comparing.changes import differences
from tenantlint.model import Violation
from tenantlint.nights.files import open_night
from tenantlint.nights.json_report import time_in
from tenantlint.nights.ledger import Ledger
from tenantlint.nights.night import Found, Told, finding_key, told_of
from tenantlint.nights.snapshots import Judging
from tenantlint.reports.sarif_objects import fingerprint
from tenantlint.settings import Settings
from tests.judgements import subject, violates
from tests.makers import MACHINES, Row, collect_copy, make_rule, row, write_copy
from tests.tenant_copies import catalog


@pytest.mark.parametrize("parts", [[""], ["west"], ["West", "north"], ["West", "west"], ["\ud800"]])
def test_a_finding_has_the_identity_that_sarif_gives_it(parts: list[str]) -> None:
    judgement = violates(subject("Web-1"), "error")
    found = tuple(replace(judgement.verdict.violations[0], part=part) for part in parts)
    judgement = judgement._replace(verdict=replace(judgement.verdict, violations=found))

    assert [each.key.hex() for each in told_of(judgement).found] == [fingerprint(judgement, part) for part in parts]


def test_a_ledger_gives_back_what_it_was_given_even_halves_of_characters() -> None:
    told = told_of(violates(subject("half \ud800"), "error", message="is \udfff"))
    ledger = Ledger()
    ledger.add(told)
    ledger.add(told)

    assert len(ledger) == 1
    assert list(ledger.rest()) == [told]
    assert ledger.take(told.key) == told
    assert ledger.take(told.key) is None


def test_parts_that_come_apart_are_kept_together() -> None:
    ledger = Ledger()
    for part in ("p", "q"):
        found = Found(finding_key("r", "/a", part), "error", "is so", {}, part)
        ledger.add(Told("r", "/a", "a", "", "violation", found=(found,)))

    assert [each.part for told in ledger.rest() for each in told.found] == ["p", "q"]


def test_differences_name_each_property_that_changed() -> None:
    before = Found(b"", "error", "has 3.", {"a": 1, "b": None})
    now = Found(b"", "note", "has 3", {"b": None, "c": [2]}, waived=True)

    assert differences(before, now) == [
        ("level", "error", "note"),
        ("waived", False, True),
        ("a", 1, None),
        ("c", None, [2]),
    ]


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("2026-11-20.jsonl", "2026-11-20T00:00:00+00:00"),
        ("night-20261120T023000Z.json", "2026-11-20T02:30:00+00:00"),
        ("2026-13-99 2026-01-02.jsonl", "2026-01-02T00:00:00+00:00"),
        ("123456789012.jsonl", None),
        ("last.jsonl", None),
    ],
)
def test_the_name_of_a_file_may_tell_its_day(name: str, day: str | None) -> None:
    found = time_in(name)

    assert (found and found.isoformat()) == day


def stage_of(then: Iterable[Row], now: Iterable[Row], tmp_path: Path, judge: Callable[..., Any]) -> BaselineStage:
    """Compare two tenants of machines by one rule; return the stage when all is done."""
    copies = [
        write_copy(tmp_path / name, {"Resources": rows}, subscriptions=["s1"])
        for name, rows in (("then", then), ("now", now))
    ]
    snapshots = [collect_copy(copy, [MACHINES], copy.with_suffix(".snapshot")) for copy in copies]
    only = make_rule(judge)
    judging = Judging([only], {}, Settings({only.id: {}}))
    stage = BaselineStage(open_night(snapshots[0].folder, judging), snapshots[1], judging)
    at = snapshots[1].manifest.ended_at
    check(snapshots[1], catalog(), [only], [], settings=judging.settings, now=at, stages=[stage], everything=True)
    return stage


def test_reports_are_offered_each_part_that_is_absent_or_carried(tmp_path: Path) -> None:
    def judge(machine: Any, ctx: Any) -> Any:  # noqa: ANN401 - any rule
        del ctx
        if machine.find("tags.blank"):
            return machine.not_evaluable(absent="tags.other")
        parts = [part for part in ("p", "q") if machine.find(f"tags.{part}")]
        found = [Violation("is bad", "error", part=part) for part in parts]
        return machine.violations(found) if found else machine.compliant()

    both = {"p": "1", "q": "1"}
    then = [row("machines", name, tags=both) for name in ("half", "blank", "gone")]
    now = [row("machines", "half", tags={"p": "1"}), row("machines", "blank", tags={"blank": "1"})]
    stage = stage_of(then, now, tmp_path, judge)

    def parts(judgements: Iterable[Any]) -> list[tuple[str, str]]:
        return [(each.subject.name, each.verdict.violations[0].part) for each in judgements]

    assert parts(stage.absent()) == [("half", "q"), ("gone", "p"), ("gone", "q")]
    assert parts(stage.carried()) == parts(stage.carried()) == [("blank", "p"), ("blank", "q")]
    assert dict(stage.categories) == {"tenantlint/s1": "s1"}
