"""``--rules``: rule files as plugins. Whoever has none need not wait for what reads them."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tenantlint.catalog import Catalog, Plugin
from tenantlint.errors import UsageError
from tenantlint.hookspecs import hookimpl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tenantlint.rule_files.found import RuleFiles
    from tenantlint.rules import Rule
    from tenantlint.tables import Table


class RuleFolder:
    """Rule files, and the hooks that contribute what they hold."""

    def __init__(self, found: RuleFiles) -> None:
        self._found = found

    @hookimpl
    def register_rules(self) -> Iterable[Rule]:
        """Return the rules."""
        return self._found.rules

    @hookimpl
    def register_queries(self) -> Iterable[Table]:
        """Return the tables that the KQL rules judge."""
        return self._found.tables


def rule_folders(values: Iterable[str], catalog: Catalog) -> Iterator[tuple[Plugin, Callable[[], RuleFolder]]]:
    """Yield a plugin for each of the *values* of ``--rules``, and what loads it and tells *catalog* what it holds.

    Raises ``UsageError`` where there is no such file or folder.
    """
    for value in values:
        name, path = _given(value)
        yield Plugin(name, "", path.as_posix()), partial(_load, name, path, catalog)


def _load(name: str, path: Path, catalog: Catalog) -> RuleFolder:
    from tenantlint.rule_files.folder import read_folder  # noqa: PLC0415 - see above

    found = catalog.rule_files[name] = read_folder(path, name, path.as_posix(), catalog.without)
    return RuleFolder(found)


def _given(value: str) -> tuple[str, Path]:
    """Read ``PATH`` or ``NAME=PATH``; a path that is there may hold a ``=``."""
    from tenantlint.rule_files.folder import name_of  # noqa: PLC0415 - see above

    name, equals, rest = value.partition("=")
    path = Path(value)
    is_named = bool(equals and rest) and not path.exists()
    path = Path(rest) if is_named else path
    if not path.exists():
        raise UsageError(f"there is no rule file or folder {path}", hint="--rules PATH, or --rules NAME=PATH")
    return name if is_named else name_of(path), path
