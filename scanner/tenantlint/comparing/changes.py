"""What became of a violation between two nights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

from tenantlint.model import LEVELS
from tenantlint.sentences import visible_prose

if TYPE_CHECKING:
    from collections import Counter

    from tenantlint.model import Json
    from tenantlint.nights.night import Found, Told

State: TypeAlias = Literal[
    "new", "reopened", "changed", "fixed", "gone", "no-longer-known", "not-compared", "unchanged"
]

STATES: Final[tuple[State, ...]] = (
    "new",
    "reopened",
    "changed",
    "fixed",
    "gone",
    "no-longer-known",
    "not-compared",
    "unchanged",
)
"""``reopened``: a violation again, which the earlier night knows to have ended. ``fixed``: judged, and no violation.
``gone``: the resource is proven not to exist any more. ``no-longer-known``: not evaluable now, or not read, or doubted.
``not-compared``: the rule did not judge in one of the nights."""

Difference: TypeAlias = "tuple[str, Json, Json]"
"""A property of a finding: what it was, and what it is."""


class Change(NamedTuple):
    """How one violation stands: ``before`` is None where it is new, ``now`` where it is no more.

    ``told`` is the newest that is known of the resource, ``why`` says what speaks for the state. ``unread`` says that
    it could not be told because something was not read or broke; or is ``doubted``: it looks fixed or gone.
    """

    state: State
    told: Told
    before: Found | None = None
    now: Found | None = None
    why: str = ""
    unread: bool = False
    doubted: bool = False

    @property
    def found(self) -> Found:
        """The violation, as it is or was."""
        found = self.now or self.before
        assert found is not None
        return found

    @property
    def worse(self) -> bool:
        """Whether the violation is open now, and was not, or at a milder level."""
        if self.now is None or self.now.waived:
            return False
        return self.before is None or self.before.waived or _rank(self.now) < _rank(self.before)


def doubted(reasons: Counter[str]) -> list[str]:
    """Say of how many violations it is not believed that they are no more, and for which *reasons*."""
    if not reasons:
        return []
    (most, count), *others = reasons.most_common()
    more = f"; the others for {len(others)} more such reasons" if others else ""
    said = f"{reasons.total()} violations look fixed or gone, which is not believed"
    return [f"{said}, {count} of them since {most}{more}: look whether all can be read; the next night decides"]


def differences(before: Found, now: Found) -> list[Difference]:
    """Return which properties of a finding changed: its level, whether it is waived, its message, its evidence."""
    found: list[Difference] = []
    if before.level != now.level:
        found.append(("level", before.level, now.level))
    if before.waived != now.waived:
        found.append(("waived", before.waived, now.waived))
    if before.message != now.message and _shown(before.message) != _shown(now.message):
        found.append(("message", before.message, now.message))
    paths = sorted({*before.evidence, *now.evidence})
    evidence = ((path, before.evidence.get(path), now.evidence.get(path)) for path in paths)
    return found + [(path, was, is_) for path, was, is_ in evidence if was != is_]


def _shown(message: str) -> str:
    """Return a message as SARIF shows it."""
    return visible_prose(message).removesuffix(".").replace("](", "] (")


def _rank(found: Found) -> int:
    return LEVELS.index(found.level)
