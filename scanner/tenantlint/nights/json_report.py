"""Nights that were kept as the ``json`` report: JSON Lines, one verdict a line."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import orjson

from tenantlint.model import INCOMPLETE, LEVELS, OUTCOMES
from tenantlint.nights.night import Found, NightError, Told, finding_key
from tenantlint.nights.seen import Seen

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

LONGEST_LINE: Final = 1 << 26
_DAY: Final = re.compile(r"(?<!\d)(\d{4})-?(\d\d)-?(\d\d)(?:T(\d\d)[:-]?(\d\d)[:-]?(\d\d)Z)?(?!\d)")
_SUBSCRIPTION: Final = re.compile(r"/subscriptions/([^/]+)", re.IGNORECASE)


class JsonNight:
    """The verdicts in a ``json`` report, which says nothing of the run: neither tenant nor settings nor coverage.

    The time is that in the file's name, if there is one. Other rules than *only*, if there are any, are passed over.
    """

    tenant: tuple[str, str] = ("", "")
    settings: Mapping[str, Any] | None = None
    reach: None = None
    unread: int | None = None
    ended: frozenset[bytes] = frozenset()

    def __init__(self, path: Path, only: frozenset[str] = frozenset()) -> None:
        self.name = str(path)
        self.at = time_in(path.name)
        self.incomplete = False
        self.rules: frozenset[str] = frozenset()
        self.remembered = Seen()
        self._path = path
        self._only = only

    def verdicts(self) -> Iterator[Told]:
        """Yield the verdicts, line by line. Raises ``NightError`` where a line is none."""
        rules: set[str] = set()
        with self._path.open("rb") as file:
            for number, line in enumerate(iter(lambda: file.readline(LONGEST_LINE), b""), 1):
                told = self._read(line, number)
                if self._only and told.rule not in self._only:
                    continue
                rules.add(told.rule)
                self.incomplete |= told.cause in INCOMPLETE
                yield told
        self.rules = frozenset(rules)

    def gap(self, told: Told) -> str | None:
        """Say that nothing is proven: the report does not tell what was read."""
        del told
        return f"{self.name} has no verdict on it, and does not say what was read"

    def doubt(self, told: Told) -> None:
        """See :class:`tenantlint.nights.night.Night`."""
        del told

    def _read(self, line: bytes, number: int) -> Told:
        try:
            return _told(orjson.loads(line if line.endswith(b"\n") else b"cut"))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise NightError(
                f"line {number} of {self.name} is no verdict: {error}",
                hint="it was altered or cut short; write it again with `check --report json=FILE`",
            ) from error


def time_in(name: str) -> datetime | None:
    """Return the first day that a file's name tells (2026-11-20, 20261120T020000Z), with its time if it has one."""
    for match in _DAY.finditer(name):
        try:
            return datetime(*(int(part) for part in match.groups() if part), tzinfo=UTC)  # type: ignore[misc,arg-type]  # three or six numbers
        except ValueError:
            continue
    return None


def _told(value: dict[str, Any]) -> Told:
    rule, resource, outcome, cause = value["rule"], value["resource"], value["verdict"], value["cause"] or ""
    if not all(isinstance(each, str) for each in (rule, resource, cause)) or outcome not in OUTCOMES:
        raise ValueError("it has no rule, resource or verdict that could be one")
    found = tuple(_found(rule, resource, each, value["violations"]) for each in value["violations"])
    if bool(found) != (outcome == "violation"):
        raise ValueError("its verdict contradicts its violations")
    inside = _SUBSCRIPTION.match(resource)
    name, subscription = resource.rpartition("/")[2] or resource, inside[1].lower() if inside else ""
    message = "" if found else str(value["message"])
    return Told(rule, resource, name, subscription, outcome, cause, message, found)


def _found(rule: str, resource: str, value: dict[str, Any], all_of_it: list[dict[str, Any]]) -> Found:
    if value["level"] not in LEVELS:
        raise ValueError("a violation without a level")
    key = finding_key(rule, resource, value["part"], (each["part"] for each in all_of_it))
    return Found(key, value["level"], str(value["message"]), dict(value["evidence"]), value["part"], "waiver" in value)
