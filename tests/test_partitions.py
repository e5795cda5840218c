"""Partitions: every row in exactly one, together with all rows of the same owner."""

from collections import defaultdict

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenantlint.partitions import Share, plan, shares_sql, slice_sql, subscription_sql
from tenantlint.sql import identifier, literal

SUBSCRIPTIONS = st.dictionaries(st.text("abc'\"\0é-1", max_size=4), st.integers(1, 60), max_size=12)


@given(SUBSCRIPTIONS, st.integers(1, 40))
@settings(deadline=None, max_examples=200)
def test_every_slice_of_every_subscription_is_in_exactly_one_partition(rows: dict[str, int], target: int) -> None:
    shares = plan(rows, target)
    slices = defaultdict(list)
    for share in shares:
        slices[share.subscription].append((share.index, share.of))

    assert slices.keys() == rows.keys()
    for found in slices.values():
        of = found[0][1]
        assert sorted(found) == [(index, of) for index in range(of)]


@given(SUBSCRIPTIONS, st.integers(1, 40))
@settings(deadline=None, max_examples=200)
def test_a_partition_is_about_as_large_as_it_should_be(rows: dict[str, int], target: int) -> None:
    whole: dict[str, int] = defaultdict(int)
    sliced: dict[str, int] = defaultdict(int)
    for share in plan(rows, target):
        if share.of == 1:
            whole[share.partition] += rows[share.subscription]
        else:
            sliced[share.partition] += 1
            assert (share.of - 1) * target < rows[share.subscription] <= share.of * target

    assert all(count <= target for count in whole.values())
    assert all(count == 1 for count in sliced.values())
    assert not whole.keys() & sliced.keys()


@given(SUBSCRIPTIONS, st.integers(1, 40))
@settings(deadline=None, max_examples=100)
def test_the_plan_is_the_same_whatever_order_the_rows_came_in(rows: dict[str, int], target: int) -> None:
    shares = plan(rows, target)

    assert plan(dict(reversed(rows.items())), target) == shares
    assert list(dict.fromkeys(share.partition for share in shares)) == sorted({share.partition for share in shares})


def test_small_subscriptions_share_and_large_ones_are_sliced() -> None:
    assert plan({"b": 6, "a": 4, "c": 25, "d": 1, "e": 9, "f": 1}, 10) == [
        Share("p00000", "a"),
        Share("p00000", "b"),
        Share("p00001", "c", 0, 3),
        Share("p00002", "c", 1, 3),
        Share("p00003", "c", 2, 3),
        Share("p00004", "d"),
        Share("p00004", "e"),
        Share("p00005", "f"),
    ]
    assert plan({}, 10) == []


def answer(sql: str, id_: object, owner: object = None) -> object:
    """Evaluate *sql* for one row whose columns `id` and `it's "owner"` are JSON."""
    columns = {"id": id_, 'it\'s "owner"': owner}
    cells = ", ".join(f"CAST({literal(str(cell))} AS JSON) AS {identifier(name)}" for name, cell in columns.items())
    return duckdb.execute(f"SELECT {sql} FROM (SELECT {cells}) AS row").fetchall()[0][0]  # noqa: S608 - quoted above


@pytest.mark.parametrize(
    ("owner", "subscription"),
    [
        ('"/subscriptions/S1/resourceGroups/g"', "s1"),
        ('"/SUBSCRIPTIONS/s1"', "s1"),
        ('"/subscriptions/"', ""),
        ('"/subscriptionsx/s1"', ""),
        ('"/providers/x"', ""),
        ('"text"', ""),
        ("5", ""),
        ('{"a": "/subscriptions/s1"}', ""),
        ('"/subscriptions/%/x"', "%"),
        ('""', "own"),
        ("null", "own"),
    ],
)
def test_a_row_belongs_to_its_owner_s_subscription_and_without_an_owner_to_its_own(
    owner: str, subscription: str
) -> None:
    assert answer(subscription_sql('it\'s "owner"'), '"/subscriptions/OWN/x"', owner) == subscription


def test_a_row_without_any_id_belongs_to_no_subscription_and_is_not_lost() -> None:
    assert answer(subscription_sql("id"), "null") == ""
    assert answer(slice_sql("id"), "null") is not None


def test_a_slice_is_the_same_for_every_spelling_of_the_owner_and_on_every_machine() -> None:
    assert answer(slice_sql("id"), '"/subscriptions/S1/VM-a"') == answer(slice_sql("id"), '"/subscriptions/s1/vm-A"')
    assert answer(slice_sql("id"), '"/subscriptions/s1/vm-a"') == 3_661_091_663


@pytest.mark.parametrize("shares", [[], plan({"it's": 3, '"': 1}, 2)])
def test_shares_are_a_relation_of_their_own(shares: list[Share]) -> None:
    found = duckdb.execute(f"SELECT * FROM {shares_sql(shares)} WHERE partition IS NOT NULL").fetchall()  # noqa: S608 - quoted

    assert found == [(share.partition, share.subscription, share.index, share.of) for share in shares]
