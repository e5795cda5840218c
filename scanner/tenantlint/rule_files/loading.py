"""``--rules``: rule files as a plugin."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tenantlint.errors import UsageError
from tenantlint.hookspecs import hookimpl
from tenantlint.rule_files.folder import name_of, read_folder
from tenantlint.rule_files.library import kebab

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from tenantlint.rules import Rule
    from tenantlint.tables import Table


@dataclass(frozen=True, slots=True)
class Given:
    """What the user wrote after ``--rules``: a path, and the name by which it goes."""

    name: str
    path: Path

    @classmethod
    def parse(cls, value: str) -> Given:
        """Read ``PATH`` or ``NAME=PATH``; a path that is there may hold a ``=``. Raises ``UsageError``."""
        name, equals, rest = value.partition("=")
        whole = Path(value)
        if equals and rest and not whole.exists():
            name, whole = name, Path(rest)
        else:
            name = kebab(whole.stem) if whole.is_file() else name_of(whole)
        if not whole.exists():
            raise UsageError(f"there is no rule file or folder {whole}", hint="--rules PATH, or --rules NAME=PATH")
        return cls(name, whole)


class RuleFolder:
    """Rule files, and the hooks that contribute what they hold."""

    def __init__(self, given: Given, without: Collection[str]) -> None:
        self.found = read_folder(given.path, given.name, given.path.as_posix(), without)

    @hookimpl
    def register_rules(self) -> Iterable[Rule]:
        """Return the rules."""
        return self.found.rules

    @hookimpl
    def register_queries(self) -> Iterable[Table]:
        """Return the tables that the KQL rules judge."""
        return self.found.tables
