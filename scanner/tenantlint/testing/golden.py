"""Golden reports: what a report looked like when somebody read it and found it right."""

from __future__ import annotations

import difflib
import json
import re
from datetime import UTC
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from tenantlint.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

HINT: Final = "run `pytest --update-golden` if that is meant, and read the difference before you commit it"
MOST_LINES: Final = 60
ANY_VERSION: Final = "VERSION"
ANY_MOMENT: Final = "MOMENT"
_OF_MOMENTS: Final = ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y%m%dT%H%M%SZ")


def normalised(report: str, *, moments: Iterable[datetime] = ()) -> str:
    """Return *report* as it is worth keeping: SARIF indented, without versions, and without the *moments*."""
    log = _sarif(report)
    if log is not None:
        for run in log["runs"]:
            _without_versions(run, timeless=not moments)
        report = json.dumps(log, indent=1, ensure_ascii=False) + "\n"
    for moment in moments:
        for form in _OF_MOMENTS:
            report = re.sub(rf"{re.escape(moment.astimezone(UTC).strftime(form))}(\.\d+)?Z?", ANY_MOMENT, report)
    return report


def compare_with_golden(file: Path, report: str, *, update: bool = False) -> None:
    """Assert that *report* is what *file* keeps; with *update*, keep it.

    What differs is in the message of the ``AssertionError``, its first lines at least, and what to do about it.
    """
    if update:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(report, "utf-8", newline="\n")
    kept = file.read_text("utf-8") if file.exists() else ""
    if kept != report:
        raise AssertionError("\n".join([f"{file} differs", *difference(kept, report)]))


def difference(kept: str, written: str) -> Iterator[str]:
    """Yield the first lines of what differs, and the hint."""
    lines = difflib.unified_diff(kept.splitlines(), written.splitlines(), "kept", "written", lineterm="", n=2)
    yield from islice(lines, MOST_LINES)
    yield HINT


def _sarif(report: str) -> dict[str, Any] | None:
    """Return *report* as an object where it is a SARIF log."""
    try:
        log = json.loads(report)
    except ValueError:
        return None
    return log if isinstance(log, dict) and "runs" in log else None


def _without_versions(run: dict[str, Any], *, timeless: bool) -> None:
    tool = run["tool"]
    for name in ("semanticVersion", "fullName"):
        if name in tool["driver"]:
            tool["driver"][name] = tool["driver"][name].replace(__version__, ANY_VERSION)
    for extension in tool.get("extensions", []):
        if "version" in extension:
            extension["version"] = ANY_VERSION
    if not timeless and "guid" in run.get("automationDetails", {}):
        run["automationDetails"]["guid"] = ANY_MOMENT  # it is made of the moment
