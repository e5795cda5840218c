"""Keeps the violations of a night on disk, to be found by rule and resource."""

from __future__ import annotations

import json
import tempfile
import weakref
from dataclasses import astuple
from typing import TYPE_CHECKING, Any

import orjson

from tenantlint.nights.night import Found, Told
from tenantlint.sources.places import Place

if TYPE_CHECKING:
    from collections.abc import Iterator


class Records:
    """Verdicts in a temporary file, in the order in which they came."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as this
        self._end = 0
        weakref.finalize(self, self._file.close)

    def append(self, told: Told) -> int:
        """Keep *told*; return its place. Not while :meth:`all` is under way."""
        place = self._end
        line = _dump(told)
        self._file.seek(place)
        self._file.write(line)
        self._end += len(line)
        return place

    def at(self, place: int) -> Told:
        """Return the verdict at *place*."""
        self._file.seek(place)
        return _load(self._file.readline())

    def all(self) -> Iterator[Told]:
        """Yield all verdicts, as often as it is asked for."""
        self._file.seek(0)
        for line in self._file:
            yield _load(line)

    def close(self) -> None:
        """Give the file back."""
        self._file.close()


class Ledger:
    """The violations of a night: what they said is on disk, in memory is where (some 130 bytes a resource)."""

    def __init__(self) -> None:
        self._records = Records()
        self._places: dict[bytes, int] = {}

    def add(self, told: Told) -> None:
        """Keep the violations of *told* beside others of the same rule and resource."""
        key = told.key
        if key in self._places:
            before = self._records.at(self._places[key])
            mine = {each.key for each in told.found}
            told = before._replace(found=(*(each for each in before.found if each.key not in mine), *told.found))
        self._places[key] = self._records.append(told)

    def take(self, key: bytes) -> Told | None:
        """Return and forget the violations of a rule and resource, see ``Told.key``; None where there are none."""
        place = self._places.pop(key, None)
        return None if place is None else self._records.at(place)

    def rest(self) -> Iterator[Told]:
        """Yield what nobody took, in the order in which it came."""
        for place in sorted(self._places.values()):
            yield self._records.at(place)

    def __len__(self) -> int:
        return len(self._places)

    def close(self) -> None:
        """Forget everything."""
        self._records.close()
        self._places.clear()


def as_json(value: object) -> bytes:
    """Return *value* as JSON on one line, even where it holds halves of characters."""
    try:
        return orjson.dumps(value, default=dict)
    except TypeError:
        return json.dumps(value, default=dict).encode()


def _dump(told: Told) -> bytes:
    found = [(each.key.hex(), *each[1:-1], each.place and astuple(each.place)) for each in told.found]
    return as_json((*told[:-1], found)) + b"\n"


def _load(line: bytes) -> Told:
    try:
        values = orjson.loads(line)
    except ValueError:
        values = json.loads(line)
    values[-1] = tuple(_found(*found) for found in values[-1])
    return Told(*values)


def _found(key: str, *rest: Any) -> Found:  # noqa: ANN401 - what _dump() wrote
    *others, place = rest
    return Found(bytes.fromhex(key), *others)._replace(place=place and Place(*place))
