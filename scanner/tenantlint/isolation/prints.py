"""What a rule prints: counted, but for its first line not kept, and never among the reports."""

from __future__ import annotations

import os

from tenantlint.untrusted import LONGEST, visible

_AT_ONCE = 1 << 16


class Prints:
    """Counts what comes through pipes that are read one after the other."""

    def __init__(self) -> None:
        self._bytes = 0
        self._first = b""

    def read(self, file: int) -> None:
        """Read a pipe to its end, so that nobody who prints has to wait."""
        while piece := os.read(file, _AT_ONCE):
            self._bytes += len(piece)
            self._first += piece[: max(0, 4 * LONGEST - len(self._first))]

    def note(self, rule: str) -> str | None:
        """Say what *rule* printed; None where it was nothing."""
        if not self._bytes:
            return None
        lines = self._first.decode("utf-8", "replace").split("\n")
        first = next((line.rstrip("\r") for line in lines if line.strip()), "")
        return f"rule {rule!r} printed {self._bytes} bytes, which are in no report; the first line: {visible(first)!r}"
