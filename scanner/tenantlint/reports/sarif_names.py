"""What the files of an upload or an archive are called, and the runs of an archive that is in several parts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

from tenantlint.nights.json_stream import JsonStream

if TYPE_CHECKING:
    from pathlib import Path

Profile: TypeAlias = Literal["upload", "archive"]

_BEFORE_NUMBER: Final[dict[Profile, str]] = {"upload": "-", "archive": "-part"}
_RUN: Final = re.compile(r"tenantlint/tenant-[^/]*/(?:part-(\d{1,6})-of-(\d{1,6})/)?(\d{8}T\d{6}Z)")


class Part(NamedTuple):
    """Which part of an archive a run is, of how many; and the moment as of which was judged, ``20261120T020000Z``."""

    number: int
    of: int
    at: str


def file_of(path: Path, number: int, profile: Profile) -> Path:
    """Return the path of the file with a *number*, from 1, of those that belong to *path*."""
    return path if number == 1 else path.with_name(f"{path.stem}{_BEFORE_NUMBER[profile]}{number}{path.suffix}")


def may_write(path: Path, profile: Profile, other: Path) -> bool:
    """Tell whether *other* is one of the further files that *path* may have, however many there are."""
    number = other.stem.removeprefix(f"{path.stem}{_BEFORE_NUMBER[profile]}")
    return number.isdecimal() and int(number) > 1 and file_of(path, int(number), profile) == other


def is_ours(path: Path, profile: Profile) -> bool:
    """Tell whether *path* is a file that an earlier scan wrote, for the same purpose: only such a one is removed."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            properties = _properties(JsonStream(file))
    except (OSError, ValueError):
        return False
    is_archive = "tenantlint/subscriptions" in properties
    return "tenantlint/cloud" in properties and is_archive == (profile == "archive")


def _properties(stream: JsonStream) -> dict[str, object]:
    """Return those of the first run of a SARIF log; none where it has none."""
    for name in stream.members():
        if name == "runs":
            for _ in stream.items():
                for member in stream.members():
                    value = stream.value()
                    if member == "properties" and isinstance(value, dict):
                        return value
        else:
            stream.value()
    return {}


def part_category(whole: str, number: int, of: int) -> str:
    """Return the category of one part *of* so many of the archive whose category is *whole*."""
    return whole if of == 1 else f"{whole}/part-{number}-of-{of}"


def part_of(automation_id: str) -> Part | None:
    """Read the ``automationDetails.id`` of a run; None where it is not that of an archive."""
    found = _RUN.fullmatch(automation_id)
    return Part(int(found[1] or 1), int(found[2] or 1), found[3]) if found else None
