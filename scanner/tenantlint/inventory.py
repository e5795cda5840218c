"""``--inventory``: every resource with an open violation as a file of a repository, and where in it a finding is.

A repository that keeps them sees with each alert what the resource is like, and in its history since when.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from tenantlint.model import INCOMPLETE
from tenantlint.snapshot import SnapshotReader
from tenantlint.sources.documents import Index, document
from tenantlint.sources.inventory_files import InventoryFiles
from tenantlint.sources.inventory_paths import inventory_path
from tenantlint.sources.places import Place
from tenantlint.sources.rows import TableRows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from tenantlint.model import Violation
    from tenantlint.results import Judgement, Subject, Summary
    from tenantlint.snapshot import Snapshot
    from tenantlint.sources.places import SourceRoot


class Inventory:
    """Writes the inventory in *folder* as judgements of *tables* go by, after all other stages, in a ``with`` block.

    Where *is_whole* is false some rules did not judge, and no file is removed: nobody knows what they would report.
    Raises ``UsageError`` where *folder* is not below *root*, or cannot be written.
    """

    def __init__(
        self, folder: Path, root: SourceRoot, snapshot: Snapshot, tables: Iterable[str], *, is_whole: bool = True
    ) -> None:
        self._above = root.require(folder, "--inventory").removeprefix(".")
        self._snapshot = snapshot
        self._tables = sorted(set(tables) & snapshot.manifest.tables.keys())
        self._is_whole = is_whole
        self._files = InventoryFiles(folder)
        self._reader = SnapshotReader(snapshot)
        self._rows = TableRows(snapshot, self._reader, self._tables)
        self._incomplete: set[str] = set()
        self._last: tuple[str, Index | None] = ("", None)

    def __enter__(self) -> Self:
        try:
            for key, rows in self._rows.several():
                self._files.prepare(inventory_path(key), document(rows))
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._reader.__exit__()
        self._files.close()

    def mark(self, judgements: Sequence[Judgement], summary: Summary) -> Sequence[Judgement]:
        """See :class:`tenantlint.findings.Stage`. It marks nothing: it writes what has an open violation."""
        del summary
        for judgement in judgements:
            if judgement.verdict.cause in INCOMPLETE:
                self._incomplete.add(judgement.subject.subscription_id)
            elif judgement.open:
                self._write(judgement.rule.on, judgement.subject.id)
        return judgements

    def _write(self, table: str, resource_id: str) -> None:
        path = inventory_path(resource_id)
        if self._files.has(path) or self._files.take_prepared(path):
            return
        if row := self._rows.row(table, resource_id.lower()):
            self._files.write(path, document([row]))

    def finish(self, summary: Summary) -> list[str]:
        """Bring the folder up to date; remove files where all was read and judged, but those of open alerts."""
        carried = summary.baseline.carried() if summary.baseline else ()
        kept = {inventory_path(judgement.subject.id) for judgement in carried if judgement.open}
        self._files.commit(self._complete(summary) if self._is_whole else (), kept)
        return [] if self._is_whole else ["no file of the inventory was removed: not all rules judged"]

    def _complete(self, summary: Summary) -> set[str]:
        """Return the subscriptions in which everything was read and judged; "" where that is so everywhere."""
        problems = {problem.subscription for problem in summary.problems if problem.subscription is not None}
        coverage = self._snapshot.manifest.coverage
        if "" in problems:
            return set()
        complete = set(coverage.read) - self._incomplete - problems
        is_all = not coverage.unread and not self._incomplete and not problems
        return complete | ({""} if is_all else set())

    def locate(self, subject: Subject, violation: Violation | None) -> Place | None:
        """See :class:`tenantlint.sources.places.Locator`: the lines of the property that decided."""
        if violation is None:
            return None
        path = inventory_path(subject.id)
        if self._last[0] != path or self._last[1] is None:
            text = self._files.read(path)
            self._last = (path, None if text is None else Index(text))
        index = self._last[1]
        if index is None:
            return None
        lines = index.of(violation.evidence)
        full = f"{self._above}/{path}".removeprefix("/")
        return Place(full, lines.first, lines.last, index.snippet(lines))
