"""Folders that are there when they are complete, and only for their owner."""

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
def private_folder(into: Path) -> Iterator[Path]:
    """Give a folder with mode 0700 beside *into* that becomes *into* at the end, or vanishes where something failed.

    Raises ``UsageError`` where *into* exists or cannot be made.
    """
    into = into.resolve()
    folder = _make_folder(into)
    try:
        yield folder
        if into.exists():
            into.rmdir()
        os.replace(folder, into)  # noqa: PTH105 - Path.replace says the same; os.replace says that it is atomic
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _make_folder(into: Path) -> Path:
    try:
        if into.exists() and (not into.is_dir() or any(into.iterdir())):
            raise UsageError(f"{into} exists already", hint="name a new folder: copies are never overwritten")
        into.parent.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=f".{into.name}.partial-", dir=into.parent))
    except OSError as error:
        raise UsageError(f"cannot make the folder {into}: {error.strerror}") from error
