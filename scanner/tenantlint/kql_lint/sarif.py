"""Findings as SARIF: a result at the line and column of each, in the file that was read."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import sarif_om as om

from tenantlint.kql_lint.allowing import CHECK, RULE
from tenantlint.kql_lint.linting import TRAPS
from tenantlint.reports.sarif_files import SarifFiles
from tenantlint.reports.sarif_objects import dump, no_links
from tenantlint.version import HOME, __version__

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tenantlint.kql_lint.findings import Finding, Linted
    from tenantlint.kql_lint.traps import Trap
    from tenantlint.model import Level

_SEVERITIES: Final[dict[Level, str]] = {"error": "error", "warning": "warning", "note": "recommendation"}
_IDS: Final = [*(trap.id for trap in TRAPS), CHECK]


def write_sarif(files: Sequence[Linted], path: Path | None) -> None:
    """Write findings to *path*; None is standard output. What GitHub would refuse is not written."""
    run = om.Run(
        tool=om.Tool(driver=_driver()),
        column_kind="unicodeCodePoints",
        original_uri_base_ids=_root(),
        results=None,
    )
    common = dump(run)[1:-1]
    log = SarifFiles(path, common)
    try:
        log.add_run(dump(om.RunAutomationDetails(id="tenantlint/lint-kql/")), _results(files), _invocation)
        log.commit()
    except BaseException:
        log.discard()
        raise


def _root() -> dict[str, om.ArtifactLocation]:
    return {"%SRCROOT%": om.ArtifactLocation(description=om.Message(text="The repository's root."))}


def _driver() -> om.ToolComponent:
    return om.ToolComponent(
        name="tenantlint",
        full_name=f"tenantlint {__version__}",
        semantic_version=__version__,
        information_uri=HOME,
        rules=[*map(_descriptor, TRAPS), _allowing()],
    )


def _descriptor(trap: Trap) -> om.ReportingDescriptor:
    help_ = f"{trap.why}\n\n{trap.instead}\n\n```kql\n{trap.prefer}\n```\n\n{trap.source.title}: {trap.source.url}"
    return om.ReportingDescriptor(
        id=trap.id,
        name=trap.id.title().replace("-", ""),
        short_description=om.MultiformatMessageString(text=trap.title),
        full_description=om.MultiformatMessageString(text=f"{trap.title} {trap.why}"),
        help=om.MultiformatMessageString(text=no_links(help_), markdown=no_links(help_)),
        help_uri=trap.source.url,
        default_configuration=om.ReportingConfiguration(level=trap.level),
        properties={"tags": ["kql"], "precision": "high", "problem.severity": _SEVERITIES[trap.level]},
    )


def _allowing() -> om.ReportingDescriptor:
    told = om.MultiformatMessageString(text=RULE)
    return om.ReportingDescriptor(
        id=CHECK,
        name="KqlAllow",
        short_description=told,
        full_description=told,
        help=told,
        help_uri=HOME,
        default_configuration=om.ReportingConfiguration(level="warning"),
        properties={"tags": ["kql"], "precision": "high", "problem.severity": "warning"},
    )


def _results(files: Sequence[Linted]) -> Iterator[bytes]:
    seen: Counter[tuple[str, str, str]] = Counter()
    for file in files:
        for finding in file.findings:
            key = (finding.check, file.path, finding.text)
            seen[key] += 1
            yield dump(_result(file.path, finding, _fingerprint(*key, str(seen[key]))))


def _result(path: str, finding: Finding, fingerprint: str) -> om.Result:
    return om.Result(
        rule_id=finding.check,
        rule_index=_IDS.index(finding.check),
        kind="fail",
        level=finding.level,
        message=om.Message(text=no_links(f"{finding.message}. {finding.instead}")),
        locations=[_location(path, finding)],
        partial_fingerprints={"primaryLocationLineHash": f"{fingerprint}:1"},
    )


def _location(path: str, finding: Finding) -> om.Location:
    """Make the place of a finding. Behind a drive or above the root is no place that GitHub shows: names are kept."""
    parts = [part for part in path.replace(":", "").split("/") if part not in {"", ".", ".."}]
    return om.Location(
        physical_location=om.PhysicalLocation(
            artifact_location=om.ArtifactLocation(uri=quote("/".join(parts)), uri_base_id="%SRCROOT%"),
            region=om.Region(start_line=finding.line, start_column=finding.column),
        )
    )


def _fingerprint(*key: str) -> str:
    """Return what stays the same while lines move: the check, the file, the text, and which of several it is."""
    return hashlib.sha256("\0".join(key).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _invocation(_cut: int) -> bytes:
    return dump(om.Invocation(execution_successful=True))
