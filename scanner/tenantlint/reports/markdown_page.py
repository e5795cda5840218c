"""The page of the Markdown report, section by section.

GitHub cuts off a job's summary at 1 MiB, in the middle of a word. So every section has a number of bytes that it keeps
to; what does not fit, the least severe of it, is counted.
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Final

from tenantlint.model import CAUSES, INCOMPLETE, LEVELS
from tenantlint.reports.markdown_text import code, counted, link, prose, table, title, within

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tenantlint.reports import Scan
    from tenantlint.reports.markdown_findings import Findings
    from tenantlint.results import Problem, Summary, Tally
    from tenantlint.rules import Rule

MOST_LINES: Final = 50
MOST_NAMES: Final = 20
MOST_RULES: Final = 200

SIZE: Final = 60_000
SIZE_OF_NEW: Final = 120_000
SIZE_OF_RULES: Final = 120_000
SIZE_OF_WORST: Final = 350_000
"""Bytes that a section keeps to, less than 900,000 in all."""


def page(scan: Scan, summary: Summary, findings: Findings) -> str:
    """Return the whole report."""
    rules = sorted(scan.rules, key=lambda rule: (*_order(summary.tallies[rule.id]), rule.id))
    sections = (
        _totals(scan, summary, findings),
        _problems(scan, summary),
        _section("To know", [f"- {prose(note)}" for note in summary.notes]),
        _section("New since the baseline", findings.new.lines, size=SIZE_OF_NEW),
        _rules(rules, summary, findings, scan),
        _worst(rules, findings),
        _section("Waived", _waived(findings)),
        _section("Left out by the settings", _left_out(summary)),
        _section("Scope", list(_scope(scan))),
    )
    return "\n\n".join("\n".join(lines) for lines in sections if lines) + "\n"


def _order(tally: Tally) -> tuple[int, ...]:
    """Sort the worst rule first: by its errors, then its warnings …; then by what was not read or broke."""
    return (*(-tally.levels[level] for level in LEVELS), -sum(tally.causes[cause] for cause in INCOMPLETE))


def _section(heading: str, lines: Sequence[str], before: str = "", size: int = SIZE) -> list[str]:
    """Return a section of list items; nothing where there is none."""
    if not lines:
        return []
    kept, left = within(lines, MOST_LINES, size)
    more = [f"- … and {left} more"] if left else []
    return [f"## {heading}", "", *([before, ""] if before else []), *kept, *more]


def _totals(scan: Scan, summary: Summary, findings: Findings) -> list[str]:
    tallies = summary.tallies.values()
    outcomes = {name: sum(tally.outcomes[name] for tally in tallies) for name in ("compliant", "not-applicable")}
    counts = {
        **{level: summary.violations([level]) for level in LEVELS},
        "waived": sum(tally.waived for tally in tallies),
        "compliant": outcomes["compliant"],
        "not applicable": outcomes["not-applicable"],
        **{f"not evaluable: {cause}": sum(tally.causes[cause] for tally in tallies) for cause in CAUSES},
    }
    verdicts = counted(sum(tally.total for tally in tallies), "verdict")
    said = f"{verdicts} of {counted(len(scan.rules), 'rule')}; resources in violation by worst level."
    rows = [(name, str(count)) for name, count in counts.items() if count or name in LEVELS]
    return ["# tenantlint", "", said, "", *table(("verdict", "number"), rows), *_compared(summary, findings)]


def _compared(summary: Summary, findings: Findings) -> list[str]:
    if not (summary.baseline or findings.compared):
        return []
    states = findings.states
    new, updated, unchanged = states["new"], states["updated"], states["unchanged"]
    return ["", f"Open violations since the baseline: **{new} new**, {updated} updated, {unchanged} unchanged."]


def _problems(scan: Scan, summary: Summary) -> list[str]:
    if not summary.incomplete:
        return []
    before = "**What was not read or broke is not known to be fine.**"
    lines = [_problem(problem, scan) for problem in summary.problems]
    return _section("Incomplete", lines or ["- see the table of rules"], before)


def _problem(problem: Problem, scan: Scan) -> str:
    name = scan.subscriptions.get(problem.subscription or "")
    rule = f" {code(problem.rule)}" if problem.rule else ""
    return f"- {problem.cause}{rule}: {prose(problem.message)}{f' (subscription {code(name)})' if name else ''}"


def _rules(rules: Sequence[Rule], summary: Summary, findings: Findings, scan: Scan) -> list[str]:
    known = [rule for rule in rules if rule.id in scan.only_violations]
    told = [rule for rule in rules if rule in known or _is_told(summary.tallies[rule.id])]
    new = ("new",) if findings.compared else ()
    lines = table(
        ("rule", *LEVELS, *new, "waived", "not evaluable", "unread or failed"),
        [_numbers(rule, summary.tallies[rule.id], findings) for rule in told],
    )
    kept, left = within(lines, MOST_RULES + 2, SIZE_OF_RULES)
    rest = len(rules) - len(told)
    more = [f"… and {counted(left, 'rule')} with less severe violations"] if left else []
    more += [f"{counted(rest, 'other rule')}: nothing but compliant or not applicable"] if rest else []
    by_id = {rule.id: rule for rule in known}
    more += [f"{', '.join(_linked(by_id[rule]) for rule in ids)}: {said}" for ids, said in scan.not_known()]
    return ["## Rules", "", *(kept if told else []), *(f"\n{line}." for line in more)]


def _is_told(tally: Tally) -> bool:
    return bool(tally.outcomes["violation"] or tally.outcomes["not-evaluable"])


def _numbers(rule: Rule, tally: Tally, findings: Findings) -> list[str]:
    new = [findings.new_by_rule[rule.id]] if findings.compared else []
    unknown = tally.outcomes["not-evaluable"]
    incomplete = sum(tally.causes[cause] for cause in INCOMPLETE)
    numbers = [*(tally.levels[level] for level in LEVELS), *new, tally.waived, unknown, incomplete]
    return [_linked(rule), *(str(number) if number else "" for number in numbers)]


def _linked(rule: Rule) -> str:
    return link(code(rule.id), rule.sources[0].url)


def _worst(rules: Sequence[Rule], findings: Findings) -> list[str]:
    told = [rule for rule in rules if rule.id in findings.rules]
    blocks = [_block(rule, findings) for rule in told]
    kept, left = within(blocks, MOST_RULES, SIZE_OF_WORST)
    count = sum(findings.rules[rule.id].count for rule in told[len(kept) :])
    lost = (
        f"{counted(count, 'violation')} of {counted(left, 'rule')}, the least severe, are left out: the page is full."
    )
    return ["## Worst violations", *kept, *(["", lost] if left else [])] if blocks else []


def _block(rule: Rule, findings: Findings) -> str:
    return "\n".join(["", f"### {_linked(rule)}", "", title(rule.page.title), "", *findings.rules[rule.id].lines])


def _waived(findings: Findings) -> list[str]:
    """Say what was waived, the waivers that expire first first."""
    waivers = sorted(findings.waivers.items(), key=lambda item: (item[0].expires, item[0].reason, item[0].owner))
    lines = [
        f"- {counted(count, 'violation')} until {waiver.expires} by {prose(waiver.owner)}: {prose(waiver.reason)}"
        for waiver, count in waivers
    ]
    other = findings.other_waived
    return lines + ([f"- {counted(other, 'violation')} by other waivers"] if other else [])


def _left_out(summary: Summary) -> list[str]:
    return [f"- {counted(count, 'verdict')}: {prose(why)}" for why, count in sorted(summary.left_out.items())]


def _scope(scan: Scan) -> Iterator[str]:
    manifest, coverage = scan.manifest, scan.manifest.coverage
    yield f"- Resource graph: {prose(manifest.graph)}, {prose(manifest.cloud)}, tenant {code(manifest.tenant_id)}"
    for what, names in sorted(manifest.scope.items()):
        if names:
            yield f"- Asked for, {prose(what.replace('_', ' '))}: {_names(names)}"
    yield f"- Subscriptions fully read: {len(coverage.read)} of {len(coverage.requested)}"
    if unread := sorted(coverage.requested - coverage.read):
        yield f"- Subscriptions not fully read: {_names([scan.subscriptions.get(id_, id_) for id_ in unread])}"
    began, ended = (moment.astimezone(UTC) for moment in (manifest.started_at, manifest.ended_at))
    yield f"- Snapshot: from {began:%Y-%m-%d %H:%M} to {ended:%Y-%m-%d %H:%M} UTC"
    edition = f", by the documentation of {prose(scan.settings.edition)}" if scan.settings.edition else ""
    yield f"- Judged as of {scan.now:%Y-%m-%d %H:%M} UTC{edition}"


def _names(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return ", ".join(map(code, names[:MOST_NAMES])) + more
