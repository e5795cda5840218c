"""What has been read so far of one query, on disk: a run that was killed goes on from there.

A part that is finished is a file of its own, which gets its name when everything is in it. How an answer was cut is
written down too, so that the parts are the same when the run goes on.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from tenantlint.graph.azure.units import Unit

_ROWS: Final = ".jsonl"
_PARTS: Final = ".parts"


class Journal:
    """The finished parts of one query, in *folder*, which is made where it is not there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def is_finished(self, unit: Unit) -> bool:
        """Tell whether the rows of *unit* are here."""
        return self._file(unit, _ROWS).exists()

    def parts(self, unit: Unit) -> list[Unit]:
        """Return the parts that *unit* was cut into; none where it was not."""
        file = self._file(unit, _PARTS)
        return unit.split(int(file.read_text("ascii"))) if file.exists() else []

    def finish(self, unit: Unit, rows: Iterable[bytes]) -> None:
        """Write down all *rows* of *unit*."""
        self._write(self._file(unit, _ROWS), rows)

    def split(self, unit: Unit, parts: int) -> list[Unit]:
        """Write down that *unit* is read in so many *parts*, and return these."""
        self._write(self._file(unit, _PARTS), [str(parts).encode()])
        return unit.split(parts)

    def open(self, units: Iterable[Unit]) -> list[Unit]:
        """Return what of *units*, or of the parts into which they were cut, is still to be read."""
        return [left for unit in units for left in self._open(unit)]

    def _open(self, unit: Unit) -> list[Unit]:
        parts = self.parts(unit)
        if parts:
            return self.open(parts)
        return [] if self.is_finished(unit) else [unit]

    def lines(self) -> Iterator[bytes]:
        """Yield every row that was read, with its line break; the same rows in the same order however they came in."""
        for file in sorted(self._folder.glob(f"*{_ROWS}")):
            with file.open("rb") as rows:
                yield from rows

    def _file(self, unit: Unit, suffix: str) -> Path:
        return self._folder / f"{unit}{suffix}"

    def _write(self, file: Path, lines: Iterable[bytes]) -> None:
        beside = file.with_name(f"{file.name}.new")
        with beside.open("wb") as out:
            out.writelines(part for line in lines for part in (line, b"\n"))
            out.flush()
            os.fsync(out.fileno())  # a power cut must not leave a name without its rows
        beside.replace(file)
