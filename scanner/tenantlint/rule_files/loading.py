"""``--rules``: rule files as plugins. Whoever has none need not wait for what reads them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tenantlint.catalog import Plugin
from tenantlint.errors import UsageError
from tenantlint.hookspecs import hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tenantlint.catalog import Catalog
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


def rule_folders(values: Iterable[str]) -> list[Plugin]:
    """Return a plugin for each of the *values* of ``--rules``. Raises ``UsageError`` where there is no such path."""
    return [Plugin(name, "", path.as_posix()) for name, path in map(_given, values)]


def load_rules(plugin: Plugin, catalog: Catalog) -> RuleFolder:
    """Read the rule files of *plugin*, and tell *catalog* what they hold. Raises ``RuleFileError``."""
    from tenantlint.rule_files.folder import read_folder  # noqa: PLC0415 - see above

    found = read_folder(Path(plugin.origin), plugin.name, plugin.origin, catalog.without)
    catalog.rule_files[plugin.name] = found
    return RuleFolder(found)


def check_rule_files(catalog: Catalog) -> None:
    """Raise ``RuleFileError`` where a rule of a file names a table or a column that is not there."""
    if written := [rule for rule in catalog.rules.values() if rule.file]:
        from tenantlint.rule_files.columns import check_rule  # noqa: PLC0415 - see above

        for rule in written:
            check_rule(rule, catalog.tables)


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
