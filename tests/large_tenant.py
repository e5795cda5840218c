"""Judgements of a tenant that is larger than any of GitHub's limits."""

from collections.abc import Iterator
from dataclasses import replace

from tenantlint import Level, Rule
from tenantlint.results import Judgement, Subject
from tests.judgements import owner, subject, violates

SUBSCRIPTIONS = tuple(f"{number:08x}-0000-4000-8000-000000000000" for number in range(45))
LARGEST = SUBSCRIPTIONS[7]
ALIKE = 6_500
"""Violations of one rule in the largest subscription."""
FINDINGS = 60_000

TOPICS = ("disks", "network", "vaults")
RULES: tuple[Rule, ...] = tuple(
    replace(owner, id=f"acme-{topic}-{number}", topic=topic) for topic in TOPICS for number in range(4)
)
_LEVELS: tuple[Level, ...] = ("note", "warning", "error")


def findings() -> Iterator[Judgement]:
    """Yield all violations: in the largest subscription many of one rule, and of each topic some; elsewhere a mix."""
    for number in range(ALIKE):
        level: Level = "error" if number % 1000 == 0 else "note"
        yield violates(_vm(LARGEST, number), level, by=RULES[0])
    others = [each for each in SUBSCRIPTIONS if each != LARGEST]
    for number in range(FINDINGS - ALIKE):
        where = LARGEST if number % 50 == 0 else others[number % len(others)]
        yield violates(_vm(where, number), _LEVELS[number % 3], by=RULES[1 + number % (len(RULES) - 1)])


def _vm(subscription: str, number: int) -> Subject:
    name = f"vm-{number:05}"
    group = f"/subscriptions/{subscription}/resourceGroups/rg-{number % 40}"
    return subject(name, subscription, f"{group}/providers/Microsoft.Compute/virtualMachines/{name}")
