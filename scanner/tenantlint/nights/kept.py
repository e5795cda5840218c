"""Violations that only the earlier night knows: those that are no more, and those that cannot be judged now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantlint.findings import NO_MARKS, UNMARKED, Mark
from tenantlint.model import Verdict, Violation
from tenantlint.nights.ledger import Records
from tenantlint.results import Judgement, Subject

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tenantlint.comparing.changes import Change
    from tenantlint.findings import Waiving
    from tenantlint.nights.night import Told
    from tenantlint.rules import Rule
    from tenantlint.waivers.stage import WaiverStage


class Kept:
    """Keeps them on disk. What is carried on is waived where *accepting* says so today, whoever accepted it then."""

    def __init__(self, rules: Mapping[str, Rule], accepting: WaiverStage | None) -> None:
        self._rules = rules
        self._accepting = accepting
        self._carried, self._absent = Records(), Records()
        self._waivers: dict[bytes, Waiving] = {}

    def note(self, change: Change, *, has_row: bool) -> None:
        """Take what became of a violation; *has_row* says that its resource was seen now."""
        if change.before is None:
            return
        told = change.told._replace(found=(change.before,))
        if change.state in ("fixed", "gone"):
            self._absent.append(told)
        elif change.state == "no-longer-known" and self._is_settled(told, has_row=has_row):
            self._carried.append(told)

    def carried(self) -> Iterator[Judgement]:
        """See :class:`tenantlint.findings.Baseline`."""
        return self._judgements(self._carried)

    def absent(self) -> Iterator[Judgement]:
        """See :class:`tenantlint.findings.Baseline`."""
        return self._judgements(self._absent)

    def _is_settled(self, told: Told, *, has_row: bool) -> bool:
        """Find out who accepts a violation; tell whether that can be known, as by tags without a row it cannot."""
        judgement, found = self._judgement(told), told.found[0]
        if judgement is None or self._accepting is None:
            return True
        if waiver := self._accepting.accepts(judgement, has_tags=has_row):
            self._waivers[found.key] = waiver
            return True
        return has_row or not found.waived or not self._accepting.goes_by_tags(told.rule)

    def _judgements(self, records: Records) -> Iterator[Judgement]:
        return filter(None, map(self._judgement, records.all()))

    def _judgement(self, told: Told) -> Judgement | None:
        """Return a violation as a judgement of then; None where nobody knows its part, and so not which one it is."""
        rule, (found,) = self._rules[told.rule], told.found
        if found.part is None:
            return None
        violation = Violation(found.message, found.level, found.evidence, found.part)
        verdict = Verdict("violation", found.message, None, found.evidence, (violation,))
        mark = Mark(self._waivers.get(found.key), place=found.place)
        marks = NO_MARKS if mark == UNMARKED else {found.part: mark}
        return Judgement(rule, Subject(told.resource, told.name, told.subscription), verdict, marks)
