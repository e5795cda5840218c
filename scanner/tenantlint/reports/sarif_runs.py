"""What a SARIF run says besides its results: the tool with its rules, the category, what was not read or broke."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import sarif_om as om

from tenantlint.nights.reach import reach_of
from tenantlint.reports.sarif_demands import CHARACTERS_OF_NAME, CHARACTERS_OF_TEXT, TAGS_PER_RULE
from tenantlint.reports.sarif_objects import NAMESPACE, no_links
from tenantlint.reports.sarif_taxonomies import references, relationships, taxonomies
from tenantlint.selection import effective
from tenantlint.sentences import visible_prose
from tenantlint.standing import worst_level
from tenantlint.untrusted import LONGEST, visible
from tenantlint.version import HOME, __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenantlint.model import Level
    from tenantlint.reports import Scan
    from tenantlint.results import Problem
    from tenantlint.rules import Rule

_SEVERITIES: Final[dict[Level, str]] = {"error": "error", "warning": "warning", "note": "recommendation"}


def run_head(scan: Scan, *, archive: bool = False) -> om.Run:
    """Make what all runs of a scan have in common.

    An *archive* tells the plugins as extensions of the tool, and of each subscription whether it was read.
    """
    plugins = scan.plugins if archive else {}
    extensions = [om.ToolComponent(name=visible(name), version=visible(told) or None) for name, told in plugins.items()]
    return om.Run(
        tool=om.Tool(driver=_driver(scan), extensions=extensions or None),
        original_uri_base_ids={"%SRCROOT%": om.ArtifactLocation(description=om.Message(text="The repository's root."))},
        taxonomies=taxonomies(scan.rules) or None,
        properties={
            "tenantlint/cloud": scan.manifest.cloud,
            "tenantlint/tenant": scan.manifest.tenant_id,
            "tenantlint/scope": {name: sorted(told) for name, told in scan.manifest.scope.items() if told},
            "tenantlint/settings": effective(scan.rules, scan.settings),
            **({"tenantlint/subscriptions": _subscriptions(scan)} if archive else {}),
        },
        results=None,
    )


def _subscriptions(scan: Scan) -> dict[str, list[str] | None]:
    reach = reach_of(scan.manifest, scan.subscriptions)
    return {"read": sorted(reach.read), "listed": None if reach.listed is None else sorted(reach.listed)}


def details(scan: Scan, category: str) -> om.RunAutomationDetails:
    """Name a run: its *category*, which must not change from scan to scan, and behind the last slash the moment."""
    return om.RunAutomationDetails(
        id=f"{category}/{scan.now:%Y%m%dT%H%M%SZ}",
        guid=str(uuid.uuid5(NAMESPACE, f"{category}\0{_stamp(scan.now)}")),
    )


def invocation(scan: Scan, problems: Sequence[Problem], notes: Sequence[str] = ()) -> om.Invocation:
    """Make the invocation: the times of the snapshot, and a notification for all that failed or was not read.

    It is successful in any case: tenantlint ran to its end, and whoever takes SARIF refuses a file that says otherwise,
    with all its results.
    """
    said = [_notification("incomplete", "error", f"Rule {p.rule}: " if p.rule else "", p.message) for p in problems]
    said += [_notification("cut", "warning", note) for note in notes]
    return om.Invocation(
        execution_successful=True,
        start_time_utc=_stamp(scan.manifest.started_at),
        end_time_utc=_stamp(scan.manifest.ended_at),
        tool_execution_notifications=said or None,
    )


def _notification(kind: str, level: Level, *said: str) -> om.Notification:
    return om.Notification(
        level=level,
        message=om.Message(text=no_links(visible_prose("".join(said)))),
        descriptor=om.ReportingDescriptorReference(id=kind),
    )


def _driver(scan: Scan) -> om.ToolComponent:
    return om.ToolComponent(
        name="tenantlint",
        full_name=f"tenantlint {__version__}",
        semantic_version=__version__,
        information_uri=HOME,
        rules=[_descriptor(rule, scan) for rule in scan.rules],
        supported_taxonomies=references(scan.rules) or None,
    )


def _descriptor(rule: Rule, scan: Scan) -> om.ReportingDescriptor:
    title = rule.page.title or rule.id
    level = worst_level(rule, scan.settings)
    tags = ["azure", *rule.tags, rule.topic, *(control.tag for control in rule.controls)]
    return om.ReportingDescriptor(
        id=rule.id,
        name=rule.id.title().replace("-", "")[:CHARACTERS_OF_NAME],
        short_description=_text(title),
        full_description=_text(f"{title} {rule.page.why}"),
        help=om.MultiformatMessageString(text=_help(rule), markdown=_help(rule)),
        help_uri=rule.sources[0].url,
        default_configuration=om.ReportingConfiguration(level=level),
        relationships=relationships(rule, scan.rules) or None,
        properties={
            "tags": list(dict.fromkeys(visible(tag) for tag in tags if tag))[:TAGS_PER_RULE],
            "precision": "high",
            "problem.severity": _SEVERITIES[level],
        },
    )


def _help(rule: Rule) -> str:
    sources = "\n".join(f"- [{no_links(source.title)}]({source.url}), {source.dated}" for source in rule.sources)
    page = rule.page
    sections = (("Why", page.why), ("Fix", page.fix), ("Limits", page.limits), ("Sources", sources))
    told = "\n\n".join([page.title or rule.id, *(f"## {name}\n\n{text}" for name, text in sections if text)])
    return "\n".join(map(_drawn, told.split("\n")))


def _text(text: str) -> om.MultiformatMessageString:
    return om.MultiformatMessageString(text=_drawn(" ".join(text.split()))[:CHARACTERS_OF_TEXT])


def _drawn(line: str) -> str:
    """Make a line :func:`visible` however long it is."""
    return "".join(visible(line[start : start + LONGEST]) for start in range(0, len(line), LONGEST))


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
