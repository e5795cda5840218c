"""Sorts more lines than memory should hold."""

from __future__ import annotations

import heapq
import tempfile
from typing import IO, TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Line: TypeAlias = tuple[bytes, bytes]

LINES_IN_MEMORY: Final = 10_000
RUNS_AT_ONCE: Final = 64
"""Files open while merging; Windows allows 512 in all."""


class SpillSort:
    """Takes lines with keys in any order and gives them back sorted by key. Neither may hold a tab or a line break."""

    def __init__(self, lines_in_memory: int = LINES_IN_MEMORY) -> None:
        self._most = lines_in_memory
        self._lines: list[Line] = []
        self._runs: list[IO[bytes]] = []

    def add(self, key: bytes, line: bytes) -> None:
        """Take a line."""
        self._lines.append((key, line))
        if len(self._lines) >= self._most:
            self._runs.append(_spill(sorted(self._lines)))
            self._lines = []
            if len(self._runs) >= RUNS_AT_ONCE:
                merged = _spill(self)
                self.close()
                self._runs = [merged]

    def __iter__(self) -> Iterator[Line]:
        """Yield all lines, sorted by key; not while another iteration is under way."""
        return heapq.merge(*map(_read, self._runs), sorted(self._lines))

    def close(self) -> None:
        """Forget all lines and give their files back."""
        for file in self._runs:
            file.close()
        self._runs, self._lines = [], []


def _spill(lines: Iterable[Line]) -> IO[bytes]:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - it lives until close()
    file.writelines(b"%b\t%b\n" % line for line in lines)
    return file


def _read(file: IO[bytes]) -> Iterator[Line]:
    file.seek(0)
    for text in file:
        key, _, line = text.rstrip(b"\n").partition(b"\t")
        yield key, line
