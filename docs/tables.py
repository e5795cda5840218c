"""The generated tables: rules by topic, level and visibility, and the register of constraints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantlint.model import LEVELS
from tenantlint_backup.register import STATUSES, constraints

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tenantlint import Rule
    from tenantlint_backup.register import Constraint

GROUPS = {
    "A": "Coverage, vault, region and subscription",
    "B": "Operating systems",
    "C": "Disks",
    "D": "Storage accounts",
    "E": "VM agent and extensions",
    "F": "Outbound network",
    "G": "Network interfaces",
    "H": "Deployment model and restore",
    "I": "Encrypted VMs",
    "X": "What later documentation adds",
}
SEEN = {"full": "full", "partial": "some", "none": "hints"}
HEAD = "| constraint | documents | today | what tenantlint does |\n|---|---|---|---|"
INTRODUCTION = """\
What Microsoft's documents say about preparing, protecting and encrypting Azure VMs for Azure Backup, one constraint a
row, and what tenantlint does about it: the rules that judge it and by what evidence, or why none can. Of what decides,
Resource Graph shows all (**full**), that of some resources (**partial**), or nothing (**none**).
"""


def by_level(rules: Iterable[Rule]) -> list[Rule]:
    """Sort rules: the worst level first."""
    return sorted(rules, key=lambda rule: (LEVELS.index(rule.level), rule.id))


def rule_table(rules: Sequence[Rule], folder: str) -> list[str]:
    """Return the table of all rules, for the README; *folder* is where their pages are."""
    topics = sorted({rule.topic for rule in rules})
    lines = ["| rule | topic | worst level | can be seen | what must be |", "|---|---|---|---|---|"]
    return lines + [_line(rule, folder) for topic in topics for rule in by_level(rules) if rule.topic == topic]


def _line(rule: Rule, folder: str) -> str:
    level = rule.level if rule.enabled else f"{rule.level}, off"
    cells = (f"[`{rule.id}`]({folder}{rule.id}.md)", rule.topic, level, SEEN[rule.visibility], rule.page.title)
    return f"| {' | '.join(cells)} |"


def rule_index(rules: Sequence[Rule]) -> Iterator[str]:
    """Yield the lines of the index of all rules."""
    head = ("| rule | judges | worst level | constraint |", "|---|---|---|---|")
    yield from ("# Rules", "", "## By topic")
    for topic in sorted({rule.topic for rule in rules}):
        yield from ("", f"### {topic.capitalize()}", "", *head)
        yield from (_entry(rule) for rule in rules if rule.topic == topic)
    yield from ("", "## By level", "")
    yield from (f"- **{level}**: {_links(rule for rule in rules if rule.level == level)}" for level in LEVELS)
    yield from ("", "## By what Resource Graph shows of what decides", "")
    yield from (f"- **{seen}**: {_links(rule for rule in rules if rule.visibility == seen)}" for seen in SEEN)
    yield from ("", "## Only where they are enabled", "", _links(rule for rule in rules if not rule.enabled))


def _entry(rule: Rule) -> str:
    return f"| [{rule.id}]({rule.id}.md) | `{rule.on}` | {rule.level} | {rule.page.title} |"


def _links(rules: Iterable[Rule]) -> str:
    return ", ".join(f"[{rule.id}]({rule.id}.md)" for rule in rules)


def register() -> Iterator[str]:
    """Yield the lines of the register of constraints."""
    yield from ("# Constraints", "", INTRODUCTION)
    for letter, title in GROUPS.items():
        yield from (f"## {letter}. {title}", "", HEAD)
        yield from (_row(constraint) for constraint in constraints() if constraint.id.startswith(letter))
        yield ""


def _row(constraint: Constraint) -> str:
    documents = "<br>".join(f"[{each.title}]({each.url}), {each.date}" for each in constraint.documents)
    today = "; ".join(filter(None, (STATUSES[constraint.status], constraint.today)))
    return f"| **{constraint.id}** {constraint.says} | {documents} | {today} | {_done(constraint)} |"


def _done(constraint: Constraint) -> str:
    if not constraint.rules:
        return f"No rule. {constraint.why_none} ({constraint.visibility})"
    links = ", ".join(f"[{rule}](rules/{rule}.md)" for rule in constraint.rules)
    return f"{links} ({constraint.visibility}). {constraint.evidence}"
