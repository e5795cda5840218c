"""Which subscriptions are proven to be deleted: those that a complete list of the same scope had, and has no more."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from tenantlint.coverage import Coverage, Unread
from tenantlint.manifest import StoredTable
from tenantlint.nights.reach import Reach, deleted, reach_of
from tests.judgements import scan

CORP = {"management_groups": ("corp",)}


def reach(*there: str, scope: Mapping[str, Sequence[str]] = CORP, unread: tuple[Unread, ...] = ()) -> Reach:
    """Return how far a scan reached that read the subscriptions that are `there`, but for what was `unread`."""
    listed = {"subscriptions": StoredTable("", "", None)}
    coverage = Coverage(frozenset(there) - {entry.subscription for entry in unread}, unread)
    return reach_of(replace(scan().manifest, scope=scope, tables=listed, coverage=coverage), there)


def test_what_is_listed_no_more_is_deleted() -> None:
    assert deleted(reach("s1", "s2"), reach("s1"), ["", "s1", "s2"]) == {"s2"}


def test_scopes_are_compared_in_any_order_and_case() -> None:
    then, now = ({"management_groups": names, "excluded": ()} for names in (("a", "B"), ("b", "A")))
    assert deleted(reach("s1", "s2", scope=then), reach("s1", scope=now), ["s2"]) == {"s2"}


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (None, reach("s1")),
        (reach("s1", "s2"), None),
        (reach("s1", "s2"), reach("s1", scope={"management_groups": ("corp", "sandbox")})),
        (reach("s1", "s2", scope={"subscriptions": ("s1", "s2")}), reach("s1", scope={"subscriptions": ("s1", "s2")})),
        (reach("s1", "s2"), reach("s1", unread=(Unread("throttled", table="resources"),))),
        (reach("s1", "s2"), reach("s1", "s2", unread=(Unread("no permission", "s2"),))),
        (reach("s1", "s2", scope={"excluded": ("S2",)}), reach("s1", scope={"excluded": ("S2",)})),
        (reach("s1", "s2")._replace(listed=frozenset(["s1"])), reach("s1")),
    ],
    ids=["unknown", "unknown now", "wider", "named", "unread", "hidden", "excluded", "of an older scope"],
)
def test_anything_else_proves_nothing(before: Reach | None, now: Reach | None) -> None:
    assert deleted(before, now, ["s2"]) == frozenset()


def test_without_a_table_of_subscriptions_there_is_no_list() -> None:
    assert reach_of(scan().manifest, ["s1"]).listed is None


def test_what_was_not_listed_then_is_not_missed_then() -> None:
    assert deleted(reach("s1")._replace(listed=None), reach("s1"), ["s2"]) == {"s2"}
