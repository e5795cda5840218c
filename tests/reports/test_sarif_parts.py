"""How an archive is shared among runs: as few as may be, none too large, each verdict in the part of last night."""

import hashlib
from collections.abc import Iterable, Iterator

import pytest

from tenantlint.reports.sarif_parts import Parts

LIMIT = 20


@pytest.fixture(autouse=True)
def _small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenantlint.reports.sarif_parts.RESULTS_PER_RUN", LIMIT)


def digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:32]


def parts_of(names: Iterable[str], size: int = 1) -> Parts:
    parts = Parts()
    for name in names:
        parts.add(digest(name), digest(name), "pass", name.encode() * size)
    return parts


def shared(parts: Parts) -> list[list[bytes]]:
    return list(parts.shared(parts.count()))


def names(count: int) -> Iterator[str]:
    return (f"vm-{number:04}" for number in range(count))


@pytest.mark.parametrize("count", [0, 1, LIMIT])
def test_what_fits_is_one_part_in_the_order_in_which_it_came(count: int) -> None:
    assert shared(parts_of(names(count))) == [[name.encode() for name in names(count)]]


def test_what_does_not_is_shared_among_a_power_of_two_of_parts_each_in_order() -> None:
    found = shared(parts_of(names(500)))

    assert len(found) in (32, 64)
    assert max(map(len, found)) <= LIMIT
    assert sorted(line for part in found for line in part) == [name.encode() for name in names(500)]
    assert all(part == sorted(part) for part in found)


def test_a_part_may_be_empty() -> None:
    parts = parts_of(names(3))

    assert sum(map(len, parts.shared(256))) == 3
    assert len(list(parts.shared(256))) == 256


def test_results_stay_in_their_parts_when_some_more_come() -> None:
    before, after = shared(parts_of(names(500))), shared(parts_of([*names(500), "one more"]))

    assert len(before) == len(after)
    assert [set(part) for part in before] == [set(part) - {b"one more"} for part in after]


def test_bytes_count_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenantlint.reports.sarif_parts.BYTES_PER_RUN", 1_000)
    found = shared(parts_of(names(LIMIT), size=100))

    assert len(found) > 1
    assert max(sum(map(len, part)) for part in found) <= 1_000


def test_what_belongs_together_is_not_parted_even_where_it_is_too_much() -> None:
    parts = Parts()
    for number in range(3 * LIMIT):
        parts.add(digest("one"), digest(f"p{number}"), "fail", b"%d" % number)

    assert shared(parts) == [[b"%d" % number for number in range(3 * LIMIT)]]


def test_of_what_came_twice_the_worst_is_kept_where_it_was() -> None:
    parts = Parts()
    for kind, name in (("pass", "a"), ("open", "b"), ("fail", "a"), ("notApplicable", "b")):
        parts.add(digest(name), digest(name), kind, f"{name} {kind}".encode())

    assert sorted(line for part in shared(parts) for line in part) == [b"a fail", b"b open"]
