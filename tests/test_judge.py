"""A verdict is taken as it is; whatever else a rule does is recorded as a failure of the rule."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tenantlint import Resource, Verdict, Violation
from tenantlint.model import COMPLIANT
from tenantlint.results import Problem
from tenantlint.snapshot import Snapshot
from tests.makers import ROWS, TABLES, collect_copy, judge_alike, judge_all, make_rule, write_copy


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("small")
    return collect_copy(write_copy(folder / "copy", {"Resources": ROWS}), TABLES, folder / "snapshot", 3)


class MuteError(Exception):
    """An error that cannot be told."""

    def __str__(self) -> str:
        raise self

    def __repr__(self) -> str:
        raise self


class Rude:
    """A value that answers nothing."""

    def __repr__(self) -> str:
        raise SystemExit(0)

    def __eq__(self, other: object) -> bool:
        raise ValueError

    __hash__ = None  # type: ignore[assignment]  # likewise


class Loud:
    """A value that would write over what else is on the screen."""

    def __repr__(self) -> str:
        return "\x1b[2J\n\u202eenif"


def raising(error: Callable[[], BaseException]) -> Callable[..., Any]:
    """Return a judge that raises; the error is made anew, since one that was raised keeps hold of what it passed."""

    def judge(*_: object) -> Verdict:
        raise error()

    return judge


def said(outcome: object, **odd: object) -> Verdict:
    """Make a verdict without violations."""
    values: dict[str, Any] = {"outcome": outcome, "message": "why", **odd}
    return Verdict(**values)


def bad(*violations: object, **odd: object) -> Verdict:
    """Make a verdict with violations."""
    return said("violation", violations=violations, **odd)


def violation(**odd: object) -> Violation:
    values: dict[str, Any] = {"message": "is bad", "level": "error", **odd}
    return Violation(**values)


CYCLE: list[Any] = []
CYCLE.append(CYCLE)

RUBBISH: dict[str, object] = {
    "nothing": None,
    "text": "compliant",
    "truth": True,
    "two verdicts": [COMPLIANT, COMPLIANT],
    "a verdict in a tuple": (COMPLIANT,),
    "the class": Verdict,
    "a violation": violation(),
    "something rude": Rude(),
    "something loud": Loud(),
    "an outcome that does not exist": said("fine"),
    "an outcome of another type": said(["compliant"]),
    "a rude outcome": said(Rude()),
    "a violation without one": bad(),
    "violations of something compliant": said("compliant", violations=(violation(),)),
    "violations of something not evaluable": said("not-evaluable", cause="absent", violations=(violation(),)),
    "compliant with a cause": said("compliant", cause="absent"),
    "compliant with a cause and evidence": said("compliant", cause="absent", evidence={"a": 1}),
    "a violation with a cause": bad(violation(), cause="absent"),
    "not evaluable without a cause": said("not-evaluable"),
    "a cause that does not exist": said("not-evaluable", cause="lost"),
    "a cause that does not exist, with evidence": said("not-evaluable", cause="lost", evidence={"a": 1}),
    "an empty cause": said("not-evaluable", cause=""),
    "two violations with one part": bad(violation(part="weu"), violation(part="weu", message="is worse")),
    "two violations without a part": bad(violation(), violation(message="is worse", level="note")),
    "violations that are none": bad("is bad"),
    "violations that can be told only once": said("violation", violations=iter([violation()])),
    "violations that cannot be iterated over": said("violation", violations=7),
    "falsy violations of something compliant": said("compliant", violations=0),
    "no violations of something compliant": said("compliant", violations=None),
    "a part of another type": bad(violation(part=7)),
    "a part that cannot be hashed": bad(violation(part=["weu"])),
    "a part that is half a character": bad(violation(part="\ud800")),
    "a level that does not exist": bad(violation(level="critical")),
    "a level in another case": bad(violation(level="Error")),
    "no level": bad(violation(level=None)),
    "a message of another type": said("not-applicable", message=7),
    "a message of bytes": said("not-applicable", message=b"why"),
    "no message": said("not-applicable", message=None),
    "a violation without a message": bad(violation(message=None)),
    "half a character": said("not-applicable", message="\ud800"),
    "half a character in a violation": bad(violation(message="\udfff")),
    "half a character in evidence": bad(violation(evidence={"name": "\ud800"})),
    "no evidence": bad(violation(evidence=None)),
    "no evidence of something compliant": said("compliant", evidence=None),
    "evidence that is a list": bad(violation(evidence=[("a", 1)])),
    "evidence that is an empty list": said("compliant", evidence=[]),
    "evidence that is empty text": said("not-evaluable", cause="absent", evidence=""),
    "evidence that is no JSON": bad(violation(evidence={"a": {1, 2}})),
    "evidence with an object": bad(violation(evidence={"a": object()})),
    "evidence by number": bad(violation(evidence={1: "a"})),
    "evidence that holds itself": bad(violation(evidence={"a": CYCLE})),
    "evidence that is too large a number": bad(violation(evidence={"a": 2**70})),
    "evidence of the verdict that is no JSON": said("not-evaluable", cause="absent", evidence={"a": b"x"}),
    "evidence of one of two that is no JSON": bad(violation(part="a"), violation(part="b", evidence={"a": b"x"})),
}


@pytest.mark.parametrize("returned", RUBBISH.values(), ids=RUBBISH)
def test_a_rule_that_gives_no_verdict_is_recorded_as_failed(returned: object, snapshot: Snapshot) -> None:
    summary, verdict = judge_alike(snapshot, lambda *_: returned)

    assert (verdict.outcome, verdict.cause, verdict.violations, verdict.evidence) == ("not-evaluable", "failed", (), {})
    assert verdict.message.startswith(("the rule gave no verdict but ", "the rule broke: "))
    assert verdict.message.isprintable()
    assert summary.tallies["acme-rule"].causes == {"failed": 9}
    message = "9 resources could not be judged because something broke"
    assert summary.problems == [Problem("failed", message, "acme-rule", None)]
    assert summary.incomplete


def test_a_rule_that_yields_gives_no_verdict(snapshot: Snapshot) -> None:
    def judge(resource: Resource, _: object) -> Iterator[Verdict]:
        yield resource.compliant()
        yield resource.compliant()

    _, judgements = judge_all(snapshot, [make_rule(judge)])

    assert {judgement.verdict.cause for judgement in judgements} == {"failed"}
    assert judgements[0].verdict.message.startswith("the rule gave no verdict but <generator object ")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (lambda: ValueError("bad\n\nluck"), "ValueError: bad luck"),
        (lambda: KeyError("x"), "KeyError: 'x'"),
        (ValueError, "ValueError:"),
        (lambda: ValueError("\ud800\u202e\x1b[2J"), "ValueError: \ufffd\ufffd\ufffd[2J"),
        (lambda: ValueError("x" * 10_000), "ValueError: xxx"),
        (lambda: SystemExit(0), "SystemExit: 0"),
        (MemoryError, "MemoryError:"),
        (lambda: StopIteration("x"), "StopIteration: x"),
        (lambda: AssertionError("never"), "AssertionError: never"),
        (MuteError, "MuteError: it cannot say what"),
    ],
)
def test_a_rule_that_raises_is_recorded_as_failed(
    error: Callable[[], BaseException], told: str, snapshot: Snapshot
) -> None:
    summary, verdict = judge_alike(snapshot, raising(error))

    assert verdict.cause == "failed"
    assert verdict.message.startswith(f"the rule broke: {told}")
    assert verdict.message.isprintable()
    assert len(verdict.message) < 300
    assert summary.incomplete


def test_a_rule_without_end_is_recorded_as_failed(snapshot: Snapshot) -> None:
    def judge(resource: Resource, ctx: object) -> Verdict:
        return judge(resource, ctx)

    assert judge_alike(snapshot, judge)[1].message.startswith("the rule broke: RecursionError")


def test_interrupting_is_not_a_verdict(snapshot: Snapshot) -> None:
    with pytest.raises(KeyboardInterrupt):
        judge_all(snapshot, [make_rule(raising(KeyboardInterrupt))])


@pytest.mark.parametrize(
    "verdict",
    [
        COMPLIANT,
        Verdict("compliant"),
        Verdict("not-applicable", "is none"),
        Verdict("not-applicable", "ist keine Maschine: für später"),
        Verdict("not-evaluable", "why", "unobservable", {"a": [1, {"b": None}]}),
        Verdict("not-evaluable", "why", "absent"),
        Verdict("not-evaluable", "why", "unread"),
        bad(violation(), evidence={"path": "value", "n": 1.5, "t": True, "x": None}),
        bad(violation(level="note", evidence={"a": 1}, part="weu"), violation(part="neu")),
    ],
)
def test_a_sound_verdict_is_taken_as_it_is(verdict: Verdict, snapshot: Snapshot) -> None:
    summary, taken = judge_alike(snapshot, lambda *_: verdict)

    assert taken is verdict
    assert summary.incomplete is (verdict.cause == "unread")
