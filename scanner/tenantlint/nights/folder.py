"""Finds the nights in a folder, in the order of their own times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint.errors import UsageError
from tenantlint.nights.archive import LaterFileError
from tenantlint.nights.files import check_same_tenant, open_night, other_settings
from tenantlint.nights.night import NightError
from tenantlint.snapshot import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from tenantlint.nights.night import Night
    from tenantlint.nights.snapshots import Judging

REPORTS: Final = (".sarif", ".json", ".jsonl", ".ndjson")


def nights_in(folder: Path, judging: Judging) -> tuple[list[Night], list[str]]:
    """Open the snapshots and reports in *folder*; return them sorted, and in words what was left out.

    Raises ``UsageError`` where there are none, ``NightError`` and ``SnapshotError`` where one of them cannot be used.
    """
    notes: list[str] = []
    nights: dict[datetime, Night] = {}
    for path in _candidates(folder, notes):
        try:
            night = open_night(path, judging)
        except LaterFileError:  # it is read with the first file of its archive
            continue
        if night.at is None:
            raise NightError(f"{path} does not tell of which time it is", hint="name it by its day: 2026-11-20.jsonl")
        if night.at in nights:
            notes.append(f"{path} is left out: it is of the same time as {nights[night.at].name}")
        else:
            nights[night.at] = night
    if not nights:
        raise UsageError(f"there is no night in {folder}", hint="it has to hold snapshots, or reports of earlier runs")
    found = [nights[at] for at in sorted(nights)]
    return found, notes + _compared(found)


def _candidates(folder: Path, notes: list[str]) -> list[Path]:
    """Return what may be nights, snapshots first: of what is of the same time, the first is taken."""
    try:
        entries = sorted(folder.iterdir(), key=lambda path: path.name)
    except OSError as error:
        raise UsageError(f"cannot read {folder}: {error.strerror}", hint="give the folder that holds nights") from error
    entries = [path for path in entries if not path.name.startswith(".")]
    snapshots = [path for path in entries if (path / MANIFEST).is_file()]
    reports = [path for path in entries if path.is_file() and path.suffix.lower() in REPORTS]
    if others := len(entries) - len(snapshots) - len(reports):
        notes.append(f"{others} files or folders in {folder} are neither complete snapshots nor reports")
    return snapshots + reports


def _compared(nights: Sequence[Night]) -> list[str]:
    last = nights[-1]
    notes: dict[str, None] = {}
    for night in nights[:-1]:
        check_same_tenant(night, last)
        notes |= dict.fromkeys(other_settings(night, last))
    return list(notes)
