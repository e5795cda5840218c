"""Nights that were kept as the ``sarif-full`` report, the archive."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

import orjson

from tenantlint.model import INCOMPLETE, LEVELS
from tenantlint.nights.archive import RESULT, Mistakes, head_of, members_of
from tenantlint.nights.json_report import time_in
from tenantlint.nights.night import CARRIED, Found, Told, digest, finding_key
from tenantlint.nights.reach import Reach
from tenantlint.nights.seen import Seen
from tenantlint.reports.sarif_names import part_of
from tenantlint.sources.places import Place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from tenantlint.model import Outcome

_KINDS: Final[dict[str, Outcome]] = {
    "fail": "violation",
    "pass": "compliant",
    "notApplicable": "not-applicable",
    "open": "not-evaluable",
}
_SUBSCRIPTION: Final = re.compile(r"/subscriptions/([^/]+)", re.IGNORECASE)


class SarifNight:
    """The verdicts in a ``sarif-full`` report, in all of its files. Raises ``NightError`` where it is none."""

    unread: int | None = None

    def __init__(self, path: Path, only: frozenset[str] = frozenset()) -> None:
        self.name = str(path)
        self.incomplete = False
        self._path = path
        self._only = only
        self.remembered = Seen()
        self._ended: set[bytes] = set()
        self._told_unread = ""
        self._subscriptions: set[str] = set()
        with Mistakes(self.name):
            self._read_head(head_of(path))

    def _read_head(self, head: dict[str, Any]) -> None:
        properties, details = head["properties"], head["automationDetails"]
        if head["tool"]["driver"]["name"] != "tenantlint":
            raise ValueError("its tool has another name")
        part = part_of(details["id"])
        self.at: datetime | None = time_in(part.at) if part else None
        self.guid = str(details.get("guid", ""))
        self.tenant = (str(properties["tenantlint/cloud"]), str(properties["tenantlint/tenant"]))
        self.settings: dict[str, Any] | None = _settings(properties["tenantlint/settings"])
        self.reach = _reach(properties)
        rules = frozenset(str(rule["id"]) for rule in head["tool"]["driver"].get("rules", ()))
        self.rules = rules & self._only if self._only else rules

    def verdicts(self) -> Iterator[Told]:
        """Yield the verdicts, those of several violations as one."""
        for _, results in groupby(self._results(), key=lambda told: (told.key, told.outcome, told.cause)):
            first, *others = results
            if first.rule not in self.rules:
                continue
            if first.cause != CARRIED:
                self._subscriptions.add(first.subscription)
            self.incomplete |= first.cause in INCOMPLETE
            yield first._replace(found=(*first.found, *(found for each in others for found in each.found)))

    def gap(self, told: Told) -> str | None:
        """See :class:`tenantlint.nights.night.Night`."""
        if self._told_unread:
            return self._told_unread
        read = self.reach.read if self.reach else self._subscriptions
        if told.subscription and told.subscription not in read:
            return f"{self.name} has nothing of subscription {told.subscription}"
        return None

    @property
    def ended(self) -> frozenset[bytes]:
        """See :class:`tenantlint.nights.night.Night`."""
        return frozenset(self._ended)

    def doubt(self, told: Told) -> str | None:
        """See :class:`tenantlint.nights.night.Night`."""
        del told
        return None

    def _results(self) -> Iterator[Told]:
        for name, value in members_of(self._path):
            with Mistakes(self.name):
                if name == RESULT and value.get("baselineState") == "absent":
                    self._ended.add(_key(value))
                elif name == RESULT:
                    yield _told(value)
                elif name == "invocations":
                    self._read_invocation(value[0])

    def _read_invocation(self, invocation: dict[str, Any]) -> None:
        properties = invocation.get("properties", {})
        self.incomplete |= bool(properties.get("tenantlint/incomplete"))
        self.remembered.remember(Seen.from_tree(properties.get("tenantlint/remembered", {})))
        told = invocation.get("toolExecutionNotifications", ())
        said = [each["message"]["text"] for each in told if each["descriptor"]["id"] == "incomplete"]
        if said:
            self.incomplete, self._told_unread = True, str(said[0])


def _settings(told: object) -> dict[str, Any]:
    if not isinstance(told, dict) or not isinstance(told.get("rules", {}), dict):
        raise TypeError("its settings are none")
    return told


def _reach(properties: dict[str, Any]) -> Reach | None:
    """Read what was scanned; None where the archive does not tell, as older ones do not."""
    scope, told = properties.get("tenantlint/scope"), properties.get("tenantlint/subscriptions")
    if scope is None or told is None:
        return None
    listed = told["listed"]
    known = None if listed is None else frozenset(map(_text, listed))
    named = {str(what): [_text(name) for name in names] for what, names in scope.items()}
    return Reach(named, frozenset(map(_text, told["read"])), known)


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
    bare = properties.get("tenantlint/message")
    said = _words(_text(value["message"]["text"]), name) if bare is None else _text(bare)
    evidence = properties.get("tenantlint/evidence", {})
    orjson.dumps(evidence)  # refuses what no report of ours holds
    carried = properties.get("tenantlint/carried")
    if carried:
        level, part, key = carried["level"], carried["part"], finding_key(rule, resource, carried["part"])
    else:
        level, key = value["level"], _key(value)
        part = _part(properties.get("tenantlint/part"), is_whole=key == digest(rule, resource.lower(), ""))
    if level not in LEVELS or len(key) != 16 or not isinstance(evidence, dict):  # noqa: PLR2004 - bytes of a fingerprint
        raise ValueError("a result without a level, a fingerprint or evidence that could be one")
    place = _place(value["locations"][0]["physicalLocation"])
    return Found(key, level, said, evidence, part, bool(value.get("suppressions")), place)


def _place(told: dict[str, Any]) -> Place | None:
    """Read where a violation was shown; None where that was a path made of the resource's id, which has one column."""
    region, path = told["region"], unquote(_text(told["artifactLocation"]["uri"]))
    if "startColumn" in region:
        return None
    lines = region["startLine"], region.get("endLine", region["startLine"])
    if not all(isinstance(line, int) for line in lines) or path.startswith("/") or ".." in path.split("/"):
        raise ValueError(f"{path!r} is no place in a repository")
    return Place(path, *lines)


def _key(value: dict[str, Any]) -> bytes:
    return bytes.fromhex(value["partialFingerprints"]["tenantlintResourceRule/v1"])


def _part(told: object, *, is_whole: bool) -> str | None:
    """Read the part of a violation; None where it has one that the archive does not tell."""
    return ("" if is_whole else None) if told is None else _text(told)


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
