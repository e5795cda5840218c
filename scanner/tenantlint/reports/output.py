"""Where a report goes: standard output, or a file that gets its name when it is complete."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, BinaryIO

from tenantlint.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


class Output:
    """Bytes on their way to *path*; None is standard output. Raises ``UsageError`` where the file cannot be made."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._partial = path and path.with_name(f".{path.name}.{os.getpid()}.partial")
        self._stream: BinaryIO = self._open(self._partial) if self._partial else sys.stdout.buffer

    def _open(self, partial: Path) -> BinaryIO:
        try:
            partial.parent.mkdir(parents=True, exist_ok=True)
            return partial.open("wb")
        except OSError as error:
            raise UsageError(f"cannot write {self._path}: {error.strerror}") from error

    def write(self, content: bytes) -> None:
        """Write *content*."""
        self._stream.write(content)

    def commit(self) -> None:
        """Finish: the file appears under its name."""
        if self._path is None or self._partial is None:
            self._stream.flush()
            return
        self._stream.close()
        self._partial.replace(self._path)

    def discard(self) -> None:
        """Leave nothing behind."""
        if self._partial is not None:
            self._stream.close()
            self._partial.unlink(missing_ok=True)
