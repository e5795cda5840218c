"""``markdown``: what a person reads first where a job's summary is Markdown, as on GitHub."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tenantlint.reports.markdown_findings import Findings
from tenantlint.reports.markdown_page import page
from tenantlint.reports.output import Output

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tenantlint.reports import Scan
    from tenantlint.results import Judgement, Summary


@dataclass(frozen=True)
class MarkdownReport:
    """A page with totals, what was not read, what is new, and the worst violations of each rule."""

    name: str = "markdown"
    description: str = "A page for people, such as a GitHub job's summary: totals, what is new, the worst by rule."
    everything: bool = False
    module: str = __name__

    def open(self, path: Path | None, scan: Scan) -> MarkdownWriter:
        """Start the report."""
        return MarkdownWriter(Output(path), scan)


class MarkdownWriter:
    """Keeps what the page shows, and writes it at the end."""

    def __init__(self, output: Output, scan: Scan) -> None:
        self._output = output
        self._scan = scan
        self._findings = Findings(scan.subscriptions)

    def add(self, judgements: Sequence[Judgement]) -> None:
        """Take the violations among *judgements*."""
        self._findings.add(judgements)

    def finish(self, summary: Summary) -> list[str]:
        """Write the page, which says itself what it leaves out."""
        self._output.write(page(self._scan, summary, self._findings).encode())
        self._output.commit()
        return []

    def discard(self) -> None:
        """Leave nothing behind."""
        self._output.discard()
