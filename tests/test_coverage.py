"""Coverage: what may be missing is said with its reason, for the tables and the subscription in question."""

import pytest

from tenantlint.coverage import Coverage, Unread

NO_ACCESS = Unread("no access", "s2")
NO_TABLE = Unread("not in this cloud", table="SecurityResources")
THROTTLED = Unread("throttled", "s1", "PolicyResources")
COVERAGE = Coverage(frozenset({"s1", "s3"}), (NO_ACCESS, NO_TABLE, THROTTLED))


@pytest.mark.parametrize(
    ("tables", "subscription", "gap"),
    [
        (("resources",), "s1", None),
        (("resources",), "s3", None),
        (("resources",), "", None),
        (("resources",), "s2", "subscription s2 was not read: no access"),
        (("resources",), None, "subscription s2 was not read: no access"),
        (("resources",), "s4", "subscription s4 was not read"),
        ((), "s4", "subscription s4 was not read"),
        ((), "s1", None),
        (("securityresources",), "s1", "table 'SecurityResources' was not read: not in this cloud"),
        (("resources", "securityresources"), "s3", "table 'SecurityResources' was not read: not in this cloud"),
        (("policyresources",), "s1", "table 'PolicyResources' of subscription s1 was not read: throttled"),
        (("policyresources",), "s3", None),
        (("PolicyResources",), "s1", "table 'PolicyResources' of subscription s1 was not read: throttled"),
        (("securityresources",), "", "table 'SecurityResources' was not read: not in this cloud"),
    ],
)
def test_a_gap_is_told_where_rows_may_be_missing_and_nowhere_else(
    tables: tuple[str, ...], subscription: str | None, gap: str | None
) -> None:
    assert COVERAGE.gap(tables, subscription) == gap


def test_a_gap_anywhere_counts_for_the_tenant() -> None:
    assert Coverage(frozenset({"s1"})).gap(("resources",), None) is None
    assert Coverage(frozenset(), (THROTTLED,)).gap(("policyresources",), None) == str(THROTTLED)
    assert Coverage(frozenset(), (THROTTLED,)).gap(("resources",), None) is None


def test_nothing_read_is_no_coverage() -> None:
    assert Coverage(frozenset()).gap(("resources",), "s1") == "subscription s1 was not read"


def test_what_was_asked_for_and_what_was_read_follow_from_what_was_not() -> None:
    coverage = Coverage(frozenset({"s1", "s2", "s3"}), (Unread("hidden", "s4"), Unread("timed out", "s2", "Resources")))

    assert (coverage.requested, coverage.read) == (frozenset({"s1", "s2", "s3", "s4"}), frozenset({"s1", "s3"}))


def test_nothing_is_read_fully_where_it_is_not_known_what_is_missing() -> None:
    coverage = Coverage(frozenset({"s1"}), (Unread("cut"),))

    assert (coverage.requested, coverage.read) == (frozenset({"s1"}), frozenset())
    assert str(coverage.unread[0]) == "some of the tenant was not read: cut"
