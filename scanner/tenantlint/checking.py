"""From a snapshot to reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tenantlint.evaluate import Evaluation, Job
from tenantlint.isolation.plan import NO_ISOLATION
from tenantlint.isolation.running import judged_apart
from tenantlint.manifest import TENANT
from tenantlint.reports import Scan
from tenantlint.snapshot import SnapshotReader
from tenantlint.sources.places import NOWHERE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tenantlint.catalog import Catalog
    from tenantlint.findings import Stage
    from tenantlint.isolation.plan import Isolation
    from tenantlint.reports import Report, Writer
    from tenantlint.results import Judgement, Summary
    from tenantlint.rules import Rule
    from tenantlint.settings import Settings
    from tenantlint.snapshot import Reader, Snapshot
    from tenantlint.sources.places import Locator


@dataclass(frozen=True, slots=True)
class Target:
    """A report and the file that it goes to; None is standard output."""

    report: Report
    path: Path | None


def check(  # noqa: PLR0913 - what a check depends on, spelled out
    snapshot: Snapshot,
    catalog: Catalog,
    rules: Sequence[Rule],
    targets: Sequence[Target],
    *,
    settings: Settings,
    now: datetime,
    stages: Sequence[Stage] = (),
    places: Locator = NOWHERE,
    everything: bool = False,
    starts_over: bool = False,
    isolation: Isolation = NO_ISOLATION,
    progress: Callable[[str], None] = lambda _: None,
) -> tuple[Summary, list[str]]:
    """Judge *snapshot* by *rules* as of *now* and write the reports.

    The *stages* mark violations on their way, in their order; *everything* says that one of them wants each verdict,
    and not only violations and failures. *places* knows where reports show them, *starts_over* is told to them, see
    ``Scan``. *isolation* names the rules that judge in processes of their own. Returns the summary, and in words what
    the user should know of what a report leaves out. Where something goes wrong no report is left half written.
    *progress* is told what goes on, and "" before the reports are written: one of them may go to the terminal that
    shows it.
    """
    with SnapshotReader(snapshot) as reader:
        names, now = subscription_names(reader), now.astimezone(UTC)
        scan = Scan(snapshot.manifest, rules, names, now, settings, places, starts_over, catalog.versions)
        writers: list[Writer] = []
        try:
            for target in targets:
                writers.append(target.report.open(target.path, scan))  # noqa: PERF401 - those before one that fails are discarded
            everything = everything or any(target.report.everything for target in targets)
            with judged_apart(isolation, rules, snapshot, scan.now, progress) as apart:
                progress("judging")
                job = Job(scan.manifest, rules, catalog.facts, settings, scan.now, apart)
                summary = _judge(reader, job, writers, stages, everything=everything)
            progress("")
            summary.notes += apart.notes
            ending: list[Stage | Writer] = [*stages, *writers]
            for each in ending:
                summary.notes += each.finish(summary)
        except BaseException:
            for writer in writers:
                writer.discard()
            raise
    return summary, summary.notes


def subscription_names(reader: Reader) -> dict[str, str]:
    """Return the names of the subscriptions by their ids in lower case; empty where they were not read."""
    table = reader.manifest.tables.get("subscriptions")
    if table is None or table.missing:
        return {}
    columns = ("subscriptionId", "name")
    rows = (cells for batch in reader.rows("subscriptions", TENANT, columns) for cells in batch)
    return {key.lower(): name or key for key, name in rows if key}


def _judge(
    reader: Reader, job: Job, writers: Sequence[Writer], stages: Sequence[Stage], *, everything: bool
) -> Summary:
    evaluation = Evaluation(job, everything=everything)
    for batch in evaluation.judgements(reader):
        judgements: Sequence[Judgement] = batch
        for stage in stages:
            judgements = stage.mark(judgements, evaluation.summary)
        for writer in writers:
            writer.add(judgements)
    return evaluation.summary
