"""``csv``: one violation a line, for spreadsheets."""

from __future__ import annotations

import csv
import io
from codecs import BOM_UTF8
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tenantlint.reports.csv_cells import json_cell, text_cell
from tenantlint.reports.output import Output
from tenantlint.reports.places import resource_group, visible_id
from tenantlint.sentences import visible_prose
from tenantlint.untrusted import visible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tenantlint.model import Violation
    from tenantlint.reports import Scan
    from tenantlint.results import Judgement, Summary

COLUMNS: Final = (
    "rule",
    "level",
    "state",
    "baseline",
    "subscription_id",
    "subscription",
    "resource_group",
    "resource_id",
    "name",
    "part",
    "message",
    "evidence",
    "help",
    "waiver_reason",
    "waiver_owner",
    "waiver_expires",
)
"""``state`` is "open" or "waived"; ``baseline`` is empty where there is no baseline. New ones go to the end."""


@dataclass(frozen=True)
class CsvReport:
    """RFC 4180 in UTF-8; the byte order mark in front is what tells Excel so."""

    name: str = "csv"
    description: str = "One violation a line, waived ones marked: for spreadsheets."
    everything: bool = False
    module: str = __name__

    def open(self, path: Path | None, scan: Scan) -> CsvWriter:
        """Start the report."""
        return CsvWriter(Output(path), scan.subscriptions)


class CsvWriter:
    """Writes violations as they come."""

    def __init__(self, output: Output, subscriptions: Mapping[str, str]) -> None:
        self._output = output
        self._subscriptions = subscriptions
        output.write(BOM_UTF8 + _lines([COLUMNS]))

    def add(self, judgements: Sequence[Judgement]) -> None:
        """Write a line for each violation among *judgements*."""
        self._output.write(
            _lines(
                [self._cells(judgement, found) for judgement in judgements for found in judgement.verdict.violations]
            )
        )

    def _cells(self, judgement: Judgement, violation: Violation) -> list[str]:
        subject, mark = judgement.subject, judgement.mark(violation.part)
        waiver = mark.waiver
        texts = (
            judgement.rule.id,
            violation.level,
            "waived" if waiver else "open",
            mark.state or "",
            visible(subject.subscription_id),
            visible(self._subscriptions.get(subject.subscription_id, "")),
            resource_group(subject.id),
            visible_id(subject.id),
            visible(subject.name),
            visible(violation.part),
            visible_prose(violation.message),
        )
        why = (visible_prose(waiver.reason), visible_prose(waiver.owner), str(waiver.expires)) if waiver else ("",) * 3
        rest = (visible_prose(judgement.rule.sources[0].url), *why)
        return [*map(text_cell, texts), json_cell(violation.evidence), *map(text_cell, rest)]

    def finish(self, summary: Summary) -> list[str]:
        """Close the file; say so where no line does not mean that all is fine."""
        self._output.commit()
        told = "the csv report has violations only: what was not read or broke is not in it, and not known to be fine"
        return [told] if summary.incomplete else []

    def discard(self) -> None:
        """Remove what was written."""
        self._output.discard()


def _lines(rows: Sequence[Sequence[str]]) -> bytes:
    """Return *rows* as CSV, whose lines end with CR LF on every system."""
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\r\n").writerows(rows)
    return written.getvalue().encode()
