"""Where a report goes: a file or standard output, which get it when it is complete."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING

from tenantlint.errors import UsageError
from tenantlint.quiet import stdout

if TYPE_CHECKING:
    from collections.abc import Iterator


class Output:
    """Bytes on their way to *path*; None is standard output. Raises ``UsageError`` where *path* cannot be written."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        with self._told():
            self._partial = _partial(path)
            self._stream: IO[bytes] = self._partial.open("wb") if self._partial else TemporaryFile()  # noqa: SIM115 - open until commit() or discard()

    def write(self, content: bytes) -> None:
        """Write *content*."""
        with self._told():
            self._stream.write(content)

    def commit(self) -> None:
        """Finish: the file appears under its name, or the whole report in standard output."""
        with self._told():
            if self._path is None:
                self._pour(stdout().buffer)
            elif self._partial is None:
                with self._path.open("wb") as device:
                    self._pour(device)
            self._stream.close()
            if self._path is not None and self._partial is not None:
                self._partial.replace(_target(self._path))

    def discard(self) -> None:
        """Leave nothing behind."""
        with suppress(OSError):  # what could not be written before cannot be written now
            self._stream.close()
        if self._partial is not None:
            self._partial.unlink(missing_ok=True)

    def _pour(self, into: IO[bytes]) -> None:
        self._stream.seek(0)
        shutil.copyfileobj(self._stream, into)
        into.flush()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell what goes wrong with a file; what goes wrong with standard output is the command line's concern."""
        try:
            yield
        except OSError as error:
            if self._path is None:
                raise
            raise UsageError(f"cannot write {self._path}: {error.strerror}") from error


def _partial(path: Path | None) -> Path | None:
    """Return the file that becomes *path*; None where there can be none: standard output, a pipe, a device."""
    if path is None or (path.exists() and not path.is_file() and not path.is_dir()):
        return None
    if path.is_dir():
        raise IsADirectoryError(None, "it is a folder")
    target = _target(path)
    if not target.parent.exists():
        target.parent.mkdir(parents=True)
    return target.with_name(f".{target.name}.{os.getpid()}.partial")


def _target(path: Path) -> Path:
    """Follow links: what they point to is replaced, not they (``/dev/stdout`` is one)."""
    return Path(os.path.realpath(path))
