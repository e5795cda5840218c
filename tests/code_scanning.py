"""A small model of how GitHub code scanning keeps alerts: what a new upload opens, leaves and closes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Identity = tuple[str, str, str]
"""Rule, fingerprint and path: what may make two results the same alert. The model asks for all three."""


@dataclass
class Alert:
    """An alert is open as long as one category has it; ``closed`` counts how often none had it any more."""

    number: int
    categories: set[str] = field(default_factory=set)
    closed: int = 0


@dataclass
class CodeScanning:
    """The alerts of one branch, by identity."""

    alerts: dict[Identity, Alert] = field(default_factory=dict)

    @property
    def open(self) -> set[Identity]:
        return {identity for identity, alert in self.alerts.items() if alert.categories}

    def upload(self, logs: Iterable[Mapping[str, Any]]) -> None:
        """Take the files of one job, one after the other. A category comes once."""
        seen: set[str] = set()
        before = self.open
        for log in logs:
            for run in log["runs"]:
                category = run["automationDetails"]["id"].rpartition("/")[0]
                assert category not in seen, f"{category} comes twice: GitHub refuses the second"
                seen.add(category)
                self._replace(category, {_identity(result) for result in run["results"]})
        for identity in before - self.open:
            self.alerts[identity].closed += 1

    def _replace(self, category: str, found: set[Identity]) -> None:
        for identity in found:
            self.alerts.setdefault(identity, Alert(len(self.alerts) + 1)).categories.add(category)
        for identity, alert in self.alerts.items():
            if identity not in found:
                alert.categories.discard(category)


def _identity(result: Mapping[str, Any]) -> Identity:
    path = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    return result["ruleId"], result["partialFingerprints"]["primaryLocationLineHash"], path
