"""New folders that are there when they are complete, and only for their owner."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tenantlint.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def new_folder(into: Path, what: str) -> Iterator[Path]:
    """Give a folder with mode 0700 beside *into* that becomes *into* at the end, or vanishes where something failed.

    *what* names what such folders are: "snapshots". Raises ``UsageError`` where *into* exists or cannot be made.
    """
    into = into.resolve()
    folder = _make(into, what)
    try:
        yield folder
        if into.exists():
            into.rmdir()
        os.replace(folder, into)  # noqa: PTH105 - Path.replace says the same; os.replace says that it is atomic
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def refuse_existing(into: Path, what: str) -> None:
    """Raise ``UsageError`` where *into*, one of *what*, cannot become a new folder because it is there."""
    if not into.name or (into.exists() and (not into.is_dir() or any(into.iterdir()))):
        raise UsageError(f"{into} exists already", hint=f"name a new folder: {what} are never overwritten")


def _make(into: Path, what: str) -> Path:
    try:
        refuse_existing(into, what)
        into.parent.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=f".{into.name}.partial-", dir=into.parent))
    except OSError as error:
        raise UsageError(f"cannot make the folder {into}: {error.strerror}") from error
