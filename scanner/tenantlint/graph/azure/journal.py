"""What has been read so far of one query, on disk: a run that was killed goes on from there.

A part that is finished is a file of its own, which gets its name when everything is in it. How an answer was cut is
written down too, so that the parts are the same when the run goes on.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from tenantlint.errors import TenantlintError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from tenantlint.graph.azure.units import Unit

_ROWS: Final = ".jsonl"
_PARTS: Final = ".parts"
_CUT: Final = ".cut"


class KeepingError(TenantlintError):
    """What was read cannot be written down; what was written down before is good."""

    exit_code = 3


class Journal:
    """The parts of one query in *folder*, which is made where it is not there. Several threads may finish parts."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def finish(self, unit: Unit, rows: Iterable[bytes], *, cut: bool = False) -> None:
        """Write down all *rows* of *unit*, and whether the service *cut* what it looked at. Raises ``KeepingError``."""
        if cut:
            self._write(self._file(unit, _CUT), [])
        self._write(self._file(unit, _ROWS), rows)

    def split(self, unit: Unit, parts: int) -> None:
        """Write down that *unit* is read in so many *parts*."""
        self._write(self._file(unit, _PARTS), [str(parts).encode()])

    def open(self, units: Iterable[Unit]) -> list[Unit]:
        """Return what of *units*, or of the parts into which they were cut, is still to be read."""
        return [unit for unit in self._parts(units) if not self._file(unit, _ROWS).exists()]

    def cut(self, units: Iterable[Unit]) -> list[Unit]:
        """Return those of *units*, or of their parts, for which the service looked at fewer subscriptions."""
        return [unit for unit in self._parts(units) if self._file(unit, _CUT).exists()]

    def lines(self, units: Iterable[Unit]) -> Iterator[bytes]:
        """Yield every row of *units* that was read, with its line break; in the same order however they came in."""
        for unit in self._parts(units):
            file = self._file(unit, _ROWS)
            if file.exists():
                with file.open("rb") as rows:
                    yield from rows

    def _parts(self, units: Iterable[Unit]) -> Iterator[Unit]:
        """Yield *units*, or in their place the parts into which they were cut."""
        for unit in units:
            parts = self._file(unit, _PARTS)
            if parts.exists():
                yield from self._parts(unit.split(int(parts.read_text("ascii"))))
            else:
                yield unit

    def _file(self, unit: Unit, suffix: str) -> Path:
        return self._folder / f"{unit}{suffix}"

    def _write(self, file: Path, lines: Iterable[bytes]) -> None:
        beside = file.with_name(f"{file.name}.new")
        try:
            with beside.open("wb") as out:
                out.writelines(part for line in lines for part in (line, b"\n"))
                out.flush()
                os.fsync(out.fileno())  # a power cut must not leave a name without its rows
            beside.replace(file)
        except OSError as error:
            hint = "make room there; given --snapshot, the same command with --resume goes on"
            raise KeepingError(f"cannot keep what was read in {self._folder}: {error.strerror}", hint=hint) from error
