"""``acme-count``: how many violations each rule has, for a dashboard."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Counts:
    """Counts violations by rule."""

    path: Path | None
    by_rule: Counter[str] = field(default_factory=Counter)

    def add(self, judgements: Iterable[Any]) -> None:
        """Count some."""
        self.by_rule.update(judgement.rule.id for judgement in judgements if judgement.open)

    def finish(self, summary: object) -> list[str]:
        """Write the counts."""
        del summary
        text = json.dumps(self.by_rule, sort_keys=True) + "\n"
        if self.path:
            self.path.write_text(text, "utf-8", newline="\n")
        return []

    def discard(self) -> None:
        """Leave nothing behind: nothing is there yet."""


@dataclass(frozen=True)
class Counting:
    """The format."""

    name: str = "acme-count"
    description: str = "Violations by rule, as JSON."
    everything: bool = False
    module: str = __name__

    def open(self, path: Path | None, scan: object) -> Counts:
        """Start to count."""
        del scan
        return Counts(path)
