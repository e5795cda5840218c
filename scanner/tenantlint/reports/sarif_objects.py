"""What the two SARIF reports share: the pieces of a log, and how they become JSON.

The objects are sarif-om's; its own serialiser is not used. That one copies every object at each level and drops a
``level`` that equals the schema's default, which turns a warning of a rule whose own level is "error" into an error.
"""

from __future__ import annotations

import hashlib
import uuid
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import attr
import orjson
import sarif_om as om

from tenantlint.sentences import sentence
from tenantlint.untrusted import visible
from tenantlint.version import HOME

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from attr import AttrsInstance

    from tenantlint.model import Json, Level, Violation
    from tenantlint.reports import Scan
    from tenantlint.results import Judgement, Problem
    from tenantlint.rules import Rule

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
HEAD: Final = b'{"$schema":' + orjson.dumps(SCHEMA) + b',"version":"2.1.0","runs":['
TAIL: Final = b"]}"

_NAMESPACE: Final = uuid.UUID("6f1d3a52-5c0e-5b0b-9d4c-3f6f7a1d2b10")
_ALWAYS: Final = frozenset({"level", "kind"})
_SEVERITIES: Final[dict[Level, str]] = {"error": "error", "warning": "warning", "note": "recommendation"}
_LONGEST_DESCRIPTION: Final = 1024


def dump(value: object) -> bytes:
    """Return a sarif-om object, or anything made of them, as JSON."""
    return orjson.dumps(value, default=_plain)


def _plain(value: AttrsInstance) -> dict[str, Any]:
    return {
        name: found
        for attribute, name, default in _fields(type(value))
        if (found := getattr(value, attribute)) is not None and (found != default or name in _ALWAYS)
    }


@cache
def _fields(kind: type[AttrsInstance]) -> list[tuple[str, str, object]]:
    fields: list[tuple[str, str, object]] = []
    for field in attr.fields(kind):
        default = field.default
        value = default.factory() if isinstance(default, attr.Factory) else default  # type: ignore[arg-type]  # a class, untyped
        fields.append((field.name, field.metadata["schema_property_name"], value))
    return fields


def location(resource_id: str, name: str) -> om.Location:
    """Make the place of a finding: a path in the repository made of the resource's id, since GitHub wants a file.

    Lower case, so that an id whose spelling changes overnight opens no new alert.
    """
    segments = resource_id.lower().strip("/").split("/")
    path = "/".join("%2E" * len(s) if s in (".", "..") else quote(s, safe="") for s in segments if s)
    return om.Location(
        physical_location=om.PhysicalLocation(
            artifact_location=om.ArtifactLocation(uri=path or "tenant", uri_base_id="%SRCROOT%"),
            region=om.Region(start_line=1, start_column=1, end_line=1, end_column=2),
        ),
        logical_locations=[
            om.LogicalLocation(name=visible(name), fully_qualified_name=visible(resource_id), kind="resource")
        ],
    )


def fingerprint(judgement: Judgement, part: str) -> str:
    """Return the identity of a finding: its rule, its resource in any spelling, and which of several violations."""
    key = f"{judgement.rule.id}\0{judgement.subject.id.lower()}\0{part}"
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def result(
    judgement: Judgement, index: int, subscriptions: Mapping[str, str], violation: Violation | None = None
) -> om.Result:
    """Make the SARIF result of one *violation*, or of a verdict that is none."""
    digest = fingerprint(judgement, violation.part if violation else "")
    kinds = {"compliant": "pass", "not-applicable": "notApplicable", "not-evaluable": "open"}
    evidence = violation.evidence if violation else judgement.verdict.evidence
    properties: dict[str, Json] = {"tenantlint/evidence": dict(evidence)} if evidence else {}
    if judgement.verdict.cause:
        properties["tenantlint/cause"] = judgement.verdict.cause
    return om.Result(
        rule_id=judgement.rule.id,
        rule_index=index,
        kind="fail" if violation else kinds[judgement.verdict.outcome],
        level=violation.level if violation else "none",
        message=om.Message(text=_no_links(sentence(judgement, subscriptions, violation))),
        locations=[location(judgement.subject.id, judgement.subject.name)],
        partial_fingerprints={"primaryLocationLineHash": f"{digest}:1", "tenantlintResourceRule/v1": digest},
        guid=str(uuid.uuid5(_NAMESPACE, digest)),
        properties=properties or None,
    )


