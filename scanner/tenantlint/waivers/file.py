"""``waivers.toml``: the findings that are accepted. It is right as a whole, or nothing is judged."""

from __future__ import annotations

import hashlib
import tomllib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tenantlint.errors import ConfigError
from tenantlint.findings import Written
from tenantlint.names import nearest
from tenantlint.settings import WaiversTold
from tenantlint.waivers.fields import read_waiver
from tenantlint.waivers.lines import EntryLines, entry_lines
from tenantlint.waivers.overlaps import Overlaps

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from datetime import date

    from tenantlint.waivers.waiver import Waiver

FILE: Final = Path("waivers.toml")
ARRAY: Final = "waiver"


def load_waivers(path: Path | None, rules: Collection[str] | None) -> tuple[Waiver, ...]:
    """Read *path*; for None, ``waivers.toml`` of the working directory if there is one.

    *rules* are those that there are, None where that is not known. Raises ``ConfigError`` with the line, but does not
    look at how far away the expiries are: see :func:`check_expiries`.
    """
    if path is None and not FILE.exists():
        return ()
    path = path or FILE
    return read_waivers(path, read_text(path), rules)


def read_text(path: Path) -> str:
    """Return the text of *path*. Raises ``ConfigError``."""
    try:
        return path.read_bytes().decode("utf-8-sig")  # some editors of Windows put a mark before UTF-8
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from error
    except ValueError as error:
        raise ConfigError(f"{path} is not UTF-8: {error}") from error


def read_waivers(path: Path, text: str, rules: Collection[str] | None) -> tuple[Waiver, ...]:
    """Read the *text* of *path*; see :func:`load_waivers`."""
    entries = _entries(path, text)
    lines = entry_lines(text, ARRAY) if entries else []
    waivers = [_read(path, table, rules, at) for table, at in zip(entries, lines, strict=True)]
    overlaps = Overlaps()
    for waiver in waivers:
        let_in(waiver, overlaps)
    return tuple(waivers)


def let_in(waiver: Waiver, overlaps: Overlaps) -> None:
    """Add *waiver* to *overlaps*. Raises ``ConfigError`` where one of those accepts the same violation."""
    for other in overlaps.with_(waiver):
        hint = "take one of them out, or give the one that is there a later date"
        raise ConfigError(f"{waiver.place}: {other.place} accepts violations of {waiver.rule} there, too", hint=hint)
    overlaps.add(waiver)


def too_long(waivers: Iterable[Waiver], today: date, max_days: int) -> Iterator[Waiver]:
    """Yield the waivers that expire more than *max_days* after *today*."""
    return (waiver for waiver in waivers if (waiver.expires - today).days > max_days)


def check_expiries(waivers: Iterable[Waiver], today: date, max_days: int) -> None:
    """Raise ``ConfigError`` for a waiver that expires more than *max_days* after *today*, the day that is judged."""
    for waiver in too_long(waivers, today, max_days):
        days = (waiver.expires - today).days
        said = f"it expires on {waiver.expires}, {days} days after {today}; at most {max_days} can be waived"
        hint = "set an earlier day, or `max_days` under [waivers] in tenantlint.toml"
        raise ConfigError(f"{waiver.place}: {said}", hint=hint)


def told_of(path: Path | None, waivers: Collection[Waiver], max_days: int) -> WaiversTold | None:
    """Return what is told of the file with these *waivers* among the settings; None where there is none."""
    if path is None and not FILE.exists():
        return None
    path = path or FILE
    return WaiversTold(path.name, hashlib.sha256(path.read_bytes()).hexdigest(), len(waivers), max_days)


def _entries(path: Path, text: str) -> list[dict[str, object]]:
    try:
        content = tomllib.loads(text)
    except ValueError as error:
        raise ConfigError(f"{path} is not TOML: {error}") from error
    for key in content:
        if key != ARRAY:
            raise ConfigError(f"{path} has no key {key!r}", hint=nearest(key, [ARRAY]))
    entries = content.get(ARRAY, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ConfigError(f"{path}: {ARRAY} is a list of tables", hint=f"each starts with the line [[{ARRAY}]]")
    return entries


def _read(path: Path, table: dict[str, object], rules: Collection[str] | None, lines: EntryLines) -> Waiver:
    where: Callable[[str], str] = partial(_where, path, lines)
    return read_waiver(table, rules, where, Written(path.as_posix(), lines.start))


def _where(path: Path, lines: EntryLines, key: str) -> str:
    return str(Written(path.as_posix(), lines.of(key)))
