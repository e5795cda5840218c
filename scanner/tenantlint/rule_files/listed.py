"""Judges by a KQL rule: what its query lists is in violation."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from tenantlint.graph.dropping import lossy_join
from tenantlint.graph.listings import combines
from tenantlint.listing import OF_RESOURCES, VIOLATIONS
from tenantlint.model import COMPLIANT, Verdict, Violation
from tenantlint.rule_files.messages import fill, holes, told

if TYPE_CHECKING:
    from tenantlint.context import Context
    from tenantlint.model import Json, Level
    from tenantlint.resource import Resource

_Row: TypeAlias = "dict[str, Json]"

_LONGEST: Final = 120
"""Characters of a part: it is shown with each finding, and written in waivers."""
_DIGITS: Final = 12
_MOST: Final = 5
"""Rows that a message tells; the evidence has all of them."""


@dataclass(frozen=True, slots=True)
class Listed:
    """The judge of one rule: the text of its query, and a template for what is said of each row.

    Without a template the rule's *title* and the values of the row are told. ``part`` is a template that tells several
    rows of one resource apart; without it they are one violation. Values alone would be another part each day.
    """

    level: Level
    kql: str
    title: str
    message: str = ""
    part: str = ""

    def __call__(self, resource: Resource, context: Context) -> Verdict:
        """Judge *resource*. Where rows are missing that the query puts together, it can be wrong either way."""
        together = combines(self.kql)
        gap = context.tenant.gap(resource.table, None if together else resource.subscription_id)
        rows = resource.items(VIOLATIONS)
        if gap and (together or not rows):
            return resource.not_evaluable(unread=gap)
        if not rows:
            left_out = lossy_join(self.kql)
            return resource.not_evaluable(unread=f"the query does not tell: {left_out}") if left_out else COMPLIANT
        by_part: dict[str, list[_Row]] = {}
        for row in rows:
            if isinstance(row, dict):
                by_part.setdefault(_short(self._filled(self.part, row, resource)), []).append(row)
        return resource.violations(
            [
                Violation(self._said(by_part[part], resource), self.level, _evidence(by_part[part]), part)
                for part in sorted(by_part)
            ]
        )

    def _filled(self, template: str, row: _Row, resource: Resource) -> str:
        return fill(template, lambda name: _value(name, row, resource))

    def _said(self, rows: list[_Row], resource: Resource) -> str:
        if self.message:
            return _listed([self._filled(self.message, row, resource) for row in rows])
        values = _listed([f"({said})" for row in rows if (said := "; ".join(map(told, _own(row).values())))])
        return f"does not follow '{self.title}'" + (f" {values}" if values else "")


def columns_named(*templates: str) -> set[str]:
    """Return the columns that *templates* name. Raises ``ValueError`` where one is no template."""
    return {name for template in templates for name in holes(template)}


def _own(row: _Row) -> dict[str, Json]:
    """Return what *row* says besides which resource it is about."""
    return {name: value for name, value in row.items() if name not in OF_RESOURCES and value not in (None, "")}


def _value(name: str, row: _Row, resource: Resource) -> Json:
    if name in row:
        return row[name]
    if name in OF_RESOURCES:
        return resource.find(name)
    raise LookupError(f"the query gives no column {name!r}")


def _evidence(rows: list[_Row]) -> dict[str, Json]:
    """Return what *rows* say: one by its columns, several as a list."""
    return _own(rows[0]) if len(rows) == 1 else {"rows": [_own(row) for row in rows]}


def _listed(texts: list[str]) -> str:
    """Return *texts*, each once, on one line: the first of them where there are many."""
    several = list(dict.fromkeys(texts))
    more = [f"and {len(several) - _MOST} more"] if len(several) > _MOST else []
    return ", ".join([*several[:_MOST], *more])


def _short(part: str) -> str:
    """Return *part*, cut where it is long, and then still another than those that start as it does."""
    return part if len(part) <= _LONGEST else f"{part[:_LONGEST]} {hashlib.sha256(part.encode()).hexdigest()[:_DIGITS]}"
