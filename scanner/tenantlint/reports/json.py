"""``json``: one verdict a line, for programs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import orjson

from tenantlint.reports.output import Output

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tenantlint.findings import Waiving
    from tenantlint.reports import Scan
    from tenantlint.results import Judgement, Summary


@dataclass(frozen=True)
class JsonReport:
    """JSON Lines, one object a verdict, in the order in which resources are judged."""

    name: str = "json"
    description: str = "JSON Lines, one verdict a line: all of them, with their evidence."
    everything: bool = True
    module: str = __name__

    def open(self, path: Path | None, scan: Scan) -> JsonWriter:
        """Start the report."""
        del scan
        return JsonWriter(Output(path))


class JsonWriter:
    """Writes verdicts as they come."""

    def __init__(self, output: Output) -> None:
        self._output = output

    def add(self, judgements: Sequence[Judgement]) -> None:
        """Write a line for each of *judgements*."""
        self._output.write(b"".join(orjson.dumps(record(j), option=orjson.OPT_APPEND_NEWLINE) for j in judgements))

    def finish(self, summary: Summary) -> list[str]:
        """Close the file."""
        del summary
        self._output.commit()
        return []

    def discard(self) -> None:
        """Remove what was written."""
        self._output.discard()


def record(judgement: Judgement) -> dict[str, Any]:
    """Return a judgement as the JSON object that this report and its readers agree on."""
    verdict = judgement.verdict
    return {
        "rule": judgement.rule.id,
        "resource": judgement.subject.id,
        "verdict": verdict.outcome,
        "cause": verdict.cause,
        "level": verdict.level,
        "message": verdict.message,
        "evidence": dict(verdict.evidence),
        "source": asdict(judgement.rule.sources[0]),
        "violations": [
            {"part": v.part, "level": v.level, "message": v.message, "evidence": dict(v.evidence)}
            | _accepted(judgement.mark(v.part).waiver)
            for v in verdict.violations
        ],
    }


def _accepted(waiver: Waiving | None) -> dict[str, Any]:
    """Return the key that only a violation has which is waived."""
    if waiver is None:
        return {}
    return {"waiver": {"reason": waiver.reason, "owner": waiver.owner, "expires": waiver.expires}}
