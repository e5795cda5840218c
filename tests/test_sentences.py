"""Findings as sentences: on one line, and each name once."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenantlint import Verdict, Violation
from tenantlint.results import Judgement, Subject
from tenantlint.sentences import name_of, sentence, visible_prose
from tests.makers import make_rule

RULE = make_rule(lambda vm, _: vm.compliant(), noun="VM")
SUBSCRIPTIONS = {"s1": "Production"}
WEB = Subject("/subscriptions/S1/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/web-1", "web-1", "s1")


def say(
    verdict: Verdict,
    subject: Subject = WEB,
    violation: Violation | None = None,
    subscriptions: Mapping[str, str] = SUBSCRIPTIONS,
) -> str:
    return sentence(Judgement(RULE, subject, verdict), subscriptions, violation)


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (Verdict("violation", "has 33 data disks"), "has 33 data disks"),
        (Verdict("compliant"), "keeps the rule"),
        (Verdict("not-applicable", "is managed by AKS"), "is not concerned: is managed by AKS"),
        (
            Verdict("not-evaluable", "table 'x' was not read: no permission", "unread"),
            "cannot be judged (unread): table 'x' was not read: no permission",
        ),
    ],
)
def test_a_verdict_is_a_sentence_about_the_resource(verdict: Verdict, said: str) -> None:
    assert say(verdict) == f"VM 'web-1' in subscription 'Production' {said}."


def test_one_violation_of_several_has_a_sentence_of_its_own() -> None:
    verdict = Verdict("violation", "first", None, {}, (Violation("first", "error"), Violation("second", "note")))

    assert say(verdict, violation=verdict.violations[1]) == "VM 'web-1' in subscription 'Production' second."


@pytest.mark.parametrize(
    ("subject", "named"),
    [
        (WEB, "VM 'web-1' in subscription 'Production'"),
        (WEB._replace(subscription_id="s2"), "VM 'web-1' in subscription 's2'"),
        (WEB._replace(subscription_id=""), "VM 'web-1'"),
        (Subject("/subscriptions/S1", "Production", "s1"), "VM 'Production'"),
        (Subject("/Subscriptions/s1", "Production", "s1"), "VM 'Production'"),
        (Subject("/subscriptions/s1/resourceGroups/g", "g", "s1"), "VM 'g' in subscription 'Production'"),
    ],
)
def test_resource_and_subscription_are_named_once(subject: Subject, named: str) -> None:
    assert name_of(Judgement(RULE, subject, Verdict("compliant")), SUBSCRIPTIONS) == named


@pytest.mark.parametrize("hostile", ["web\n1", "web\x1b[2J", "web\u202e1", "web\u200b1", "web\ud8001", "w" * 1000])
def test_names_cannot_break_out_of_the_sentence(hostile: str) -> None:
    said = say(Verdict("compliant"), WEB._replace(name=hostile), subscriptions={"s1": hostile})

    assert said.isprintable()
    assert said.startswith("VM 'w")
    assert said.endswith("' keeps the rule.")
    assert len(said) < 600


@pytest.mark.parametrize(
    ("prose", "shown"),
    [
        ("has  33\tdata\ndisks", "has 33 data disks"),
        ("says 'a\u202eb\x07'", "says 'a\ufffdb\ufffd'"),
        ("  ", ""),
        ("x" * 300, "x" * 255 + "…"),
    ],
)
def test_the_rules_own_words_are_on_one_line(prose: str, shown: str) -> None:
    assert visible_prose(prose) == shown


@settings(deadline=None, max_examples=150, database=None)
@given(st.text(st.characters(codec=None)), st.text(st.characters(codec=None)), st.text(st.characters(codec=None)))
def test_any_names_and_any_words_make_one_line_that_can_be_written(name: str, subscription: str, words: str) -> None:
    said = say(Verdict("violation", words), WEB._replace(name=name), subscriptions={"s1": subscription})

    assert len(said.encode().decode().splitlines()) == 1
    assert said.startswith("VM '")
    assert said.endswith(".")
