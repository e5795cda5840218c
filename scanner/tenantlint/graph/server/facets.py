"""Facets: how often each value of an expression is among the rows of a query."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import orjson

from tenantlint.graph.server.errors import ServiceError
from tenantlint.graph.server.kql import Whole
from tenantlint.graph.server.pages import encode_rows
from tenantlint.graph.server.paging import LARGEST_PAGE
from tenantlint.graph.spelling import words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from tenantlint.graph.server.answers import Column, StoredAnswer
    from tenantlint.graph.server.request import FacetRequest
    from tenantlint.model import Json

    Run: TypeAlias = Callable[[Whole], AbstractContextManager[StoredAnswer]]


def facet(asked: FacetRequest, query: Whole, columns: Sequence[Column], run: Run, *, table: bool) -> bytes:
    """Compute the facet that was *asked* for over *query*, whose rows have *columns*; return it as JSON.

    A facet that cannot be computed is an entry that says so: the rest of the answer stands.
    """
    types = {column.name: column.type for column in columns}
    unknown = _unknown(asked.expression, types)
    if unknown:
        return _error(
            asked,
            {"code": "NoValidColumns", "message": "No valid columns in facet expression."},
            {"code": "InvalidColumnNames", "message": f"Invalid column names: [{', '.join(unknown)}]."},
        )
    try:
        with run(_counted(asked, query, types)) as answer:
            return _result(asked, answer, table=table)
    except ServiceError as error:
        return _error(asked, *error.details)


def _result(asked: FacetRequest, answer: StoredAnswer, *, table: bool) -> bytes:
    rows = answer.read(0, min(asked.top or LARGEST_PAGE, LARGEST_PAGE))
    parts = (
        b'{"expression":%b' % orjson.dumps(asked.expression),
        b'"totalRecords":%d' % answer.rows,
        b'"count":%d' % len(rows),
        b'"data":%b' % encode_rows(answer.columns, rows, table=table),
        b'"resultType":"FacetResult"}',
    )
    return b",".join(parts)


def _error(asked: FacetRequest, *details: Mapping[str, Json]) -> bytes:
    return orjson.dumps({"expression": asked.expression, "errors": details, "resultType": "FacetError"})


def _counted(asked: FacetRequest, query: Whole, types: Mapping[str, str]) -> Whole:
    value = _value(asked.expression, types)
    order = "['count']" if asked.sort_by == "count" else asked.sort_by
    steps = [
        query.text,
        *([f"where {asked.filter}"] if asked.filter else []),
        f"summarize ['count'] = count() by {value}",
        f"order by {order} {'desc' if asked.descending else 'asc'}",
    ]
    return Whole("\n| ".join(steps), query.added)


def _value(expression: str, types: Mapping[str, str]) -> str:
    """Return KQL for *expression*: a path may name a column that a projection has made of it."""
    flat = expression.strip().replace(".", "_")
    if types.get(flat, "object") != "object":
        return flat
    is_nested = flat in types or (_is_path(expression) and types.get(expression.strip().split(".")[0]) == "object")
    return f"{flat} = tostring({flat if flat in types else expression})" if is_nested else expression


def _unknown(expression: str, types: Mapping[str, str]) -> list[str]:
    """List the names in *expression* that are no columns; functions, and properties of columns, are none."""
    if expression.strip().replace(".", "_") in types:
        return []
    tokens = [None, *words(expression), None]
    return [
        word.text
        for before, word, after in zip(tokens, tokens[1:], tokens[2:], strict=False)
        if word is not None
        and (word.type == "IDENTIFIER" or word.is_keyword)
        and not (before and before.type == "DOT")
        and not (after and after.type == "OPENPAREN")
        and word.text not in types
    ]


def _is_path(expression: str) -> bool:
    return all(word.type in {"IDENTIFIER", "DOT"} or word.is_keyword for word in words(expression))
