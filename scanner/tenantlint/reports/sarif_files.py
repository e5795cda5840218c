"""The files of an upload: as many as GitHub's limits ask for, all or none of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint.errors import UsageError
from tenantlint.reports.output import Output
from tenantlint.reports.sarif_objects import HEAD, TAIL

if TYPE_CHECKING:
    from pathlib import Path

RUNS_PER_FILE: Final = 20
RESULTS_PER_FILE: Final = 50_000
"""GitHub refuses more runs in a file, and more than 10 MB of gzip, which is some 100,000 results."""


class SarifFiles:
    """Runs on their way to ``name.sarif``, ``name-2.sarif`` … ; standard output takes no more than one."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._outputs = [Output(path)]
        self._runs = 0
        self._results = 0

    def start_run(self, head: bytes) -> None:
        """Write the beginning of a run (JSON of an object without its last brace), in a new file where this is full."""
        if self._runs >= RUNS_PER_FILE or self._results >= RESULTS_PER_FILE:
            self._next_file()
        self._outputs[-1].write((b"," if self._runs else HEAD) + head)
        self._runs += 1

    def write_result(self, line: bytes, *, first: bool) -> None:
        """Write a result of the run that was started last."""
        self._outputs[-1].write(line if first else b"," + line)
        self._results += 1

    def end_run(self, tail: bytes) -> None:
        """Write the end of the run that was started last."""
        self._outputs[-1].write(tail)

    def commit(self) -> int:
        """Give the files their names, remove what an earlier scan left under the next ones; return how many there are.

        A file without runs is refused by GitHub, so there is none where no run was started.
        """
        if not self._runs:
            self.discard()
            self._remove_from(1)
            return 0
        self._outputs[-1].write(TAIL)
        for output in self._outputs:
            output.commit()
        self._remove_from(len(self._outputs) + 1)
        return len(self._outputs)

    def discard(self) -> None:
        """Leave nothing behind."""
        for output in self._outputs:
            output.discard()

    def _next_file(self) -> None:
        if self._path is None:
            raise UsageError(
                f"more than {RUNS_PER_FILE} subscriptions do not fit one upload, and standard output takes one",
                hint="name a file: --report sarif=FILE; more of them are written beside it",
            )
        self._outputs[-1].write(TAIL)
        self._outputs.append(Output(_numbered(self._path, len(self._outputs) + 1)))
        self._runs = self._results = 0

    def _remove_from(self, number: int) -> None:
        while self._path and (stale := _numbered(self._path, number)).is_file():
            stale.unlink()
            number += 1


def _numbered(path: Path, number: int) -> Path:
    return path if number == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")
