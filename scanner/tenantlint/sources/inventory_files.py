"""The folder of an inventory: written beside it, and brought up to date when all is there."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from tenantlint.errors import UsageError
from tenantlint.sources.inventory_paths import folder_of, inventory_path

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator


class InventoryFiles:
    """The files of the inventory in *folder*; paths are relative to it.

    Until :meth:`commit` nothing in *folder* changes. :meth:`close` forgets what was not committed. Raises
    ``UsageError`` where it cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        with _told(folder):
            if self._folder.exists() and not self._folder.is_dir():
                raise UsageError(f"--inventory {folder} is no folder")
            self._folder.parent.mkdir(parents=True, exist_ok=True)
            prefix = f".{self._folder.name}.partial-"
            self._work = Path(tempfile.mkdtemp(prefix=prefix, dir=self._folder.parent))
        self._new = self._work / "new"
        self._ready = self._work / "ready"
        self._is_done = False

    def close(self) -> None:
        """Leave nothing beside the inventory."""
        shutil.rmtree(self._work, ignore_errors=True)

    def has(self, path: str) -> bool:
        """Tell whether the file is written already."""
        return (self._new / path).exists()

    def prepare(self, path: str, content: bytes) -> None:
        """Keep a file that may be :meth:`written <write>`."""
        self._put(self._ready / path, content)

    def take_prepared(self, path: str) -> bool:
        """Write the file that was prepared; tell whether there was one."""
        with _told(self._folder):
            if not (self._ready / path).exists():
                return False
            (self._new / path).parent.mkdir(parents=True, exist_ok=True)
            (self._ready / path).replace(self._new / path)
            return True

    def write(self, path: str, content: bytes) -> None:
        """Write a file."""
        self._put(self._new / path, content)

    def read(self, path: str) -> str | None:
        """Return the text of a file of this inventory; None where it is not in it."""
        try:
            return ((self._folder if self._is_done else self._new) / path).read_text("utf-8")
        except (OSError, ValueError):
            return None

    def commit(self, subscriptions: Iterable[str], kept: Container[str] = ()) -> None:
        """Bring the folder up to date; what is of *subscriptions*, not *kept* and was not written now is removed."""
        with _told(self._folder):
            for path in sorted(path for each in subscriptions for path in self._gone(folder_of(each))):
                if path.as_posix() not in kept:
                    _remove(self._folder / path, self._folder)
            for file in _files(self._new):
                self._move(file)
        self._is_done = True

    def _put(self, file: Path, content: bytes) -> None:
        with _told(self._folder):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)

    def _move(self, file: Path) -> None:
        target = self._folder / file.relative_to(self._new)
        _require_inside(target.parent, self._folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.is_symlink() or not target.is_file() or target.read_bytes() != file.read_bytes():
            file.replace(target)

    def _gone(self, folder: str) -> Iterator[Path]:
        """Yield the paths below *folder* of resources that are not written now: nothing else is ever removed."""
        for file in _files(self._folder / folder):
            path = file.relative_to(self._folder)
            if not (self._new / path).exists() and _is_of_inventory(file, path.as_posix()):
                yield path


def refuse_links(folder: Path) -> None:
    """Raise ``UsageError`` where something in the inventory *folder* is a link to a folder elsewhere."""
    top = folder.resolve()
    for above, folders, _ in os.walk(top):
        folders[:] = [name for name in folders if not name.startswith(".")]  # none of these is ever written to
        for name in folders:
            _require_inside(Path(above, name), top)


def _require_inside(folder: Path, top: Path) -> None:
    if not folder.resolve().is_relative_to(top):
        raise UsageError(f"{folder} leads out of the inventory", hint="remove the link")


def _files(folder: Path) -> Iterator[Path]:
    """Yield the JSON files of *folder* and of those in it; no links."""
    for above, folders, files in os.walk(folder):
        folders.sort()
        yield from (
            file for name in sorted(files) if name.endswith(".json") and not (file := Path(above, name)).is_symlink()
        )


def _is_of_inventory(file: Path, path: str) -> bool:
    try:
        id_ = orjson.loads(file.read_bytes())["id"]
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return isinstance(id_, str) and inventory_path(id_) == path


def _remove(file: Path, top: Path) -> None:
    """Remove *file*, and the folders above it that are empty then."""
    file.unlink()
    for folder in file.parents:
        if folder == top or any(folder.iterdir()):
            return
        folder.rmdir()


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError(f"cannot write the inventory {folder}: {error.strerror}") from error
