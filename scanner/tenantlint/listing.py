"""What becomes of a query that lists violations only: each resource once, with its violations.

Such a query says nothing of the resources that are fine. These come from another one, the population, and both are
merged by id, so that every resource gets a verdict and no violation is lost.
"""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import orjson

from tenantlint.resource import subscription_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Row: TypeAlias = dict[str, Any]
Keyed: TypeAlias = "tuple[str, Row]"
"""A row, and in lower case the id of the resource that it is about."""

OF_RESOURCES: Final = ("id", "name", "type", "subscriptionId", "resourceGroup", "location", "tags")
"""The columns that say which resource it is."""
VIOLATIONS: Final = "tenantlint_violations"
"""The column with what the query found of a resource: a list of objects, null for nothing."""
COLUMNS: Final = (*OF_RESOURCES, VIOLATIONS)

_NOT_KEPT: Final = frozenset({"id", "tags", "recommendationid"})
"""Columns of a violation that are known without it, or in another place."""
_GROUPS: Final = "/resourcegroups/"


def merge(population: Iterable[Keyed], found: Iterable[Keyed]) -> Iterator[Row]:
    """Yield the rows of a listing: what the *population* has, and what was *found* of it or of others.

    Both come sorted by their keys, each key of the population once.
    """
    violated = groupby(found, key=itemgetter(0))
    key, rows = _next(violated)
    for resource_key, resource in _once(population):
        while key is not None and key < resource_key:
            yield _outsider(key, rows)
            key, rows = _next(violated)
        if key == resource_key:
            yield _row(resource, rows)
            key, rows = _next(violated)
        else:
            yield _row(resource, [])
    while key is not None:
        yield _outsider(key, rows)
        key, rows = _next(violated)


def _once(population: Iterable[Keyed]) -> Iterator[Keyed]:
    return (next(rows) for _, rows in groupby(population, key=itemgetter(0)))


def _next(violated: Iterator[tuple[str, Iterator[Keyed]]]) -> tuple[str | None, list[Row]]:
    key, rows = next(violated, (None, iter(())))
    return key, [row for _, row in rows]


def _row(resource: Row, rows: list[Row]) -> Row:
    return {column: resource.get(column) for column in OF_RESOURCES} | {VIOLATIONS: _violations(rows) or None}


def _violations(rows: list[Row]) -> list[Row]:
    """Return what *rows* say, each once, in an order that is the same in every scan."""
    kept = ({name: value for name, value in row.items() if name.lower() not in _NOT_KEPT} for row in rows)
    told = {orjson.dumps(row, option=orjson.OPT_SORT_KEYS): row for row in kept}
    return [told[text] for text in sorted(told)]


def _outsider(key: str, rows: list[Row]) -> Row:
    """Make the row of a resource that the population does not have: by what the violations, and the id, say of it."""
    told = {column: next((row[column] for row in rows if row.get(column)), None) for column in OF_RESOURCES}
    id_ = named if (named := str(told["id"])).lower() == key else key
    group = id_[id_.lower().find(_GROUPS) + len(_GROUPS) :].partition("/")[0] if _GROUPS in id_.lower() else None
    known: Row = {
        "id": id_,
        "name": _text(told["name"]) or id_.rpartition("/")[2],
        "type": _text(told["type"]),
        "subscriptionId": subscription_of(id_) or None,
        "resourceGroup": group,
        "location": _text(told["location"]),
        "tags": told["tags"] if isinstance(told["tags"], dict) else None,
    }
    return _row(known, rows)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
