"""Whole answers of queries, on disk: a page is a slice of one, and costs no more than reading it."""

from __future__ import annotations

import shutil
import threading
from collections import OrderedDict
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from struct import Struct
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator
    from pathlib import Path

_OFFSET: Final = Struct("<Q")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an answer; ``type`` is one of the service's own words: string, integer, number, boolean, object."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """All rows that a query gave, as lines of JSON in *file*; ``limited`` tells that the query said how many."""

    file: Path
    rows: int
    columns: tuple[Column, ...]
    limited: bool

    @property
    def pageable(self) -> bool:
        """Whether the service goes on after the first page: not where the query limits itself, or sorts nothing."""
        return not self.limited and any(column.type != "object" for column in self.columns)

    def span(self, start: int, rows: int) -> tuple[int, int]:
        """Return where the lines of *rows* rows from *start* on begin and end in the file, in bytes."""
        first, last = min(start, self.rows), min(start + rows, self.rows)
        with _index(self.file).open("rb") as offsets:
            return _read_offset(offsets.read, offsets.seek, first), _read_offset(offsets.read, offsets.seek, last)

    def read(self, start: int, rows: int) -> list[bytes]:
        """Return *rows* rows from *start* on, fewer where there are no more."""
        begin, end = self.span(start, rows)
        with self.file.open("rb") as lines:
            lines.seek(begin)
            return lines.read(end - begin).split(b"\n")[:-1]


def _read_offset(read: Callable[[int], bytes], seek: Callable[[int], int], row: int) -> int:
    seek(row * _OFFSET.size)
    offset: int = _OFFSET.unpack(read(_OFFSET.size))[0]
    return offset


def _index(file: Path) -> Path:
    return file.with_suffix(".index")


def write_index(file: Path) -> int:
    """Note where each line of *file* starts, and return how many there are."""
    rows = offset = 0
    with file.open("rb") as lines, _index(file).open("wb") as offsets:
        offsets.write(_OFFSET.pack(0))
        for rows, line in enumerate(lines, start=1):  # noqa: B007 - how many there were is what is asked for
            offset += len(line)
            offsets.write(_OFFSET.pack(offset))
    return rows


class Answers:
    """The last *kept* answers, each in a folder of its own in *work*; what nobody asked for lately is thrown away."""

    def __init__(self, work: Path, kept: int = 64) -> None:
        self._work = work
        self._kept = kept
        self._numbers = count(1)
        self._answers: OrderedDict[Hashable, Future[StoredAnswer]] = OrderedDict()
        self._readers: dict[Hashable, int] = {}
        self._lock = threading.Lock()
        work.mkdir()

    @contextmanager
    def lease(self, key: Hashable, make: Callable[[Path], StoredAnswer]) -> Iterator[StoredAnswer]:
        """Give the answer for *key*, which is not thrown away meanwhile.

        *make* makes it, in a new folder, where it is not there; whoever asks for the same at the same time waits.
        """
        with self._lock:
            future, is_mine = self._answers.get(key), False
            if future is None:
                future = self._answers[key] = Future()
                is_mine = True
            self._answers.move_to_end(key)
            self._readers[key] = self._readers.get(key, 0) + 1
        try:
            if is_mine:
                self._make(key, future, make)
            yield future.result()
        finally:
            self._release(key)

    def _make(self, key: Hashable, future: Future[StoredAnswer], make: Callable[[Path], StoredAnswer]) -> None:
        folder = self._work / str(next(self._numbers))
        folder.mkdir()
        try:
            future.set_result(make(folder))
        except BaseException as error:  # noqa: BLE001 - whoever waits for the same answer waits for this error, too
            with self._lock:
                del self._answers[key]
            shutil.rmtree(folder, ignore_errors=True)
            future.set_exception(error)

    def _release(self, key: Hashable) -> None:
        with self._lock:
            self._readers[key] -= 1
            if not self._readers[key]:
                del self._readers[key]
            excess = len(self._answers) - self._kept
            idle = [old for old in self._answers if old not in self._readers][: max(excess, 0)]
            thrown = [self._answers.pop(old) for old in idle]
        for future in thrown:
            shutil.rmtree(future.result().file.parent, ignore_errors=True)
