"""What the two SARIF reports share: the pieces of a log, and how they become JSON.

The objects are sarif-om's; its own serialiser is not used. That one copies every object at each level and drops a
``level`` that equals the schema's default, which turns a warning of a rule whose own level is "error" into an error.
"""

from __future__ import annotations

import hashlib
import uuid
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import attr
import orjson
import sarif_om as om

from tenantlint.findings import part_key
from tenantlint.reports.places import visible_id
from tenantlint.sentences import sentence
from tenantlint.untrusted import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attr import AttrsInstance

    from tenantlint.model import Json, Violation
    from tenantlint.results import Judgement
    from tenantlint.sources.places import Place

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
HEAD: Final = b'{"$schema":' + orjson.dumps(SCHEMA) + b',"version":"2.1.0","runs":['
TAIL: Final = b"]}"

NAMESPACE: Final = uuid.UUID("6f1d3a52-5c0e-5b0b-9d4c-3f6f7a1d2b10")
_ALWAYS: Final = frozenset({"level", "kind"})


def dump(value: object) -> bytes:
    """Return a sarif-om object, or anything made of them, as JSON."""
    return orjson.dumps(value, default=_plain)


def _plain(value: AttrsInstance) -> dict[str, Any]:
    fields = _fields(type(value))
    return {
        fields[attribute][0]: found
        for attribute, found in vars(value).items()
        if found is not None and ((default := fields[attribute][1]) is None or found != default)
    }


@cache
def _fields(kind: type[AttrsInstance]) -> dict[str, tuple[str, object]]:
    fields: dict[str, tuple[str, object]] = {}
    for field in attr.fields(kind):
        default = field.default
        value = default.factory() if isinstance(default, attr.Factory) else default  # type: ignore[arg-type]  # a class, untyped
        name = field.metadata["schema_property_name"]
        fields[field.name] = (name, None if name in _ALWAYS else value)
    return fields


def location(resource_id: str, name: str, place: Place | None = None) -> om.Location:
    """Make the place of a finding: *place*, or a path in the repository made of the id, since GitHub wants a file.

    Lower case, so that an id whose spelling changes overnight opens no new alert.
    """
    return om.Location(
        physical_location=_placed(place) if place else _virtual(resource_id),
        logical_locations=[
            om.LogicalLocation(name=visible(name), fully_qualified_name=visible_id(resource_id), kind="resource")
        ],
    )


def _placed(place: Place) -> om.PhysicalLocation:
    snippet = om.ArtifactContent(text=place.snippet) if place.snippet else None
    return om.PhysicalLocation(
        artifact_location=om.ArtifactLocation(uri=quote(place.path), uri_base_id="%SRCROOT%"),
        region=om.Region(start_line=place.line, end_line=place.end_line, snippet=snippet),
    )


def _virtual(resource_id: str) -> om.PhysicalLocation:
    path = quote(resource_id.lower(), errors="surrogatepass")
    if "//" in path or "/." in f"/{path}":
        path = "/".join(_segment(segment) for segment in path.split("/") if segment)
    return om.PhysicalLocation(
        artifact_location=om.ArtifactLocation(uri=path.strip("/") or "tenant", uri_base_id="%SRCROOT%"),
        region=om.Region(start_line=1, start_column=1, end_line=1, end_column=2),
    )


def _segment(segment: str) -> str:
    """Encode one segment of an id. Dots are encoded twice: once is undone by whoever normalises a path."""
    return "%252E" * len(segment) if segment in (".", "..") else segment


def fingerprint(judgement: Judgement, part: str) -> str:
    """Return the identity of a finding: its rule, its resource in any spelling, and which of several violations.

    Parts are names of Azure as well, so that they count in any spelling, unless that is all that tells two apart.
    """
    part = part_key(part, (each.part for each in judgement.verdict.violations))
    key = f"{judgement.rule.id}\0{judgement.subject.id.lower()}\0{part}"
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def fingerprints(judgement: Judgement, part: str) -> tuple[dict[str, str], str]:
    """Return the identity of a finding in the ways that SARIF has for it: partial fingerprints, and a GUID."""
    digest = fingerprint(judgement, part)
    return {"primaryLocationLineHash": f"{digest}:1", "tenantlintResourceRule/v1": digest}, _guid(digest)


def result(
    judgement: Judgement,
    index: int,
    subscriptions: Mapping[str, str],
    violation: Violation | None = None,
    place: Place | None = None,
) -> om.Result:
    """Make the SARIF result of one *violation*, or of a verdict that is none; *place* is where it is, if known."""
    prints, guid = fingerprints(judgement, violation.part if violation else "")
    kinds = {"compliant": "pass", "not-applicable": "notApplicable", "not-evaluable": "open"}
    evidence = violation.evidence if violation else judgement.verdict.evidence
    properties: dict[str, Json] = {"tenantlint/evidence": dict(evidence)} if evidence else {}
    if judgement.verdict.cause:
        properties["tenantlint/cause"] = judgement.verdict.cause
    if violation and violation.part:
        properties["tenantlint/part"] = violation.part
    return om.Result(
        rule_id=judgement.rule.id,
        rule_index=index,
        kind="fail" if violation else kinds[judgement.verdict.outcome],
        level=violation.level if violation else "none",
        message=om.Message(text=no_links(sentence(judgement, subscriptions, violation))),
        locations=[location(judgement.subject.id, judgement.subject.name, place)],
        partial_fingerprints=prints,
        guid=guid,
        properties=properties or None,
    )


def _guid(digest: str) -> str:
    """Return ``str(uuid.uuid5(NAMESPACE, digest))``, four times as fast."""
    named = hashlib.sha1(NAMESPACE.bytes + digest.encode(), usedforsecurity=False).digest()
    text = (named[:6] + bytes([named[6] & 0x0F | 0x50, named[7], named[8] & 0x3F | 0x80]) + named[9:16]).hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def no_links(text: str) -> str:
    """Keep text from being read as an embedded link, `[words](target)`."""
    return text.replace("](", "] (")
