"""Judges tenant copies as a scan does: real KQL, real rules, real reports."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from tenantlint.checking import Target, check
from tenantlint.collect import collect
from tenantlint.config import read_settings
from tenantlint.evaluate import Evaluation, Job
from tenantlint.graph.copies import read_copy
from tenantlint.graph.local import LocalGraph
from tenantlint.isolation.answers import as_told
from tenantlint.manifest import About
from tenantlint.names import no_such
from tenantlint.selection import select
from tenantlint.snapshot import SnapshotReader, open_snapshot
from tenantlint.testing.golden import normalised
from tenantlint.testing.projecting import installed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from tenantlint.catalog import Catalog
    from tenantlint.model import Verdict
    from tenantlint.results import Summary
    from tenantlint.rules import Rule
    from tenantlint.settings import Settings
    from tenantlint.snapshot import Snapshot


@dataclass(frozen=True)
class Judged:
    """What rules said of a tenant copy.

    ``verdicts`` are by rule and by the resources' ids, as they are spelled. ``summary`` counts them, and says what was
    not read or broke.
    """

    verdicts: Mapping[str, Mapping[str, Verdict]]
    summary: Summary
    _judging: _Judging = field(repr=False)

    def violations(self, rule: str) -> dict[str, list[str]]:
        """Return the messages of the violations of *rule* by the resources' ids."""
        return {
            id_: [violation.message for violation in verdict.violations]
            for id_, verdict in self.verdicts[rule].items()
            if verdict.violations
        }

    def report(self, format_: str) -> str:
        """Return the report that ``--report`` writes in this format."""
        return self._judging.report(format_)

    def golden(self, format_: str) -> str:
        """Return that report as it is kept: without versions, and without the moment as of which was judged."""
        return normalised(self.report(format_), moments=[self._judging.now])


@dataclass(frozen=True)
class _Judging:
    """A snapshot, and by what it is judged."""

    snapshot: Snapshot
    catalog: Catalog
    rules: Sequence[Rule]
    settings: Settings
    now: datetime

    def judge(self) -> Judged:
        manifest = self.snapshot.manifest
        evaluation = Evaluation(Job(manifest, self.rules, self.catalog.facts, self.settings, self.now))
        verdicts: dict[str, dict[str, Verdict]] = defaultdict(dict, {rule.id: {} for rule in self.rules})
        with SnapshotReader(self.snapshot) as reader:
            for batch in evaluation.judgements(reader):
                for judgement in batch:
                    verdicts[judgement.rule.id][judgement.subject.id] = as_told(judgement.verdict)
        return Judged(dict(verdicts), evaluation.summary, self)

    def report(self, format_: str) -> str:
        reports = self.catalog.reports
        if format_ not in reports:
            raise no_such("report format", format_, reports)
        file = self.snapshot.folder.with_name(f"{self.snapshot.folder.name}.{format_}")
        targets = [Target(reports[format_], file)]
        check(self.snapshot, self.catalog, self.rules, targets, settings=self.settings, now=self.now)
        return file.read_text("utf-8")


def judge_copy(  # noqa: PLR0913 - a test says only what differs from a plain scan
    copy: Path,
    into: Path,
    *rules: Rule | str,
    settings: Mapping[str, Any] | None = None,
    edition: str | None = None,
    now: datetime | None = None,
    catalog: Catalog | None = None,
) -> Judged:
    """Judge the tenant copy in the folder *copy* as ``tenantlint scan --graph COPY`` does.

    *into* is a new folder for the snapshot; reports are written beside it. *rules* are rules, or ids of rules that are
    installed; none are all that are on by default. *settings* are as in ``tenantlint.toml``
    (``{"rules": {"acme-vm-contact": {"level": "error"}}}``). *now* defaults to when the copy was captured. *catalog*
    defaults to the installed plugins.
    """
    known = _with(catalog or installed(), [rule for rule in rules if not isinstance(rule, str)])
    judging = read_settings(settings or {}, known, edition)
    ids = [rule if isinstance(rule, str) else rule.id for rule in rules]
    chosen = select(known, ids, judging)
    snapshot = _collect(copy, into, known, chosen, judging)
    return _Judging(snapshot, known, chosen, judging, now or snapshot.manifest.ended_at).judge()


def _with(catalog: Catalog, rules: Sequence[Rule]) -> Catalog:
    """Return *catalog* with *rules* that no plugin has to contribute."""
    own = {rule.id: rule for rule in rules}
    origins = {**catalog.origins, **{rule.id: rule.module for rule in rules}}
    found = replace(catalog, rules={**catalog.rules, **own}, origins=origins)
    found.check()
    return found


def _collect(copy: Path, into: Path, catalog: Catalog, rules: Sequence[Rule], settings: Settings) -> Snapshot:
    work = into.with_name(f"{into.name}.work")
    work.mkdir(parents=True)
    tables = catalog.needed_tables(rules, settings.tables)
    with LocalGraph(read_copy(copy), work) as graph:
        collect(graph, tables, into, about=About(catalog.versions))
    return open_snapshot(into)
