"""All rule files of a folder, or one of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tenantlint.errors import RuleFileError
from tenantlint.graph.dropping import lossy_join, open_expansion
from tenantlint.rule_files.declared import is_declared, read_declared
from tenantlint.rule_files.found import PassedOver, RuleFiles
from tenantlint.rule_files.header import has_header
from tenantlint.rule_files.kql_rules import Pair, read_kql
from tenantlint.rule_files.library import entries_of, kebab, read_library
from tenantlint.rule_files.texts import Source, read_yaml
from tenantlint.rules import ID

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from importlib.resources.abc import Traversable

    from tenantlint.rule_files.texts import Document
    from tenantlint.rules import Rule

_SUFFIXES: Final = (".kql", ".yaml", ".yml")
_HINT: Final = "rule files are .kql with a header, .yaml with `on` and `require`, or a library's recommendations.yaml"


@dataclass
class Reading:
    """Reads one folder: what was found so far. Libraries give their rules ids that start with *prefix*."""

    prefix: str
    without: Collection[str]
    pairs: dict[str, Pair] = field(default_factory=dict)
    rules: list[Rule] = field(default_factory=list)
    passed_over: list[PassedOver] = field(default_factory=list)
    skipped: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    unknown: list[tuple[Source, str]] = field(default_factory=list)
    has_library: bool = False

    def read(self, found: list[tuple[Source, Traversable]]) -> RuleFiles:
        """Read *found*: files, each with the folder that it lies in. Raises ``RuleFileError``."""
        for suffixes, read in (((".yaml", ".yml"), self._read_yaml), ((".kql",), self._read_kql)):
            for source, folder in found:
                if source.file.name.lower().endswith(suffixes):
                    try:
                        read(source, folder)
                    except RuleFileError as error:
                        self._leave_out(error)
        for source, why in self.unknown:
            if not self.has_library:
                raise source.error(why, hint=_HINT)
            self.passed_over.append(PassedOver(source.shown, why))
        rules = (*self.rules, *(pair.rule for pair in self.pairs.values()))
        tables = tuple(pair.table for pair in self.pairs.values())
        return RuleFiles(rules, tables, tuple(self.passed_over), frozenset(self.skipped), tuple(self._doubts()))

    def _doubts(self) -> Iterator[PassedOver]:
        """Yield the rules whose queries may leave out violations."""
        for rule_id, pair in self.pairs.items():
            if why := lossy_join(pair.table.kql) or open_expansion(pair.table.kql):
                yield PassedOver(rule_id, why)

    def _read_yaml(self, source: Source, folder: Traversable) -> None:
        document = read_yaml(source)
        if entries_of(document.value) is not None:
            self.has_library = True
            self._read_library(document, folder)
        elif is_declared(document.value):
            self.rules += read_declared(document)
        else:
            self.unknown.append((source, "no rule file"))

    def _read_library(self, document: Document, folder: Traversable) -> None:
        for each in read_library(document, folder, self.prefix):
            self.used.add(each.file)
            if isinstance(each.made, PassedOver):
                self.passed_over.append(each.made)
            elif isinstance(each.made, RuleFileError):
                self._leave_out(each.made)
            else:
                self._add(each.made, document.source)

    def _leave_out(self, error: RuleFileError) -> None:
        """Note that the user leaves out what is broken; raise *error* where they do not."""
        if error.rule not in self.without:
            raise error
        self.skipped.add(error.rule)

    def _read_kql(self, source: Source, _folder: Traversable) -> None:
        if source.shown in self.used:
            return
        if has_header(source.text()):
            self._add(read_kql(source), source)
        else:
            self.unknown.append((source, "no header, and no recommendation"))

    def _add(self, pair: Pair, source: Source) -> None:
        """Take *pair* in; a library may hold the same rule in two places."""
        held = self.pairs.setdefault(pair.rule.id, pair)
        if held is pair:
            return
        if held.table.kql != pair.table.kql:
            raise source.error(f"{pair.rule.id!r} is in {held.rule.file}, too, with another query", rule=pair.rule.id)
        self.passed_over.append(PassedOver(pair.rule.file, "the same as another"))


def read_folder(
    folder: Traversable, prefix: str, shown: str, without: Collection[str] = (), *, may_be_none: bool = False
) -> RuleFiles:
    """Read the rule files in and below *folder*, or the file that it is. Raises ``RuleFileError``."""
    if not ID.fullmatch(prefix):
        hint = "give it one: --rules NAME=PATH"
        raise RuleFileError(shown, f"{prefix!r} is no name for rules: lower-case words joined by hyphens", hint=hint)
    if folder.is_file():
        found = [(_source(folder, shown), folder.parent if isinstance(folder, Path) else folder)]
    else:
        found = list(_walk(folder, shown))
    if not found and not may_be_none:
        raise RuleFileError(shown, "there is no rule file here", rule=prefix, hint=_HINT)
    return Reading(prefix, without).read(found)


def name_of(folder: Traversable) -> str:
    """Return the name by which the rules of *folder*, or of one file, go: its own, as ids are written."""
    if not isinstance(folder, Path):
        return kebab(folder.name)
    return kebab(folder.stem if folder.is_file() else folder.resolve().name)


def _walk(folder: Traversable, shown: str) -> Iterator[tuple[Source, Traversable]]:
    """Yield the files below *folder*, but for what is hidden; links to folders are not followed, they may go round."""
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.startswith("."):
            continue
        path = f"{shown}/{entry.name}"
        if entry.is_dir():
            if not (isinstance(entry, Path) and entry.is_symlink()):
                yield from _walk(entry, path)
        elif entry.name.lower().endswith(_SUFFIXES):
            yield _source(entry, path), folder


def _source(file: Traversable, shown: str) -> Source:
    return Source(file, shown, file.name.rpartition(".")[0])