def run_head(scan: Scan, scope: str) -> om.Run:
    """Make a run without its results and invocations; *scope* becomes its category, which must not change."""
    return om.Run(
        tool=om.Tool(driver=_driver(scan)),
        automation_details=om.RunAutomationDetails(
            id=f"tenantlint/{scope}/{scan.now:%Y%m%dT%H%M%SZ}",
            guid=str(uuid.uuid5(_NAMESPACE, f"{scope}\0{_stamp(scan.now)}")),
        ),
        original_uri_base_ids={"%SRCROOT%": om.ArtifactLocation(description=om.Message(text="The repository's root."))},
        properties={"tenantlint/cloud": scan.manifest.cloud, "tenantlint/tenant": scan.manifest.tenant_id},
        results=None,
    )


def invocation(scan: Scan, problems: Sequence[Problem], notes: Sequence[str] = ()) -> om.Invocation:
    """Make the invocation: the times of the snapshot, and a notification for all that failed or was not read.

    ``executionSuccessful`` stays true: GitHub refuses a file that says otherwise, with all its results.
    """
    said = [("incomplete", "error", f"{f'Rule {p.rule}: ' if p.rule else ''}{p.message}") for p in problems]
    said += [("cut", "warning", note) for note in notes]
    return om.Invocation(
        execution_successful=True,
        start_time_utc=_stamp(scan.manifest.started_at),
        end_time_utc=_stamp(scan.manifest.ended_at),
        tool_execution_notifications=[
            om.Notification(
                level=level, message=om.Message(text=text), descriptor=om.ReportingDescriptorReference(id=kind)
            )
            for kind, level, text in said
        ]
        or None,
    )


def _driver(scan: Scan) -> om.ToolComponent:
    return om.ToolComponent(
        name="tenantlint",
        full_name=f"tenantlint {scan.manifest.tool_version}",
        semantic_version=scan.manifest.tool_version,
        information_uri=HOME,
        rules=[_descriptor(rule) for rule in scan.rules],
    )


def _descriptor(rule: Rule) -> om.ReportingDescriptor:
    page = rule.page
    return om.ReportingDescriptor(
        id=rule.id,
        name=rule.id.title().replace("-", ""),
        short_description=_text(page.title),
        full_description=_text(" ".join(f"{page.title} {page.why}".split())[:_LONGEST_DESCRIPTION]),
        help=om.MultiformatMessageString(text=_help(rule), markdown=_help(rule)),
        help_uri=rule.sources[0].url,
        default_configuration=om.ReportingConfiguration(level=rule.level),
        properties={
            "tags": ["azure", *rule.tags],
            "precision": "high",
            "problem.severity": _SEVERITIES[rule.level],
        },
    )


def _help(rule: Rule) -> str:
    sources = "\n".join(f"- [{source.title}]({source.url}), {source.date}" for source in rule.sources)
    page = rule.page
    sections = (("Why", page.why), ("Fix", page.fix), ("Limits", page.limits), ("Sources", sources))
    return "\n\n".join([page.title, *(f"## {name}\n\n{text}" for name, text in sections if text)])


def _text(text: str) -> om.MultiformatMessageString:
    return om.MultiformatMessageString(text=text)


def _no_links(text: str) -> str:
    """Keep text from being read as an embedded link, `[words](target)`."""
    return text.replace("](", "] (")


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
