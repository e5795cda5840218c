"""What has been read of one query, on disk."""

import errno
from collections.abc import Iterator
from pathlib import Path

import pytest

from tenantlint.graph.azure.journal import Journal, KeepingError
from tenantlint.graph.azure.units import Unit

ROWS = [b'{"id":"/a"}', b'{"id":"/b"}']


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "query")


def test_what_is_finished_is_not_open_any_more(journal: Journal) -> None:
    journal.finish(Unit(0), ROWS)

    assert journal.open([Unit(0), Unit(1)]) == [Unit(1)]
    assert list(journal.lines([Unit(0)])) == [b'{"id":"/a"}\n', b'{"id":"/b"}\n']


def test_an_empty_part_is_finished_too(journal: Journal) -> None:
    journal.finish(Unit(0), [])

    assert journal.open([Unit(0)]) == []
    assert list(journal.lines([Unit(0)])) == []


def test_parts_of_parts_are_open_until_each_is_finished(journal: Journal, tmp_path: Path) -> None:
    first, second = Unit(0).split(2)
    journal.split(Unit(0), 2)
    journal.split(second, 3)
    journal.finish(first, ROWS[:1])
    journal.finish(second.split(3)[1], ROWS[1:])

    for again in (journal, Journal(tmp_path / "query")):
        assert again.open([Unit(0)]) == [second.split(3)[0], second.split(3)[2]]
        assert list(again.lines([Unit(0)])) == [row + b"\n" for row in ROWS]


def test_what_was_being_written_is_not_read(journal: Journal, tmp_path: Path) -> None:
    journal.split(Unit(0), 2)
    journal.finish(Unit(0, 2, 0), ROWS[:1])
    for name in ("g0-1-of-2.jsonl.new", "g1-0-of-1.parts.new", "g1-0-of-1.cut.new"):
        (tmp_path / "query" / name).write_bytes(b'{"id":"/ha')

    assert journal.open([Unit(0), Unit(1)]) == [Unit(0, 2, 1), Unit(1)]
    assert journal.cut([Unit(0), Unit(1)]) == []
    assert list(journal.lines([Unit(0), Unit(1)])) == [b'{"id":"/a"}\n']


def test_rows_of_parts_whose_cut_was_lost_are_not_read_twice(journal: Journal, tmp_path: Path) -> None:
    journal.split(Unit(0), 2)
    journal.finish(Unit(0, 2, 0), ROWS[:1])
    (tmp_path / "query" / "g0-0-of-1.parts").unlink()

    assert journal.open([Unit(0)]) == [Unit(0)]
    journal.finish(Unit(0), ROWS)
    assert list(journal.lines([Unit(0)])) == [row + b"\n" for row in ROWS]


def test_the_order_of_rows_is_that_of_the_parts_whoever_was_first(tmp_path: Path) -> None:
    units = Unit(0).split(12)
    forwards, backwards = Journal(tmp_path / "forwards"), Journal(tmp_path / "backwards")
    for journal, order in ((forwards, units), (backwards, units[::-1])):
        journal.split(Unit(0), 12)
        for unit in order:
            journal.finish(unit, [str(unit).encode()])

    assert list(forwards.lines([Unit(0)])) == list(backwards.lines([Unit(0)]))


def test_a_part_of_which_the_service_looked_at_less_is_remembered(journal: Journal, tmp_path: Path) -> None:
    journal.split(Unit(1), 2)
    journal.finish(Unit(0), ROWS)
    journal.finish(Unit(1, 2, 1), ROWS, cut=True)

    assert Journal(tmp_path / "query").cut([Unit(0), Unit(1)]) == [Unit(1, 2, 1)]


def test_nothing_has_its_name_before_it_is_whole(journal: Journal, tmp_path: Path) -> None:
    def rows() -> Iterator[bytes]:
        yield ROWS[0]
        assert [file.name for file in (tmp_path / "query").iterdir()] == ["g0-0-of-1.jsonl.new"]
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(KeepingError, match="No space left") as error:
        journal.finish(Unit(0), rows())

    assert (error.value.exit_code, "--resume" in error.value.hint) == (3, True)
    assert journal.open([Unit(0)]) == [Unit(0)]
