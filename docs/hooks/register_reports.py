"""A report of the ids of all resources with a violation, one a line: `--report acme-ids=ids.txt`."""

import sys
from collections.abc import Sequence
from pathlib import Path

from tenantlint import hookimpl

TENANTLINT_API = "1.0"


class Ids:
    """The ids that were found so far."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._ids: set[str] = set()

    def add(self, judgements: Sequence) -> None:
        self._ids.update(each.subject.id.lower() for each in judgements if each.verdict.outcome == "violation")

    def finish(self, summary: object) -> list[str]:
        text = "".join(f"{id_}\n" for id_ in sorted(self._ids))
        self._path.write_text(text, "utf-8") if self._path else sys.stdout.write(text)
        return []

    def discard(self) -> None:
        pass  # nothing is written before the end


class IdsReport:
    """The format, as `--report` names it."""

    name = "acme-ids"
    description = "The ids of all resources with a violation."
    everything = False
    module = __name__

    def open(self, path: Path | None, scan: object) -> Ids:
        return Ids(path)


@hookimpl
def register_reports() -> list[IdsReport]:
    return [IdsReport()]
