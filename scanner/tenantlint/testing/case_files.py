"""What a file of cases may hold, and what is said where it holds something else."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import orjson

from tenantlint.errors import UsageError
from tenantlint.model import CAUSES, LEVELS, OUTCOMES
from tenantlint.names import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from pathlib import Path


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


def _is_list(value: object) -> bool:
    return isinstance(value, list)


def _is_rows(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(row, dict) for row in value)


def _is_moment(value: object) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


_KINDS: Final[Mapping[str, tuple[Callable[[object], bool], str]]] = {
    "case": (_is_text, "text"),
    "tables": (_is_object, "an object of rows by table"),
    "resources": (_is_rows, "a list of resources"),
    "expect": (_is_object, "an object of verdicts by resource id"),
    "settings": (_is_object, "an object of settings"),
    "unread": (_is_list, "a list of what was not read"),
    "missing": (_is_object, "an object of reasons by table"),
    "tenant_id": (_is_text, "text"),
    "edition": (_is_text, "a month such as 2026-01"),
    "now": (_is_moment, "a moment such as 2026-11-20T02:00:00Z"),
}
_GAP: Final = ("reason", "subscription", "table")
_WORDS: Final[Mapping[str, Collection[str]]] = {"verdict": OUTCOMES, "level": LEVELS, "cause": CAUSES}


@dataclass(frozen=True)
class Expected:
    """What a case expects of one resource. ``parts`` are those of its violations, ``says`` what its messages contain.

    Without ``parts``, a violation has one that is empty.
    """

    verdict: str
    level: str | None = None
    cause: str | None = None
    parts: tuple[str, ...] | None = None
    says: tuple[str, ...] = ()

    @property
    def all_parts(self) -> tuple[str, ...]:
        """The parts of the violations, those included that nobody spelled."""
        return ("",) * (self.verdict == "violation") if self.parts is None else self.parts


def read_entries(file: Path) -> list[dict[str, Any]]:
    """Read the cases of *file*, each with what it expects. Raises ``UsageError``: which case, which key, what is wrong.

    A case that is misread is a promise that nobody holds.
    """
    try:
        entries = orjson.loads(file.read_bytes())
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}") from error
    except ValueError as error:
        raise UsageError(f"{file} is not JSON: {error}") from error
    if not isinstance(entries, list) or not entries:
        raise UsageError(f"{file} holds no list of cases")
    return [_entry(f"{file}, case {number}", entry) for number, entry in enumerate(entries, start=1)]


def _entry(where: str, entry: object) -> dict[str, Any]:
    found = _object(where, entry, _KINDS)
    named = f"{where} ({found['case']!r})" if isinstance(found.get("case"), str) else where
    for key, (is_one, what) in _KINDS.items():
        if key in found and not is_one(found[key]):
            raise UsageError(f"{named}: {key!r} is {what}, not {found[key]!r:.80}")
    _demand(named, found, ("case", "expect"))
    if ("tables" in found) == ("resources" in found):
        raise UsageError(
            f"{named} has either 'tables', which the rule sees, or 'resources', of which queries make them"
        )
    for table, rows in found.get("tables", {}).items():
        if not _is_rows(rows):
            raise UsageError(f"{named}: table {table!r} is a list of rows, not {rows!r:.80}")
    for gap in found.get("unread", []):
        _demand(f"{named}, an entry of 'unread'", _object(f"{named}, an entry of 'unread'", gap, _GAP), ("reason",))
    return {**found, "expect": {id_: _expected(f"{named}, {id_}", each) for id_, each in found["expect"].items()}}


def _expected(where: str, entry: object) -> Expected:
    found = _object(where, entry, [field.name for field in fields(Expected)])
    _demand(where, found, ("verdict",))
    for key, words in _WORDS.items():
        if key in found and found[key] not in words:
            raise UsageError(f"{where}: {key!r} is {found[key]!r}", hint=nearest(str(found[key]), words))
    for key in ("parts", "says"):
        if key in found:
            found[key] = _texts(f"{where}: {key!r}", found[key])
    return Expected(**found)


def _object(where: str, entry: object, known: Collection[str]) -> dict[str, Any]:
    if not isinstance(entry, dict):
        raise UsageError(f"{where} is an object, not {entry!r:.80}")
    for key in entry:
        if key not in known:
            raise UsageError(f"{where} has no key {key!r}", hint=nearest(key, known))
    return dict(entry)


def _demand(where: str, found: Collection[str], keys: Collection[str]) -> None:
    for key in keys:
        if key not in found:
            raise UsageError(f"{where} has no {key!r}")


def _texts(where: str, value: object) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return tuple(value)
    raise UsageError(f"{where} is a list of texts, not {value!r:.80}")
