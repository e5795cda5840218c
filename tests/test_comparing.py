"""What becomes of violations from one night to another, and when it is not believed."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pytest

from tenantlint.comparing.comparison import Comparison, Earlier
from tenantlint.model import Outcome
from tenantlint.nights.night import Found, Told, finding_key
from tenantlint.nights.seen import Seen

HERE = "0" * 8


def told(number: int, outcome: Outcome = "violation", subscription: str = HERE) -> Told:
    resource = f"/subscriptions/{subscription}/vm{number}"
    found = (Found(finding_key("r", resource, ""), "error", "is bad", {}),) if outcome == "violation" else ()
    return Told("r", resource, f"vm{number}", subscription, outcome, found=found)


@dataclass
class Remembered:
    """A night that a test spells out."""

    told: Sequence[Told]
    ended: frozenset[bytes] = frozenset()
    rules: frozenset[str] = frozenset({"r"})
    name: str = "then"
    at: None = None
    tenant: tuple[str, str] = ("", "")
    settings: None = None
    reach: None = None
    remembered: Seen = field(default_factory=Seen)
    incomplete: bool = False
    unread: int = 0
    unseen: set[str] = field(default_factory=set)

    def verdicts(self) -> Sequence[Told]:
        return self.told

    def gap(self, told: Told) -> str | None:
        return "it was not read" if told.subscription in self.unseen else None

    def doubt(self, told: Told) -> None:
        del told


def states(then: Iterable[Told], now: Iterable[Told], unseen: Iterable[str] = ()) -> Counter[str]:
    night = Remembered(list(now), unseen=set(unseen))
    comparison = Comparison(Earlier.read(Remembered(list(then))))
    changes = [change for each in night.verdicts() for change in comparison.look_at(each)]
    changes += comparison.rest(night.rules, night.gap)
    return Counter(change.state for change in changes)


@pytest.mark.parametrize(("lost", "state"), [(9, "fixed"), (10, "no-longer-known")])
def test_a_rule_that_suddenly_concerns_far_fewer_resources_fixes_nothing(lost: int, state: str) -> None:
    then = [told(number) for number in range(lost)] + [told(99, "compliant")]
    now = [told(number, "not-applicable") for number in range(lost)] + [told(99, "compliant")]

    assert states(then, now) == {state: lost}


def test_what_was_judged_and_found_compliant_is_fixed_however_much_it_is() -> None:
    assert states([told(number) for number in range(50)], [told(number, "compliant") for number in range(50)]) == {
        "fixed": 50
    }


def test_what_few_subscriptions_lose_each_is_missed_in_all_together() -> None:
    then = [told(number, subscription=f"s{place}") for place in range(20) for number in range(9)]

    assert states(then, []) == {"no-longer-known": 180}
    assert states(then, [each._replace(outcome="not-applicable", found=()) for each in then]) == {
        "no-longer-known": 180
    }
    assert states(then, then[:-9]) == {"unchanged": 171, "gone": 9}


def test_subscriptions_that_are_not_seen_are_no_loss_to_the_others() -> None:
    then = [told(number, subscription=f"s{place}") for place in range(20) for number in range(9)]
    unseen = [f"s{place}" for place in range(1, 20)]

    assert states(then, [], unseen) == {"no-longer-known": 171, "gone": 9}


def test_a_violation_that_had_ended_is_reopened() -> None:
    earlier = Earlier.read(Remembered([], ended=frozenset({told(1).found[0].key})))
    comparison = Comparison(earlier)

    assert [change.state for each in (told(1), told(2)) for change in comparison.look_at(each)] == ["reopened", "new"]
