"""Limits that the documentation changed over the years."""

import doctest

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenantlint import Dated, Document, InForce, dated

DISKS = Dated({"2026-01": 32, "2015-10": 16})
MONTHS = st.builds("{:04}-{:02}".format, st.integers(2015, 2026), st.integers(1, 12))
HISTORIES = st.dictionaries(MONTHS, st.integers(1, 5), min_size=1, max_size=6)


@pytest.mark.parametrize(
    ("edition", "expected"),
    [
        (None, InForce(32, "2026-01", 16, "2015-10")),
        ("2026-02", InForce(32, "2026-01", 16, "2015-10")),
        ("2026-01", InForce(32, "2026-01", 16, "2015-10")),
        ("2025-12", InForce(16, "2015-10")),
        ("2015-10", InForce(16, "2015-10")),
        ("2001-01", InForce(16, "2015-10")),
    ],
)
def test_a_limit_as_an_edition_states_it(edition: str | None, expected: InForce[int]) -> None:
    assert DISKS.at(edition) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([16], InForce(16, "2015-01")),
        ([32, 16], InForce(16, "2015-02")),
        ([16, 16], InForce(16, "2015-02")),
        ([16, 16, 32], InForce(32, "2015-03", 16, "2015-02")),
        ([16, 64, 32], InForce(32, "2015-03", 16, "2015-01")),
        ([10, 30, 5, 20], InForce(20, "2015-04", 5, "2015-03")),
        ([16, 20, 40, 18], InForce(18, "2015-04", 16, "2015-01")),
        ([0.5, 1.5], InForce(1.5, "2015-02", 0.5, "2015-01")),
    ],
)
def test_the_stricter_limit_is_the_latest_smaller_one_that_was_ever_stated(
    values: list[float], expected: InForce[float]
) -> None:
    history = {f"2015-{month:02}": value for month, value in enumerate(values, start=1)}

    assert Dated(history).at() == expected


def test_of_two_documents_of_one_month_the_later_counts_as_in_a_history() -> None:
    early, late = (Document(day, f"2026-01-{day}", "https://acme.example/a") for day in ("03", "28"))

    found = Dated({late: 32, early: 16}).at("2026-01")
    assert (found.value, found.document, found.stricter_document) == (32, late, early)


@settings(deadline=None, max_examples=200, database=None)
@given(HISTORIES, st.none() | MONTHS)
def test_any_history_in_any_edition(history: dict[str, int], edition: str | None) -> None:
    found = Dated(history).at(edition)
    stated = [month for month in sorted(history) if edition is None or month <= edition] or [min(history)]
    smaller = [month for month in stated if history[month] < found.value]

    assert (found.since, found.value) == (stated[-1], history[stated[-1]])
    assert found.stricter == (history[smaller[-1]] if smaller else None)
    assert found.stricter_since == (smaller[-1] if smaller else "")


def test_the_history_is_in_order_and_the_given_one_untouched() -> None:
    given_history = {"2026-01": 32, "2015-10": 16}

    assert Dated(given_history).history == (("2015-10", 16), ("2026-01", 32))
    assert list(given_history) == ["2026-01", "2015-10"]


def test_a_limit_that_no_edition_states_is_an_error() -> None:
    with pytest.raises(ValueError, match="at least one month"):
        Dated({})


def test_the_example_in_the_documentation_of_the_class() -> None:
    assert doctest.testmod(dated) == doctest.TestResults(failed=0, attempted=2)
