"""Judges by a KQL rule: what its query lists is in violation."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import orjson

from tenantlint.graph.dropping import lossy_join
from tenantlint.graph.listings import combines, multiplies
from tenantlint.listing import OF_RESOURCES, VIOLATIONS
from tenantlint.model import COMPLIANT, Verdict, Violation
from tenantlint.rule_files.messages import fill, holes, told

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenantlint.context import Context
    from tenantlint.model import Json, Level
    from tenantlint.resource import Resource

_LONGEST: Final = 120
"""Characters of a part: it is shown with each finding, and written in waivers."""
_DIGITS: Final = 12


@dataclass(frozen=True, slots=True)
class Listed:
    """The judge of one rule: the text of its query, and a template for what is said of each row.

    Without a template the rule's *title* and the values of the row are told. ``part`` is a template that tells several
    rows of one resource apart; without it their values do.
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
        found = [row for row in rows if isinstance(row, dict)]
        parts = _parts([self._part(row, resource) for row in found], found) if self._has_parts(found) else [""]
        return resource.violations(
            [
                Violation(self._said(row, resource), self.level, _own(row), part)
                for row, part in zip(found, parts, strict=True)
            ]
        )

    def _has_parts(self, rows: list[dict[str, Json]]) -> bool:
        """Tell whether there can be several: a part must not come and go with the number of rows."""
        return bool(self.part) or len(rows) > 1 or multiplies(self.kql)

    def _part(self, row: Mapping[str, Json], resource: Resource) -> str:
        if self.part:
            return fill(self.part, lambda name: _value(name, row, resource))
        return "; ".join(told(value) for value in _own(row).values())

    def _said(self, row: Mapping[str, Json], resource: Resource) -> str:
        if self.message:
            return fill(self.message, lambda name: _value(name, row, resource))
        values = "; ".join(told(value) for value in _own(row).values())
        return f"does not follow '{self.title}'" + (f" ({values})" if values else "")


def columns_named(*templates: str) -> set[str]:
    """Return the columns that *templates* name. Raises ``ValueError`` where one is no template."""
    return {name for template in templates for name in holes(template)}


def _own(row: Mapping[str, Json]) -> dict[str, Json]:
    """Return what *row* says besides which resource it is about."""
    return {name: value for name, value in row.items() if name not in OF_RESOURCES and value not in (None, "")}


def _value(name: str, row: Mapping[str, Json], resource: Resource) -> Json:
    if name in row:
        return row[name]
    if name in OF_RESOURCES:
        return resource.find(name)
    raise LookupError(f"the query gives no column {name!r}")


def _parts(parts: list[str], rows: list[dict[str, Json]]) -> list[str]:
    """Return *parts* so that they are short, and no two of them the same."""
    return [
        part if len(part) <= _LONGEST and parts.count(part) == 1 else f"{part[:_LONGEST]} {_digest(row)}".strip()
        for part, row in zip(parts, rows, strict=True)
    ]


def _digest(row: dict[str, Json]) -> str:
    return hashlib.sha256(orjson.dumps(row, option=orjson.OPT_SORT_KEYS)).hexdigest()[:_DIGITS]
