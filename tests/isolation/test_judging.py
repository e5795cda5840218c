"""What a process does once it is set up, without the process: the same answers, and its budgets."""

import sys
from pathlib import Path

import pytest

from tenantlint.isolation.answers import AnswerBuilder, OverBudgetError, digest_of, load_answer
from tenantlint.isolation.apart import Answers
from tenantlint.isolation.budget import Budget
from tenantlint.isolation.frames import Frame, Kind, receive, send
from tenantlint.isolation.judging import Judging
from tenantlint.isolation.plan import Isolation, Plan
from tenantlint.model import COMPLIANT, Json, Verdict, Violation
from tenantlint.resource import Resource
from tenantlint.schema import Schema
from tenantlint.snapshot import Snapshot
from tenantlint.wanted import Wanted
from tests.isolation.hostile import five_partitions, write_rule

SCHEMA = Schema("machines", ("id",))


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return five_partitions(tmp_path_factory.mktemp("five"))


def plan_for(snapshot: Snapshot, file: Path, failures: int = 100) -> Plan:
    isolation = Isolation(frozenset({"acme-rule"}), Wanted((file,)), {}, None, Budget(30, failures))
    now = snapshot.manifest.ended_at
    return Plan(isolation, "acme-rule", snapshot.manifest.partitions, snapshot.folder, now, tuple(sys.path))


def test_a_partition_is_answered_as_the_host_will_ask(snapshot: Snapshot, tmp_path: Path) -> None:
    file = write_rule(tmp_path / "acme.py", "acme-rule", "return vm.not_applicable(vm.name)")
    with Judging(plan_for(snapshot, file)) as judging:
        judging.compute_facts()
        said, batches = load_answer(judging.answer(snapshot.manifest.partitions[0]))

    assert sorted(verdict.message for verdict in said) == ["vm1a", "vm1b"]
    assert [batch.verdicts for batch in batches] == [[0, 1]]


@pytest.mark.parametrize("most", [0, 1, 2])
def test_failures_are_counted_per_partition(most: int, snapshot: Snapshot, tmp_path: Path) -> None:
    file = write_rule(tmp_path / "acme.py", "acme-rule", "raise ValueError(vm.name)")
    with Judging(plan_for(snapshot, file, most)) as judging:
        for partition in snapshot.manifest.partitions:
            if most == 2:
                assert len(load_answer(judging.answer(partition))[0]) == 2
                continue
            with pytest.raises(OverBudgetError, match=f"^it failed on more than {most} resources of one"):
                judging.answer(partition)


def resources(*ids: str) -> list[Resource]:
    return [Resource(SCHEMA, (id_,)) for id_ in ids]


def test_a_digest_tells_other_resources_and_another_order_apart() -> None:
    lists = [("a", "b"), ("b", "a"), ("a",), ("ab",), (), ("a", "b", "c"), ("\ud800",)]

    assert len({digest_of(resources(*ids)) for ids in lists}) == len(lists)


def test_each_verdict_is_said_once_and_comes_back_as_it_was() -> None:
    evidence: dict[str, Json] = {"ü": [1, 2.5, None, True, {"deep": "x" * 1000}]}
    bad = Verdict("violation", "is bad", None, evidence, (Violation("is bad", "note", evidence, "a"),))
    given = [COMPLIANT, bad, COMPLIANT, Verdict("not-evaluable", "why", "absent"), bad]
    builder = AnswerBuilder()
    builder.add("first", given[:2])
    builder.add("second", given[2:])
    said, batches = load_answer(builder.dump())

    assert [said[place] for batch in batches for place in batch.verdicts] == given
    assert [batch.digest for batch in batches] == ["first", "second"]
    assert len(said) == 3
    assert said[0] is COMPLIANT


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff",
        b'{"said":[],"batches":[["d",[0]]]}',
        b'{"said":[],"batches":[["d",[-1]]]}',
        b'{"said":[["compliant"]],"batches":[]}',
        b'{"said":[["compliant",1,null,{},[]]],"batches":[]}',
        b'{"said":[["violation","",null,{},[["x"]]]],"batches":[]}',
    ],
)
def test_an_answer_that_cannot_be_read_fails_and_is_no_other_verdict(content: bytes, tmp_path: Path) -> None:
    answers = Answers(tmp_path / "answers")
    answers.keep("p", b"before")
    answers.keep("q", content)
    (verdict,) = answers.reply("q").verdicts(resources("a"))

    assert verdict == Verdict("not-evaluable", "the process of the rule gave an answer that cannot be read", "failed")


@pytest.mark.parametrize(
    "said",
    [
        '["violation","m",null,{},[]]',
        '["compliant","m","failed",{},[]]',
        '["fine","",null,{},[]]',
        '["not-evaluable","m",null,{},[]]',
        '["violation","m",null,{},[["m","bad",{},""]]]',
        '["violation","m",null,{},[["m","note",{},""],["m","note",{},""]]]',
    ],
)
def test_a_verdict_that_no_rule_may_give_is_accepted_from_no_process(said: str) -> None:
    (verdict,), _ = load_answer(f'{{"said":[{said}],"batches":[]}}'.encode())

    assert (verdict.outcome, verdict.cause) == ("not-evaluable", "failed")
    assert verdict.message.startswith("the rule gave no verdict but ")


def test_a_partition_that_was_never_answered_fails(tmp_path: Path) -> None:
    (verdict,) = Answers(tmp_path / "answers").reply("p").verdicts(resources("a"))

    assert verdict.cause == "failed"


def test_frames_come_out_as_they_went_in_until_something_makes_no_sense(tmp_path: Path) -> None:
    frames = [Frame(Kind.READY), Frame(Kind.ANSWER, b"x" * 3_000_000), Frame(Kind.ENDED, b"why")]
    file = tmp_path / "frames"
    with file.open("wb") as writing:
        for frame in frames:
            send(writing.fileno(), frame)
    for more in (b"", b"?", b"?" + bytes(8), b"A" + b"\xff" * 8, b"A" + bytes(7) + b"\x05xxxx"):
        (tmp_path / "more").write_bytes(file.read_bytes() + more)
        with (tmp_path / "more").open("rb") as reading:
            assert list(receive(reading.fileno())) == frames
