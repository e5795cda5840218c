"""What keeps a scan from being complete, besides single verdicts."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tenantlint.results import Problem

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from tenantlint.coverage import Unread
    from tenantlint.manifest import Manifest
    from tenantlint.model import Cause
    from tenantlint.results import Summary
    from tenantlint.rules import Rule


def missing(manifest: Manifest, name: str, facts: Container[str] = ()) -> Problem | None:
    """Say why table *name* is not in the snapshot; None where it is, or where *name* is one of *facts*."""
    table = manifest.tables.get(name)
    if name in facts or (table and not table.missing):
        return None
    cause: Cause = table.cause if table and table.cause else "unread"
    return Problem(cause, table.missing if table else f"this snapshot does not hold table {name!r}")


def not_read(manifest: Manifest, rules: Sequence[Rule]) -> list[Problem]:
    """Return what of the tenant was not read, and which of *rules* have nothing to judge for that."""
    problems = [Problem("unread", str(entry), "", _where(manifest, rules, entry)) for entry in manifest.coverage.unread]
    if not manifest.coverage.subscriptions:
        problems.append(Problem("unread", "no subscription was fully read"))
    for rule in rules:
        found = missing(manifest, rule.on)
        if found:
            stored = manifest.tables.get(rule.on)
            what = "nothing to judge by" if stored and stored.rows else "nothing to judge"
            problems.append(Problem(found.cause, f"{what}: {found.message}", rule.id))
    return problems


def failures(summary: Summary, stopped: Mapping[str, str]) -> list[Problem]:
    """Return one problem for each rule of which verdicts failed; *stopped* says why some rules were stopped."""
    failed: Counter[str] = Counter({rule: tally.causes["failed"] for rule, tally in summary.tallies.items()})
    return [
        Problem("failed", f"{count} resources could not be judged because {_why(rule, stopped)}", rule, None)
        for rule, count in sorted((+failed).items())
    ]


def _why(rule: str, stopped: Mapping[str, str]) -> str:
    return f"the rule was stopped: {stopped[rule]}" if rule in stopped else "something broke"


def _where(manifest: Manifest, rules: Sequence[Rule], entry: Unread) -> str | None:
    """Say where resources that should have been judged may be missing because of *entry*; see ``Problem``."""
    tables = manifest.tables
    judged = {name for rule in rules if rule.on in tables for name in (rule.on, *tables[rule.on].reads)}
    return entry.subscription or ("" if entry.touches(judged, None) else None)
