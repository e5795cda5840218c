"""What a night is to whoever compares it with another: verdicts with the identity of what they found.

A night is what is known of a tenant at one time: a snapshot that is judged again, or a report of an earlier run.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from tenantlint.errors import TenantlintError
from tenantlint.findings import part_key
from tenantlint.untrusted import LONGEST, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from typing import Any

    from tenantlint.model import Json, Level, Outcome
    from tenantlint.nights.reach import Reach
    from tenantlint.nights.seen import Seen
    from tenantlint.results import Judgement
    from tenantlint.sources.places import Place


CARRIED: Final = "carried"


class NightError(TenantlintError):
    """A report of an earlier run that cannot be used: cut short, altered, of another tenant."""


class Found(NamedTuple):
    """A violation of one night. ``key`` (16 bytes) is its identity, the same in every night.

    ``part`` is None where a SARIF report does not tell it. ``waived`` says whether somebody accepted it. ``place`` is
    where it was shown in a repository, as far as that is told.
    """

    key: bytes
    level: Level
    message: str
    evidence: Mapping[str, Json]
    part: str | None = ""
    waived: bool = False
    place: Place | None = None


class Told(NamedTuple):
    """A verdict of one night; ``message`` says why where it is no violation. Ids are spelled as they were.

    A violation with the cause ``CARRIED`` is one that was known before that night and could not be judged in it.
    """

    rule: str
    resource: str
    name: str
    subscription: str
    outcome: Outcome
    cause: str = ""
    message: str = ""
    found: tuple[Found, ...] = ()

    @property
    def key(self) -> bytes:
        """The identity of what the verdict is about, 16 bytes: the same for all parts."""
        return digest(self.rule, visible_id(self.resource).lower())


class Night(Protocol):
    """One night. What it says besides verdicts is complete when :meth:`verdicts` were read to the end."""

    @property
    def name(self) -> str:
        """How the user calls it: its path."""
        ...

    @property
    def at(self) -> datetime | None:
        """The moment as of which was judged; None where it does not say."""
        ...

    @property
    def tenant(self) -> tuple[str, str]:
        """The cloud and the tenant's id; empty where they are not known."""
        ...

    @property
    def settings(self) -> Mapping[str, Any] | None:
        """By what was judged, see ``selection.effective``; None where it does not say."""
        ...

    @property
    def reach(self) -> Reach | None:
        """What was scanned; None where it does not say."""
        ...

    @property
    def rules(self) -> frozenset[str]:
        """The rules that judged, as far as can be told."""
        ...

    @property
    def incomplete(self) -> bool:
        """Whether something is known not to have been read, or broke."""
        ...

    @property
    def unread(self) -> int | None:
        """The number of subscriptions that were not fully read; None where it does not say."""
        ...

    @property
    def ended(self) -> frozenset[bytes]:
        """The keys of violations that it knows of and that were no more, as far as it tells."""
        ...

    @property
    def remembered(self) -> Seen:
        """What it did not read, as an earlier night counted it."""
        ...

    def verdicts(self) -> Iterable[Told]:
        """Give all verdicts."""
        ...

    def gap(self, told: Told) -> str | None:
        """Say why a resource without a verdict may still be there; None where it is proven to be gone."""
        ...

    def doubt(self, told: Told) -> str | None:
        """Say why a verdict may rest on too little; None where nothing is known to be missing."""
        ...


def digest(*said: str) -> bytes:
    """Return 16 bytes that stand for some words."""
    return hashlib.sha256("\0".join(said).encode("utf-8", "surrogatepass")).digest()[:16]


def finding_key(rule: str, resource: str, part: str, parts: Iterable[str] = ()) -> bytes:
    """Return the identity of a violation, one of several *parts*: what ``sarif_objects.fingerprint`` says in hex."""
    return digest(rule, resource.lower(), part_key(part, parts))


def visible_id(resource: str) -> str:
    """Return an id as SARIF shows it: the part of a hostile one that no report may hold is not told apart by any."""
    if resource.isascii() and resource.isprintable() and len(resource) <= LONGEST:
        return resource
    return "/".join(map(visible, resource.split("/")))


def told_of(judgement: Judgement) -> Told:
    """Return a judgement as a night tells it."""
    subject, verdict, rule = judgement.subject, judgement.verdict, judgement.rule.id
    parts = [violation.part for violation in verdict.violations]
    found = tuple(
        Found(
            finding_key(rule, subject.id, each.part, parts),
            each.level,
            each.message,
            each.evidence,
            each.part,
            judgement.mark(each.part).waiver is not None,
        )
        for each in verdict.violations
    )
    message = "" if found else verdict.message
    return Told(rule, *subject, verdict.outcome, verdict.cause or "", message, found)
