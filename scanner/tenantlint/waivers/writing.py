"""Adds waivers to ``waivers.toml``, whose own text and comments stay as they are, byte for byte."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Final

from tenantlint.errors import ConfigError
from tenantlint.waivers.checks import check_waivers
from tenantlint.waivers.fields import KEYS, read_waiver
from tenantlint.waivers.file import ARRAY, check_expiries, let_in, read_text, read_waivers
from tenantlint.waivers.overlaps import Overlaps

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date
    from pathlib import Path

    from tenantlint.catalog import Catalog
    from tenantlint.waivers.waiver import Waiver

_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_BASIC: Final = 0x10000


class WaiverDraft:
    """What *path* holds, and what is to be added to it. Raises ``ConfigError`` where the file itself is wrong.

    *catalog* has the rules that can be waived, *today* is the day from which *max_days* count.
    """

    def __init__(self, path: Path, catalog: Catalog, today: date, max_days: int) -> None:
        self.path = path
        self._catalog = catalog
        self._today = today
        self._max_days = max_days
        self._text = read_text(path) if path.exists() else ""
        self._overlaps = Overlaps()
        for waiver in read_waivers(path, self._text, None):
            self._overlaps.add(waiver)
        _check_growth(path, self._text)
        self._added: list[str] = []

    def add(self, table: Mapping[str, str | date], where: Callable[[str], str]) -> Waiver:
        """Add a waiver; *table* has the keys of ``[[waiver]]``, *where* says what the user calls each.

        Raises ``ConfigError`` where it is not right, would accept nothing, or accepts what another does.
        """
        waiver = read_waiver(table, self._catalog.rules, where, "the new waiver")
        if not waiver.holds(self._today):
            raise ConfigError(f"{where('expires')}: {waiver.expires} is over, it would accept nothing")
        check_expiries([waiver], self._today, self._max_days)
        check_waivers([waiver], self._catalog)
        written = entry(table)
        let_in(waiver, self._overlaps)
        self._added.append(written)
        return waiver

    def write(self) -> str:
        """Append what was added, and return it; the file is made where there is none. Raises ``ConfigError``."""
        if not self._added:
            return ""
        added = "\n".join(self._added)
        if self._text:
            added = f"\n{added}" if self._text.endswith("\n") else f"\n\n{added}"
        ending = "\r\n" if "\r\n" in self._text else "\n"
        try:
            with self.path.open("ab") as file:
                file.write(added.replace("\n", ending).encode())
        except OSError as error:
            raise ConfigError(f"cannot write {self.path}: {error.strerror}") from error
        return added.strip("\n")


def entry(table: Mapping[str, str | date]) -> str:
    """Return *table* as the TOML of one waiver. Raises ``ConfigError`` for text that is none."""
    lines = [f"{key} = {_value(key, table[key])}" for key in KEYS if key in table]
    return "\n".join([f"[[{ARRAY}]]", *lines, ""])


def _value(key: str, value: str | date) -> str:
    if not isinstance(value, str):
        return value.isoformat()
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ConfigError(f"{key}: {value!r} is not text that UTF-8 can hold") from error
    return f'"{"".join(map(_escaped, value))}"'


def _escaped(character: str) -> str:
    """Return *character* as it is where a reader of the file would see it, else as an escape."""
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    return f"\\u{ord(character):04X}" if ord(character) < _BASIC else f"\\U{ord(character):08X}"


def _check_growth(path: Path, text: str) -> None:
    """Raise ``ConfigError`` where a waiver cannot be written below *text*."""
    try:
        tomllib.loads(f"{text}\n[[{ARRAY}]]\n")
    except ValueError as error:
        hint = f"write each waiver of the file under a line [[{ARRAY}]] of its own, not as {ARRAY} = [{{…}}]"
        raise ConfigError(f"{path} cannot be added to: {error}", hint=hint) from error
