"""The files of an upload, or of an archive: as many as GitHub's limits ask for, each judged before it is named.

All of them get their names, or none. Those of an archive keep the same limits: its readers are no more patient.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

from tenantlint.errors import UsageError
from tenantlint.reports.output import Output
from tenantlint.reports.sarif_check import Check
from tenantlint.reports.sarif_demands import RESULTS_PER_RUN, RUNS_PER_FILE, ZIPPED_BYTES
from tenantlint.reports.sarif_names import file_of, is_ours
from tenantlint.reports.sarif_objects import HEAD, TAIL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from tenantlint.reports.sarif_names import Profile

RESULTS_PER_FILE: Final = 50_000
"""What a file holds before another is begun, so that it can still be handled."""

_MOST_ZIPPED: Final = ZIPPED_BYTES - 1_000_000
"""Bytes after which a file is full; the rest is for what others zip worse."""
_MOST_ZIPPED_OF_RUN: Final = _MOST_ZIPPED - 1_000_000
"""Bytes that results of one run take; its rules are not among them."""
_SAMPLED: Final = 8
"""Of an archive, every eighth result is zipped to know its size."""


class SarifFiles:
    """Runs on their way to ``name.sarif``, ``name-2.sarif`` … (of an archive, ``name-part2.sarif``).

    Standard output takes no more than one file of an upload, and an archive of any size in one. *common* are the
    members that all runs share, as JSON.
    """

    def __init__(self, path: Path | None, common: bytes, profile: Profile = "upload") -> None:
        self._path = path
        self._common = common
        self._profile: Profile = profile
        self._zipped_common = len(zlib.compress(common, 1))
        self._outputs = [Output(path)]
        self._start()

    def add_run(
        self, details: bytes, results: Iterable[bytes], invocation: Callable[[int], bytes], more: bytes = b""
    ) -> int:
        """Write a run: its automation details, its results, and an invocation, made for a number of results left out.

        The last results of an upload are left out where there are more than GitHub keeps, or they take more than a file
        can have; returns how many. *more* are further members. Raises ``SarifError``.
        """
        rest = iter(results)
        kept, zipped = _fitting(rest) if self._profile == "upload" else _all(rest)
        cut = sum(1 for _ in rest)
        zipped += self._zipped_common
        if self._runs and not self._has_room(len(kept), zipped):
            self._next_file()
        self._zipped += zipped
        self._runs += 1
        self._results += len(kept)
        self._write(details, kept, invocation(cut), more)
        return cut

    def keep_together(self, runs: int, results: int) -> None:
        """Begin a file if what comes next does not fit this one but fits one: whoever uploads may mix up the order."""
        fits = self._runs + runs <= RUNS_PER_FILE and self._results + results <= RESULTS_PER_FILE
        if self._path and self._runs and not fits and runs <= RUNS_PER_FILE and results <= RESULTS_PER_FILE:
            self._next_file()

    def commit(self) -> int:
        """Give the files their names, remove what an earlier scan left under the next ones; return how many there are.

        A file without runs is refused by GitHub, so there is none where no run was added.
        """
        if not self._runs:
            self.discard()
            self._remove_from(1)
            return 0
        self._finish()
        for output in self._outputs:
            output.commit()
        self._remove_from(len(self._outputs) + 1)
        return len(self._outputs)

    def discard(self) -> None:
        """Leave nothing behind."""
        for output in self._outputs:
            output.discard()

    def _start(self) -> None:
        self._check = Check(self._profile)
        self._runs = self._results = self._zipped = 0

    def _has_room(self, results: int, zipped: int) -> bool:
        if self._path is None and self._profile == "archive":
            return True
        fits = self._results + results <= RESULTS_PER_FILE and self._zipped + zipped <= _MOST_ZIPPED
        return self._runs < RUNS_PER_FILE and fits

    def _write(self, details: bytes, results: list[bytes], invocation: bytes, more: bytes) -> None:
        own = b'"automationDetails":' + details + b',"invocations":[' + invocation + b"]" + more
        self._check.run(self._common, own)
        self._check.results(results)
        begin = b"," if self._runs > 1 else HEAD
        self._outputs[-1].write(begin + b"{" + self._common + b"," + own + b',"results":[' + b",".join(results) + b"]}")

    def _finish(self) -> None:
        self._check.file(self._zipped)
        self._outputs[-1].write(TAIL)

    def _next_file(self) -> None:
        if self._path is None:
            raise UsageError(
                f"more than one upload takes (some {RUNS_PER_FILE} subscriptions), and standard output takes one",
                hint="name a file: --report sarif=FILE; more of them are written beside it",
            )
        path = file_of(self._path, len(self._outputs) + 1, self._profile)
        if path.exists() and not is_ours(path, self._profile):
            said = f"{path} is none of the files that belong to {self._path}, and would be overwritten"
            raise UsageError(said, hint="take it away, or name another file")
        self._finish()
        self._outputs.append(Output(path))
        self._start()

    def _remove_from(self, number: int) -> None:
        """Remove what an earlier scan left under these names; of others' files none."""
        while self._path and (stale := file_of(self._path, number, self._profile)).is_file():
            if is_ours(stale, self._profile):
                stale.unlink()
            number += 1


class _Size:
    """How many bytes something takes when it is zipped: fast, and rather too many than too few."""

    def __init__(self) -> None:
        self._zip = zlib.compressobj(1)
        self.bytes = 0

    def of(self, text: bytes) -> int:
        """Add *text*; return the size of all, but for what the compressor still holds back."""
        self.bytes += len(self._zip.compress(text))
        return self.bytes

    def flushed(self) -> int:
        """Return the size of all."""
        return self.bytes + len(self._zip.flush())


def _fitting(results: Iterator[bytes]) -> tuple[list[bytes], int]:
    """Take results as long as they fit a file; return them and their size zipped."""
    kept: list[bytes] = []
    size = _Size()
    for line in results:
        kept.append(line)
        if size.of(line) > _MOST_ZIPPED_OF_RUN or len(kept) == RESULTS_PER_RUN:
            break
    return kept, size.flushed()


def _all(results: Iterator[bytes]) -> tuple[list[bytes], int]:
    """Take all results; return them and about their size zipped, judged by some of them: zipping takes long."""
    kept = list(results)
    size, sample = _Size(), kept[::_SAMPLED]
    for line in sample:
        size.of(line)
    return kept, size.flushed() * sum(map(len, kept)) // max(1, sum(map(len, sample)))
