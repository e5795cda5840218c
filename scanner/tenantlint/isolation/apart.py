"""The verdicts of rules that judged apart, for whoever judges the rest."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tenantlint.isolation.answers import digest_of, load_answer
from tenantlint.judge import failed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tenantlint.isolation.answers import Batch
    from tenantlint.model import Verdict
    from tenantlint.resource import Resource

_UNREADABLE: Final = "the process of the rule gave an answer that cannot be read"
_OTHERS: Final = "the process of the rule judged other resources than these"


class Reply:
    """What a rule said of one partition, given batch by batch, as it judged."""

    def __init__(self, said: Sequence[Verdict], batches: Sequence[Batch], otherwise: Verdict) -> None:
        self._said = said
        self._batches = iter(batches)
        self._otherwise = otherwise

    def verdicts(self, resources: Sequence[Resource]) -> list[Verdict]:
        """Return the verdicts on *resources*, which are the next."""
        batch = next(self._batches, None)
        if batch is None or len(batch.verdicts) != len(resources) or batch.digest != digest_of(resources):
            return [self._otherwise] * len(resources)
        said = self._said
        return [said[place] for place in batch.verdicts]


@dataclass
class Answers:
    """The answers of one rule by partition, in a *file*, and why there are none in some."""

    file: Path
    why: dict[str, str] = field(default_factory=dict)
    _places: dict[str, tuple[int, int]] = field(default_factory=dict)
    _size: int = 0

    def keep(self, partition: str, content: bytes) -> None:
        """Keep an answer."""
        with self.file.open("ab") as file:
            file.write(content)
        self._places[partition] = (self._size, len(content))
        self._size += len(content)

    def reply(self, partition: str) -> Reply:
        """Return what was said of *partition*."""
        if partition not in self._places:
            why = self.why.get(partition)
            return Reply((), (), failed(f"the rule was stopped: {why}" if why else _OTHERS))
        with self.file.open("rb") as file:
            start, length = self._places[partition]
            file.seek(start)
            content = file.read(length)
        try:
            return Reply(*load_answer(content), failed(_OTHERS))
        except (ValueError, RecursionError):
            return Reply((), (), failed(_UNREADABLE))


@dataclass(frozen=True)
class Apart:
    """The answers of all rules that judged apart, by their ids, and *notes* on what they did besides."""

    answers: Mapping[str, Answers] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def rules(self) -> frozenset[str]:
        """The ids of the rules that judged apart."""
        return frozenset(self.answers)

    @property
    def stopped(self) -> dict[str, str]:
        """Why rules were stopped, the first time that they were."""
        return {rule: next(iter(answers.why.values())) for rule, answers in self.answers.items() if answers.why}

    def reply(self, rule: str, partition: str) -> Reply:
        """Return what *rule* said of *partition*."""
        return self.answers[rule].reply(partition)


NOBODY: Final = Apart()
"""Nobody judged apart."""
