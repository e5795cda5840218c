"""Categories: one a subscription, split by topic and then by rule where GitHub takes no more, and emptied after use."""

import hashlib
from collections import Counter
from dataclasses import replace

import pytest

from tenantlint.reports.sarif_categories import Plan, categories_of, category, plan, topic_key
from tenantlint.reports.sarif_demands import RESULTS_PER_RUN
from tests.judgements import owner

RULES = [
    replace(owner, id="a1", topic="disks"),
    replace(owner, id="a2", topic="disks"),
    replace(owner, id="b1", topic="Key vaults & more"),
    replace(owner, id="c1"),
]
S = "tenantlint/s1"
TOPICS = {
    "a1": f"{S}/topic/disks",
    "a2": f"{S}/topic/disks",
    "b1": f"{S}/topic/key-vaults-more",
    "c1": f"{S}/topic/other",
}


def test_a_subscription_is_a_category_and_what_is_in_none_that_of_the_tenant() -> None:
    assert (category("s1", "t1"), category("", "t1")) == (S, "tenantlint/tenant-t1")


@pytest.mark.parametrize(("topic", "key"), {"Key vaults & more": "key-vaults-more", "": "other", "/x/": "x"}.items())
def test_a_topic_is_named_so_that_it_stays_one_part_of_the_category(topic: str, key: str) -> None:
    assert topic_key(replace(owner, topic=topic)) == key


def test_up_to_what_github_keeps_a_subscription_is_one_category() -> None:
    assert plan(S, {"a1": 2000, "b1": 499}, RULES, None) == Plan(dict.fromkeys(TOPICS, S), ())
    assert plan(S, {"a1": 5000}, RULES, ()) == Plan(dict.fromkeys(TOPICS, S), ())


def test_above_it_each_topic_is_one_and_that_of_the_subscription_is_emptied() -> None:
    assert plan(S, {"a1": 2000, "a2": 2000, "b1": 1001}, RULES, ()) == Plan(TOPICS, (S,))


def test_a_topic_with_too_many_is_split_by_rule() -> None:
    found = plan(S, {"a1": 5001, "a2": 1, "b1": 1}, RULES, ())

    assert found.by_rule == {**TOPICS, "a1": f"{S}/rule/a1", "a2": f"{S}/rule/a2"}
    assert found.emptied == (S, f"{S}/rule/a1", f"{S}/topic/disks")


@pytest.mark.parametrize(("count", "of"), [(5_000, 1), (5_001, 2), (8_000, 2), (8_001, 4), (256_000, 64), (10**7, 64)])
def test_a_rule_with_too_many_is_split_into_a_power_of_two(count: int, of: int) -> None:
    found = plan(S, {"a1": count, "b1": 1}, RULES, ())
    whole = f"{S}/rule/a1"

    parts = {f"{whole}/{number}-of-{of}" for number in range(1, of + 1)}
    assert {name for name in found.used if "/a1" in name} == (parts if of > 1 else {whole} if count == 5_001 else set())
    assert (whole in found.emptied) == (of > 1)
    assert {found.category("a1", f"{start:04x}{'f' * 28}") for start in range(0, 65_536, 512)} <= found.used


@pytest.mark.parametrize("count", [5_001, 8_000, 8_001, 16_000, 60_000])
def test_no_part_gets_more_than_github_keeps(count: int) -> None:
    found = plan(S, {"a1": count}, RULES, ())
    shared = Counter(found.category("a1", hashlib.sha256(str(n).encode()).hexdigest()) for n in range(count))

    assert shared.keys() == {name for name in found.used if "-of-" in name}
    assert max(shared.values()) <= RESULTS_PER_RUN


def test_what_a_rule_was_split_into_is_emptied_when_it_is_split_otherwise() -> None:
    before = categories_of({"s1": {"a1": 6_000}}, RULES, "t1")
    now = plan(S, {"a1": 9_000}, RULES, before)

    assert {f"{S}/rule/a1/1-of-2", f"{S}/rule/a1/2-of-2"} <= before.keys()
    assert {f"{S}/rule/a1/1-of-2", f"{S}/rule/a1/2-of-2"} <= set(now.emptied)
    unsplit = plan(S, {"a1": 3_000}, RULES, None).emptied
    assert {f"{S}/rule/a1/1-of-2", f"{S}/rule/a1/2-of-2"} <= set(unsplit)


def test_what_the_baseline_used_and_nothing_is_put_in_now_is_emptied() -> None:
    assert plan(S, {"a1": 1}, RULES, (S, f"{S}/topic/disks", f"{S}/rule/gone")).emptied == (
        f"{S}/rule/gone",
        f"{S}/topic/disks",
    )


def test_without_a_baseline_what_may_have_been_used_is_emptied_as_long_as_there_are_many() -> None:
    found = plan(S, {"a1": 2500}, RULES, None)

    assert set(found.emptied) == {*TOPICS.values(), f"{S}/rule/a1", f"{S}/rule/a2"}


def test_a_baseline_that_was_uploaded_had_the_categories_of_its_violations() -> None:
    counts = {"s1": {"a1": 5001}, "s2": {}, "": {"c1": 1}}

    assert categories_of(counts, RULES, "t1") == {
        **dict.fromkeys((S, f"{S}/rule/a1", f"{S}/rule/a1/1-of-2", f"{S}/rule/a1/2-of-2", *TOPICS.values()), "s1"),
        "tenantlint/s2": "s2",
        "tenantlint/tenant-t1": "",
    }


def test_names_stay_apart_where_all_that_is_no_letter_counts_the_same() -> None:
    found = plan(S, {"a1": 5001, "b1": 5001}, [*RULES, replace(owner, id="disks", topic="x")], ())

    names = {name.replace("-", "_").replace("/", "_") for name in found.by_rule.values()}
    assert len(names) == len(set(found.by_rule.values()))
