"""Sorting on disk gives what sorting in memory would, with few files open and none left open."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenantlint.reports.spill import RUNS_AT_ONCE, SpillSort

TEXT = st.binary(max_size=6).map(lambda value: value.replace(b"\t", b" ").replace(b"\n", b" "))
LINES = st.lists(st.tuples(TEXT, TEXT), max_size=40)


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@settings(deadline=None, max_examples=60)
@given(lines=LINES, in_memory=st.integers(1, 50))
def test_lines_come_back_sorted_by_key_as_often_as_they_are_asked_for(
    lines: list[tuple[bytes, bytes]], in_memory: int
) -> None:
    spill = SpillSort(in_memory)
    for key, line in lines:
        spill.add(key, line)

    assert list(spill) == sorted(lines)
    assert list(spill) == sorted(lines)
    spill.close()


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="open files are counted where Linux shows them")
def test_many_more_lines_than_memory_holds_need_few_files_and_closing_gives_them_back() -> None:
    before = open_files()
    spill = SpillSort(1)
    lines = [(b"%03d" % (number * 7 % 200), b"line") for number in range(200)]
    most = 0
    for key, line in lines:
        spill.add(key, line)
        most = max(most, open_files() - before)

    assert list(spill) == sorted(lines)
    assert 1 < most <= RUNS_AT_ONCE
    spill.close()
    assert (open_files(), list(spill)) == (before, [])


def test_part_of_an_iteration_does_not_disturb_the_next() -> None:
    spill = SpillSort(2)
    for key in (b"c", b"a", b"b", b"d", b"e"):
        spill.add(key, b"")

    assert next(iter(spill)) == (b"a", b"")
    assert [key for key, _ in spill] == [b"a", b"b", b"c", b"d", b"e"]
    spill.close()
