"""Places in files of a repository, and who finds them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from tenantlint.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenantlint.model import Violation
    from tenantlint.results import Subject


@dataclass(frozen=True, slots=True)
class Place:
    """Lines of a file. ``path`` is relative to the repository's root, with forward slashes, as the file is called.

    Lines count from 1, ``end_line`` included. ``snippet`` is what stands there, without secrets; empty where it is not
    told.
    """

    path: str
    line: int
    end_line: int
    snippet: str = ""


class Locator(Protocol):
    """Knows where violations are to be shown."""

    def locate(self, subject: Subject, violation: Violation | None) -> Place | None:
        """Return the place of a *violation* of *subject*, or (None) of the resource; None where it is not known."""
        ...


@dataclass(frozen=True)
class FirstOf:
    """Asks several, those first that count most."""

    locators: Sequence[Locator] = ()

    def locate(self, subject: Subject, violation: Violation | None) -> Place | None:
        """See :class:`Locator`."""
        places = (locator.locate(subject, violation) for locator in self.locators)
        return next((place for place in places if place), None)


NOWHERE: Final = FirstOf()


class SourceRoot:
    """The root of the repository that places are in. Raises ``UsageError`` where *folder* is none."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = (folder or Path()).resolve()
        if not self.folder.is_dir():
            raise UsageError(f"{folder} is no folder", hint="--source-root names the root of the repository")

    def path_of(self, file: Path) -> str | None:
        """Return the path of *file* in the repository, links followed; None where it is outside or has no UTF-8 name.

        A name with a backslash or a control character is not given either: it would be another one elsewhere.
        """
        try:
            path = Path(os.path.realpath(file)).relative_to(self.folder).as_posix()
            path.encode()
        except ValueError:  # not below the root, or half a character
            return None
        return path if path.isprintable() and "\\" not in path else None

    def require(self, file: Path, option: str) -> str:
        """Return the path of *file* in the repository. Raises ``UsageError`` where it is outside."""
        path = self.path_of(file)
        if path is None:
            hint = "--source-root names the root of the repository; by default it is the working directory"
            raise UsageError(f"{option} {file} is not below {self.folder}", hint=hint)
        return path
