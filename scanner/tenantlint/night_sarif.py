"""Nights that were kept as the ``sarif-full`` report, the archive."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import orjson

from tenantlint.json_stream import JsonStream
from tenantlint.model import INCOMPLETE, LEVELS
from tenantlint.night_json import time_in
from tenantlint.nights import CARRIED, Found, NightError, Told, digest, finding_key

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from tenantlint.model import Outcome

RESULT: Final = "result"
_KINDS: Final[dict[str, Outcome]] = {
    "fail": "violation",
    "pass": "compliant",
    "notApplicable": "not-applicable",
    "open": "not-evaluable",
}
_SUBSCRIPTION: Final = re.compile(r"/subscriptions/([^/]+)", re.IGNORECASE)
_ARCHIVE: Final = re.compile(r"tenantlint/tenant-[^/]*/(\d{8}T\d{6}Z)")
_NOT_ONE: Final = "is not an archive of tenantlint"
_HINT: Final = "give a snapshot, or a report written with `check --report sarif-full=FILE` or `json=FILE`"


class SarifNight:
    """The verdicts in a ``sarif-full`` report. Raises ``NightError`` where it is none, or of somebody else."""

    unread: int | None = None

    def __init__(self, path: Path, only: frozenset[str] = frozenset()) -> None:
        self.name = str(path)
        self.incomplete = False
        self.scope: dict[str, list[str]] = {}
        self._path = path
        self._only = only
        self._ended: set[bytes] = set()
        self._told_unread = ""
        self._subscriptions: set[str] = set()
        head: dict[str, Any] = {}
        for name, value in self._parts():
            if name == RESULT:
                break
            head[name] = value
        with self._mistakes():
            self._read_head(head)

    def _read_head(self, head: dict[str, Any]) -> None:
        properties, details = head["properties"], head["automationDetails"]
        found = _ARCHIVE.fullmatch(details["id"])
        if found is None or head["tool"]["driver"]["name"] != "tenantlint":
            raise ValueError("its run has another name; the `sarif` report, which is to upload, does not tell enough")
        self.at: datetime | None = time_in(found[1])
        self.guid = str(details.get("guid", ""))
        self.tenant = (str(properties["tenantlint/cloud"]), str(properties["tenantlint/tenant"]))
        self.settings: dict[str, Any] | None = dict(properties["tenantlint/settings"])
        rules = frozenset(str(rule["id"]) for rule in head["tool"]["driver"].get("rules", ()))
        self.rules = rules & self._only if self._only else rules

    def verdicts(self) -> Iterator[Told]:
        """Yield the verdicts, those of several violations as one."""
        for _, results in groupby(self._results(), key=lambda told: (told.key, told.outcome, told.cause)):
            first, *others = results
            if first.rule not in self.rules:
                continue
            self._subscriptions.add(first.subscription)
            self.incomplete |= first.cause in INCOMPLETE
            yield first._replace(found=(*first.found, *(found for each in others for found in each.found)))

    def gap(self, told: Told) -> str | None:
        """See :class:`tenantlint.nights.Night`."""
        if self._told_unread:
            return self._told_unread
        if told.subscription and told.subscription not in self._subscriptions:
            return f"{self.name} has nothing of subscription {told.subscription}"
        return None

    @property
    def ended(self) -> frozenset[bytes]:
        """See :class:`tenantlint.nights.Night`."""
        return frozenset(self._ended)

    def doubt(self, told: Told) -> str | None:
        """See :class:`tenantlint.nights.Night`."""
        del told
        return None

    def _results(self) -> Iterator[Told]:
        for name, value in self._parts():
            with self._mistakes():
                if name == RESULT and value.get("baselineState") == "absent":
                    self._ended.add(_key(value))
                elif name == RESULT:
                    yield _told(value)
                elif name == "invocations":
                    self._read_notifications(value[0].get("toolExecutionNotifications", ()))

    def _read_notifications(self, notifications: list[dict[str, Any]]) -> None:
        said = [each["message"]["text"] for each in notifications if each["descriptor"]["id"] == "incomplete"]
        if said:
            self.incomplete, self._told_unread = True, str(said[0])

    def _parts(self) -> Iterator[tuple[str, Any]]:
        """Yield the members of the only run, and each of its results as one."""
        with self._mistakes(), self._path.open(encoding="utf-8", newline="") as file:
            stream = JsonStream(file)
            for name in stream.members():
                if name != "runs":
                    stream.value()
                    continue
                for count, _ in enumerate(stream.items()):
                    if count:
                        raise ValueError("it has several runs; the `sarif` report, to upload, does not tell enough")
                    yield from _members(stream)
            stream.end()

    def _mistakes(self) -> _Mistakes:
        return _Mistakes(self.name)


class _Mistakes:
    """Says of whatever is not as it should be that the file is no archive."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: object, _: object) -> None:
        if isinstance(error, ValueError | KeyError | TypeError | AttributeError | IndexError):
            why = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error)
            raise NightError(f"{self._name} {_NOT_ONE}, or was cut short: {why}", hint=_HINT) from error


def _members(stream: JsonStream) -> Iterator[tuple[str, Any]]:
    for name in stream.members():
        if name != "results":
            yield name, stream.value()
            continue
        for _ in stream.items():
            yield RESULT, stream.value()


def _told(value: dict[str, Any]) -> Told:
    rule, properties = _text(value["ruleId"]), value.get("properties", {})
    place = value["locations"][0]["logicalLocations"][0]
    resource, name = _text(place["fullyQualifiedName"]), _text(place["name"])
    inside = _SUBSCRIPTION.match(resource)
    carried = "tenantlint/carried" in properties
    outcome: Outcome = "violation" if carried else _KINDS[value["kind"]]
    found = (_found(rule, resource, name, value, properties),) if outcome == "violation" else ()
    message = "" if found else _text(value["message"]["text"])
    cause = CARRIED if carried else _text(properties.get("tenantlint/cause", ""))
    return Told(rule, resource, name, inside[1].lower() if inside else "", outcome, cause, message, found)


def _found(rule: str, resource: str, name: str, value: dict[str, Any], properties: dict[str, Any]) -> Found:
    said = _words(_text(value["message"]["text"]), name)
    evidence = properties.get("tenantlint/evidence", {})
    orjson.dumps(evidence)  # refuses what no report of ours holds
    carried = properties.get("tenantlint/carried")
    if carried:
        level, part, key = carried["level"], carried["part"], finding_key(rule, resource, carried["part"])
    else:
        level, key = value["level"], _key(value)
        part = properties.get("tenantlint/part")
        part = "" if part is None and key == digest(rule, resource.lower(), "") else part
    if level not in LEVELS or len(key) != 16 or not isinstance(evidence, dict):  # noqa: PLR2004 - bytes of a fingerprint
        raise ValueError("a result without a level, a fingerprint or evidence that could be one")
    return Found(key, level, said, evidence, part, bool(value.get("suppressions")))


def _key(value: dict[str, Any]) -> bytes:
    return bytes.fromhex(value["partialFingerprints"]["tenantlintResourceRule/v1"])


def _words(sentence: str, name: str) -> str:
    """Return what continues the resource's *name* in "VM 'web-1' in subscription 'Shop' has …."."""
    words = sentence.partition(f"'{name}' ")[2]
    if words.startswith("in subscription '"):
        words = words.removeprefix("in subscription '").partition("' ")[2]
    return (words or sentence).removesuffix(".")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is no text")
    value.encode()  # raises ValueError for half a character
    return value
