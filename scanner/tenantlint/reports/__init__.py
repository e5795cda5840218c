"""Formats in which results are written, and what they share: one file per format."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from tenantlint.hookspecs import hookimpl
from tenantlint.sources.places import NOWHERE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from tenantlint.manifest import Manifest
    from tenantlint.model import Violation
    from tenantlint.results import Judgement, Subject, Summary
    from tenantlint.rules import Rule
    from tenantlint.settings import Settings
    from tenantlint.sources.places import Locator, Place


@dataclass(frozen=True)
class Scan:
    """What is known of a scan before its first verdict.

    ``rules`` are those that judge, sorted by id. ``subscriptions`` maps ids, in lower case, to names. ``now`` is the
    moment as of which is judged. ``settings`` are the effective ones. ``places`` knows where violations are shown.
    ``starts_over`` is the user's word that no alert has to stay open: nothing was uploaded before. ``plugins`` are the
    versions of those that judge, by name: others may have taken the snapshot.
    """

    manifest: Manifest
    rules: Sequence[Rule]
    subscriptions: Mapping[str, str]
    now: datetime
    settings: Settings
    places: Locator = NOWHERE
    starts_over: bool = False
    plugins: Mapping[str, str] = field(default_factory=dict)

    @property
    def only_violations(self) -> frozenset[str]:
        """The ids of the rules that know violations only: nobody knows how many other resources comply."""
        tables = self.manifest.tables
        return frozenset(rule.id for rule in self.rules if rule.on in tables and tables[rule.on].only_violations)

    def not_known(self) -> Iterator[tuple[list[str], str]]:
        """Yield the ids of rules that know violations only, sorted, and what that means for them."""
        tables = {rule.id: self.manifest.tables[rule.on] for rule in self.rules if rule.id in self.only_violations}
        empty = {rule for rule, table in tables.items() if table.population and not table.rows and not table.missing}
        if others := sorted(tables.keys() - empty):
            yield others, "how many resources comply is not known, only which do not"
        if empty:
            yield sorted(empty), "no resource of the type was seen, so nothing is known to comply"

    def locate(self, subject: Subject, violation: Violation | None) -> Place | None:
        """Return the place in the repository of a *violation*, or (None) of a resource; None where it is not known.

        It is known best while a report is given the judgement.
        """
        return self.places.locate(subject, violation)

    def place_of(self, judgement: Judgement, violation: Violation) -> Place | None:
        """Return the place of a *violation*; of one that only the baseline knows, where it was shown then."""
        return judgement.mark(violation.part).place or self.locate(judgement.subject, violation)


class Writer(Protocol):
    """Writes one report: takes the judgements as they come, then the summary."""

    def add(self, judgements: Sequence[Judgement]) -> None:
        """Take some judgements."""
        ...

    def finish(self, summary: Summary) -> list[str]:
        """Write what is left; nothing follows. Return in words what the user should know of what is not in it."""
        ...

    def discard(self) -> None:
        """Leave nothing behind: the scan failed, and half a report is worse than none."""
        ...


class Report(Protocol):
    """A format that results can be written in.

    ``everything`` says whether the report wants each verdict, or only violations and failures.
    """

    @property
    def name(self) -> str:
        """What the user writes before the ``=`` of ``--report``."""
        ...

    @property
    def description(self) -> str:
        """One sentence for ``--help``."""
        ...

    @property
    def everything(self) -> bool:
        """See above."""
        ...

    @property
    def module(self) -> str:
        """The name of the module that defines the format."""
        ...

    def open(self, path: Path | None, scan: Scan) -> Writer:
        """Start a report at *path*; None is standard output."""
        ...


@hookimpl
def register_reports() -> Iterable[Report]:
    """Return the formats that come with tenantlint."""
    from tenantlint.reports.csv import CsvReport
    from tenantlint.reports.json import JsonReport
    from tenantlint.reports.junit import JUnitReport
    from tenantlint.reports.markdown import MarkdownReport
    from tenantlint.reports.sarif import SarifReport
    from tenantlint.reports.sarif_full import SarifFullReport
    from tenantlint.reports.text import TextReport

    return [
        TextReport(),
        MarkdownReport(),
        SarifReport(),
        SarifFullReport(),
        JsonReport(),
        CsvReport(),
        JUnitReport(),
    ]
