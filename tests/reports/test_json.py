"""JSON Lines: every verdict once, with the keys that programs rely on."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from tenantlint import Verdict, Violation
from tenantlint.checking import Target, check
from tenantlint.reports.json import JsonReport, record
from tenantlint.results import Judgement
from tenantlint.settings import Settings
from tests.judgements import NOW, compliant, not_applicable, owner, scan, subject, unknown, violates, write
from tests.tenant_copies import catalog, subscription_row, take_snapshot, vm_row, write_copy

ABOUT = {
    "rule": "acme-owner",
    "resource": "/subscriptions/s1/vms/web-1",
    "source": {"title": "Acme's rules", "date": "2026-03-01", "url": "https://acme.example/rules"},
}
NOTHING: dict[str, Any] = {"cause": None, "level": None, "message": "", "evidence": {}, "violations": []}


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in path.read_bytes().splitlines()]


def test_a_compliant_resource_has_every_key_too() -> None:
    assert record(compliant(subject())) == {**NOTHING, **ABOUT, "verdict": "compliant"}


def test_what_is_not_applicable_says_why() -> None:
    expected = {**NOTHING, **ABOUT, "verdict": "not-applicable", "message": "is a template"}

    assert record(not_applicable(subject())) == expected


@pytest.mark.parametrize("cause", ["unobservable", "absent", "unread", "failed"])
def test_what_is_not_evaluable_says_the_cause_and_what_was_seen(cause: Any) -> None:  # noqa: ANN401 - pytest gives text
    verdict = Verdict("not-evaluable", "has no usable value at tags", cause, {"tags": None})

    assert record(Judgement(owner, subject(), verdict)) == {
        **NOTHING,
        **ABOUT,
        "verdict": "not-evaluable",
        "cause": cause,
        "message": "has no usable value at tags",
        "evidence": {"tags": None},
    }


def test_a_violation_has_the_worst_level_and_each_part_by_itself() -> None:
    parts = (Violation("is slow", "note", {"speed": 1}, "a"), Violation("is open", "error", {"ports": [22]}, "b"))
    judgement = Judgement(owner, subject(), Verdict("violation", "is slow", None, {"speed": 1}, parts))

    assert record(judgement) == {
        **NOTHING,
        **ABOUT,
        "verdict": "violation",
        "level": "error",
        "message": "is slow",
        "evidence": {"speed": 1},
        "violations": [
            {"part": "a", "level": "note", "message": "is slow", "evidence": {"speed": 1}},
            {"part": "b", "level": "error", "message": "is open", "evidence": {"ports": [22]}},
        ],
    }


def test_there_is_one_line_per_verdict_in_the_order_in_which_they_were_given(tmp_path: Path) -> None:
    names = ["c", "a", "b"] * 200
    notes = write(JsonReport(), tmp_path / "v.jsonl", scan(), [violates(subject(name), "error") for name in names])

    assert notes == []
    assert [line["resource"].rpartition("/")[2] for line in lines_of(tmp_path / "v.jsonl")] == names


@pytest.mark.parametrize("name", ["two\nlines", "\x1b[2J", "Göteborg", "\u202egnp.exe", '"quoted"\\', "x" * 1_000_000])
def test_names_are_given_as_they_are_and_stay_on_their_line(name: str, tmp_path: Path) -> None:
    write(JsonReport(), tmp_path / "v.jsonl", scan(), [compliant(subject(name)), compliant(subject("next"))])

    assert [line["resource"] for line in lines_of(tmp_path / "v.jsonl")] == [
        f"/subscriptions/s1/vms/{name}",
        "/subscriptions/s1/vms/next",
    ]


def test_a_scan_without_verdicts_gives_an_empty_file(tmp_path: Path) -> None:
    write(JsonReport(), tmp_path / "v.jsonl", scan(), [])

    assert (tmp_path / "v.jsonl").read_bytes() == b""


def test_what_is_discarded_leaves_nothing(tmp_path: Path) -> None:
    writer = JsonReport().open(tmp_path / "v.jsonl", scan())
    writer.add([unknown(subject(), "failed")])
    writer.discard()

    assert list(tmp_path.iterdir()) == []


def test_there_are_as_many_lines_as_the_manifest_has_rows(tmp_path: Path) -> None:
    vms = [vm_row(1 + number % 3, f"vm-{number}", disks=number) for number in range(40)]
    rows = {"Resources": vms, "ResourceContainers": [subscription_row(number) for number in (1, 2, 3)]}
    copy = write_copy(tmp_path / "copy", rows, subscriptions=[1, 2, 3])
    rules = catalog().select(["no-vault-in-region", "too-many-data-disks", "unprotected-vm"])
    snapshot = take_snapshot(copy, tmp_path / "snapshot", *rules)

    check(snapshot, catalog(), rules, [Target(JsonReport(), tmp_path / "v.jsonl")], settings=Settings(), now=NOW)

    lines = lines_of(tmp_path / "v.jsonl")
    for rule in rules:
        judged = [line["resource"].lower() for line in lines if line["rule"] == rule.id]
        assert len(set(judged)) == len(judged) == snapshot.manifest.tables[rule.on].rows > 0
