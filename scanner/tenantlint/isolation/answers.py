"""What a rule said of one partition, as bytes: written where it judged, read by the host."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
import orjson

from tenantlint.isolation.budget import MOST_BYTES
from tenantlint.judge import accepted
from tenantlint.model import COMPLIANT, NO_EVIDENCE, Verdict, Violation

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tenantlint.resource import Resource

TOO_MUCH: Final = f"it said more than {MOST_BYTES // 2**20} MiB of one partition"
"""What is said of a rule that talks too much."""


class OverBudgetError(Exception):
    """A rule used up its budget; the message says which."""


class Batch(msgspec.Struct, array_like=True, frozen=True):
    """Some resources, by the digest of their ids, and for each the place of its verdict in what was said."""

    digest: str
    verdicts: list[Annotated[int, msgspec.Meta(ge=0)]]


class Said(msgspec.Struct, array_like=True, frozen=True):
    """A verdict as plain data."""

    outcome: str
    message: str
    cause: str | None
    evidence: dict[str, Any]
    violations: list[tuple[str, str, dict[str, Any], str]]


class Answer(msgspec.Struct, frozen=True):
    """All that a rule said of a partition: each verdict once, however many resources got it."""

    said: list[Said]
    batches: list[Batch]


class AnswerBuilder:
    """Puts an answer together, batch by batch. Raises ``OverBudgetError`` where that grows too large."""

    def __init__(self) -> None:
        self._said: list[bytes] = []
        self._places: dict[int, int] = {}
        self._kept: list[Verdict] = []  # so that no id of the places is given to another
        self._batches: list[bytes] = []
        self._size = 0

    def add(self, digest: str, verdicts: Iterable[Verdict]) -> None:
        """Take the verdicts on a batch of resources."""
        self._batches.append(self._counted(orjson.dumps([digest, [self._place(verdict) for verdict in verdicts]])))

    def dump(self) -> bytes:
        """Return the answer."""
        return b'{"said":[%b],"batches":[%b]}' % (b",".join(self._said), b",".join(self._batches))

    def _place(self, verdict: Verdict) -> int:
        place = self._places.get(id(verdict))
        if place is None:
            place = self._places[id(verdict)] = len(self._said)
            self._kept.append(verdict)
            self._said.append(self._counted(_dumped(verdict)))
        return place

    def _counted(self, piece: bytes) -> bytes:
        self._size += len(piece)
        if self._size > MOST_BYTES:
            raise OverBudgetError(TOO_MUCH)
        return piece


def load_answer(content: bytes) -> tuple[list[Verdict], list[Batch]]:
    """Return the verdicts of an answer, each of them accepted, and the batches. Raises ``ValueError``."""
    answer = msgspec.json.decode(content, type=Answer)
    verdicts = [_verdict(said) for said in answer.said]
    if any(place >= len(verdicts) for batch in answer.batches for place in batch.verdicts):
        raise ValueError("it names a verdict that it does not hold")
    return verdicts, answer.batches


def as_told(verdict: Verdict) -> Verdict:
    """Return *verdict* as the host reads it when a process of its own gave it: evidence is plain JSON then."""
    return _verdict(msgspec.json.decode(_dumped(verdict), type=Said))


def digest_of(resources: Sequence[Resource]) -> str:
    """Return what tells whether others are the same resources in the same order."""
    ids = "\n".join([resource.id for resource in resources])
    return hashlib.blake2b(ids.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _dumped(verdict: Verdict) -> bytes:
    violations = [[each.message, each.level, dict(each.evidence), each.part] for each in verdict.violations]
    return orjson.dumps([verdict.outcome, verdict.message, verdict.cause, dict(verdict.evidence), violations])


def _verdict(said: Said) -> Verdict:
    if said.outcome == "compliant" and not (said.message or said.evidence or said.cause or said.violations):
        return COMPLIANT
    violations = tuple(
        Violation(message, level, evidence or NO_EVIDENCE, part)  # type: ignore[arg-type]  # accepted() looks at it
        for message, level, evidence, part in said.violations
    )
    evidence = said.evidence or NO_EVIDENCE
    return accepted(Verdict(said.outcome, said.message, said.cause, evidence, violations))  # type: ignore[arg-type]  # likewise
