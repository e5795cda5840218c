"""Queries as the service reads them, and what it says where it does not take one."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import duckdb
import duckdb_kql
from duckdb_kql import ir
from duckdb_kql.lower import lower

from tenantlint.errors import KqlError
from tenantlint.graph.columns import inner_queries
from tenantlint.graph.refusals import JOIN_KINDS, OPERATORS, refuse
from tenantlint.graph.server.errors import (
    LOCAL,
    disallowed_table,
    execution_failed,
    invalid_query,
    joined_twice,
    parser_failure,
    unsupported_join,
)
from tenantlint.graph.server.stops import stop
from tenantlint.graph.spelling import respell, words

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from tenantlint.graph.dialect import Checked
    from tenantlint.graph.engine import KqlEngine
    from tenantlint.graph.server.errors import Detail, ServiceError

DEFAULT_TABLE: Final = "Resources"
_DEFAULT_TABLES: Final = frozenset({"resources", "resourcecontainers"})
_COMMENT: Final = re.compile(r"//[^\n]*")
_OTHER_JOINS: Final = {
    "anti": "Anti",
    "leftanti": "LeftAnti",
    "leftantisemi": "LeftAntiSemi",
    "leftsemi": "LeftSemi",
    "rightanti": "RightAnti",
    "rightantisemi": "RightAntiSemi",
    "rightouter": "RightOuter",
    "rightsemi": "RightSemi",
}
"""The kinds of join that Kusto has and Resource Graph has not, as the service spells them."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A query with a table at its start; ``added`` is how many characters were put before what the client wrote."""

    text: str
    added: int = 0


def whole(kql: str) -> Whole:
    """Put the default table before a query that starts with an operator; an empty query is all of that table."""
    if not _COMMENT.sub("", kql).strip():
        return Whole(DEFAULT_TABLE)
    tokens = words(kql)
    if tokens and tokens[0].type in OPERATORS.values() and tokens[0].type != "UNION":
        start = f"{DEFAULT_TABLE} | "
        return Whole(start + kql, len(start))
    return Whole(kql)


def check(query: Whole, engine: KqlEngine, tables: Container[str]) -> Checked:
    """Hold *query* against the service's dialect and the *tables* that are here. Raises ``ServiceError``."""
    try:
        checked = engine.check(query.text)
    except KqlError as error:
        raise refusal(error, query, tables) from error
    joined = Counter(name.lower() for name in _joined(checked.tree))
    for name, times in joined.items():
        if times > 1 and name not in _DEFAULT_TABLES:
            raise joined_twice(name)
    return checked


def refusal(error: KqlError, query: Whole, tables: Container[str]) -> ServiceError:
    """Say in the service's words why *query* was refused with *error*."""
    kind = _other_join(query.text)
    if kind:
        return unsupported_join(kind)
    if isinstance(error.__cause__, duckdb_kql.KqlSyntaxError) or _is_refused(query.text):
        return _parser_failure(error, query)
    unknown = next((name for name in _tables(query.text) if name.lower() not in tables), None)
    if unknown:
        return disallowed_table(unknown)
    said = str(error).partition("\n")[0]
    own: Detail = {"code": LOCAL, "message": f"{said}; {error.hint}" if error.hint else said}
    return execution_failed(own) if isinstance(error.__cause__, duckdb.OutOfMemoryException) else invalid_query(own)


def _other_join(kql: str) -> str | None:
    tokens = words(kql)
    for join, option, _, kind in zip(tokens, tokens[1:], tokens[2:], tokens[3:], strict=False):
        if (join.type, option.type) == ("JOIN", "KIND") and kind.text not in JOIN_KINDS:
            return _OTHER_JOINS.get(kind.text.lower())
    return None


def _is_refused(kql: str) -> bool:
    try:
        refuse(kql)
    except KqlError:
        return True
    return False


def _parser_failure(error: KqlError, query: Whole) -> ServiceError:
    line, column, token = stop(query.text, max(error.line, 1), max(error.column, 1))
    before = query.added if line == 1 else 0
    return parser_failure(line, max(column - 1 - before, 0), token)


def _tables(kql: str) -> Iterator[str]:
    try:
        tree = lower(respell(kql).text)
    except duckdb_kql.KqlError:
        return
    yield from _names(tree)


def _names(query: ir.Query) -> Iterator[str]:
    if isinstance(query.source, ir.TableRef):
        yield query.source.name
    for operator in query.operators:
        for inner in inner_queries(operator):
            yield from _names(inner)


def _joined(query: ir.Query) -> Iterator[str]:
    """Yield the tables on the right of the joins of *query*, each as often as it is there."""
    for operator in query.operators:
        if isinstance(operator, ir.Join):
            yield from _names(operator.right)
