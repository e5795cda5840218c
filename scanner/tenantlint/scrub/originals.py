"""What must not be found again: the names, ids and addresses of a tenant, as digests in a file."""

from __future__ import annotations

import secrets
import sqlite3
from contextlib import closing, contextmanager
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from tenantlint.scrub.guids import unknown_guids
from tenantlint.scrub.keys import Role
from tenantlint.scrub.known_names import is_known_name
from tenantlint.scrub.parts import Kind
from tenantlint.scrub.texts import parts_of
from tenantlint.scrub.urls import emails_in
from tenantlint.scrub.walk import texts_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from tenantlint.model import Json

SHORTEST: Final = 4
"""Characters of the shortest name that is looked for: one of a resource group or subscription."""

_SHORTEST_RESOURCE: Final = 6
_SHORT: Final = 512
_BATCH: Final = 1 << 15
_SQL: Final = """
    PRAGMA journal_mode = off; PRAGMA synchronous = off; PRAGMA cache_size = -32768;
    CREATE TABLE originals (digest INTEGER PRIMARY KEY);
"""


class Originals:
    """A set of texts, compared without regard to case, that takes little memory however many there are.

    The file holds digests only, under a key that is nowhere else: nobody can tell from it what was in it.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        connection.executescript(_SQL)
        self._connection = connection
        self._key = secrets.token_bytes()
        self._pending: set[int] = set()

    def note(self, row: dict[str, Json]) -> None:
        """Take in what *row* says of its tenant: its own names and those in its id, and GUIDs and e-mail addresses."""
        self._add(_names(row))
        for each in texts_in(row):
            if found := telling(each.text):
                self._add(found)

    def __contains__(self, text: str) -> bool:
        """Tell whether *text* was noted."""
        if self._pending:
            self._flush()
        found = self._connection.execute("SELECT 1 FROM originals WHERE digest = ?", (self._digest(text),))
        return found.fetchone() is not None

    def _add(self, texts: Iterable[str]) -> None:
        self._pending.update(map(self._digest, texts))
        if len(self._pending) >= _BATCH:
            self._flush()

    def _flush(self) -> None:
        rows = ((digest,) for digest in self._pending)
        self._connection.executemany("INSERT OR IGNORE INTO originals VALUES (?)", rows)
        self._pending.clear()

    def _digest(self, text: str) -> int:
        key, data = self._key, text.lower().encode(errors="surrogatepass")
        return int.from_bytes(blake2b(data, key=key, digest_size=8).digest(), "big", signed=True)


@contextmanager
def originals_in(file: Path) -> Iterator[Originals]:
    """Give an empty set whose file is *file*, which is removed afterwards."""
    try:
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            yield Originals(connection)
    finally:
        file.unlink(missing_ok=True)


@lru_cache(maxsize=1 << 12)
def _telling(text: str) -> tuple[str, ...]:
    return (*unknown_guids(text), *emails_in(text))


def telling(text: str) -> tuple[str, ...]:
    """Return what in *text* tells by its form whose it is: GUIDs, as 32 digits, and e-mail addresses."""
    if "@" not in text and len(text) < len("0123456789abcdef0123456789abcdef"):
        return ()
    return _telling(text) if len(text) <= _SHORT else (*unknown_guids(text), *emails_in(text))


def _names(row: Mapping[str, Json]) -> Iterator[str]:
    for column in ("resourceGroup", "subscriptionId", "tenantId"):
        yield from _worth(row.get(column), SHORTEST)
    for column, role in (("name", Role.NAME), ("id", Role.VALUE)):
        value = row.get(column)
        yield from _worth(value, _SHORTEST_RESOURCE)
        if isinstance(value, str):
            for part in parts_of(value, role):
                if part.kind is Kind.NAME:
                    yield from _worth(part.text, _SHORTEST_RESOURCE)


def _worth(name: Json, shortest: int) -> Iterator[str]:
    """Yield *name* if it can be looked for: numbers are everywhere, and so are names that every tenant has."""
    if isinstance(name, str) and len(name) >= shortest and not name.isdecimal() and not is_known_name(name):
        yield name
