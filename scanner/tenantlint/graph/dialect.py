"""Resource Graph's dialect of KQL: what it has of Kusto, and what it reads differently.

A query is held against the service's documented subset before it runs, so that one that works here works there. What
the engine would answer wrongly is refused with its place; nothing is guessed.
"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Final

import duckdb_kql
from duckdb_kql import ir
from duckdb_kql.lower import lower

from tenantlint.errors import KqlError
from tenantlint.graph.columns import Columns, check_columns, inner_queries
from tenantlint.graph.spelling import Spelled, Word, find, place, respell, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

OPERATORS: Final = {
    "count": "COUNT",
    "distinct": "DISTINCT",
    "extend": "EXTEND",
    "join": "JOIN",
    "limit": "LIMIT",
    "mv-expand": "MV_EXPAND",
    "mvexpand": "MVEXPAND",
    "order": "ORDER",
    "parse": "PARSE",
    "project": "PROJECT",
    "project-away": "PROJECTAWAY",
    "sort": "SORT",
    "summarize": "SUMMARIZE",
    "take": "TAKE",
    "top": "TOP",
    "union": "UNION",
    "where": "WHERE",
}
"""The tabular operators that Resource Graph documents, with the grammar's names for them."""

JOIN_KINDS: Final = frozenset({"innerunique", "inner", "leftouter", "fullouter"})
MV_EXPAND_ROWS: Final = 128
"""How many rows ``mv-expand`` makes of one row at most where the query names no limit."""


@dataclasses.dataclass(frozen=True)
class Checked:
    """A query that Resource Graph would take: its tree, the columns of its result and the tables it reads."""

    tree: ir.Query
    columns: tuple[str, ...]
    tables: tuple[str, ...]
    schema: Columns


def check(kql: str, tables: Mapping[str, tuple[str, ...]]) -> Checked:
    """Parse *kql* and hold it against Resource Graph's subset.

    *tables* maps the names of the tables that exist, in lower case, to their columns. Raises ``KqlError``.
    """
    _refuse_operators(kql)
    spelled = respell(kql)
    tree = _limited(_parse(spelled))
    names = tuple(dict.fromkeys(source.name for source in _sources(tree, kql)))
    schema = {name: list(_columns_of(name, tables, kql)) for name in names}
    columns = check_columns(tree, schema, kql)
    return Checked(tree, tuple(columns), names, schema)


def _refuse_operators(kql: str) -> None:
    tokens = words(kql)
    if not tokens:
        raise KqlError("the query is empty", kql)
    if tokens[0].type in {"LET", "SET", "DECLARE", "ALIAS", "RESTRICT", "DOT"}:
        raise _refused(
            tokens[0], kql, f"Resource Graph has no statement {tokens[0].text!r}: a query starts with a table"
        )
    governing = [""]
    for before, word in zip([None, *tokens], tokens, strict=False):
        if before is not None and before.type == "BAR":
            if word.type not in OPERATORS.values():
                raise _refused(word, kql, f"Resource Graph has no operator {_operator_text(word, kql)!r}")
            governing[-1] = word.type
        elif word.type == "OPENPAREN":
            governing.append(governing[-1])
        elif word.type == "CLOSEPAREN" and len(governing) > 1:
            governing.pop()
        elif word.type == "EQUAL" and governing[-1] == "WHERE":
            raise _refused(word, kql, "'=' does not compare; where takes '==' or '=~'")


def _operator_text(word: Word, kql: str) -> str:
    found = re.match(r"[A-Za-z_][A-Za-z0-9_-]*", kql[word.start :])
    return found[0] if found else word.text


def _refused(word: Word, kql: str, message: str) -> KqlError:
    line, column = place(kql, word.start)
    return KqlError(message, kql, line, column)


def _parse(spelled: Spelled) -> ir.Query:
    try:
        return lower(spelled.text)
    except duckdb_kql.KqlSyntaxError as error:
        first = error.diagnostics[0]
        line, column = spelled.place(first.span.line, first.span.column)
        message = f"this is not KQL: {first.message.split(' expecting ')[0]}"
        raise KqlError(message, spelled.original, line, column) from error
    except duckdb_kql.KqlUnsupportedError as error:
        line, column = spelled.place(error.span.line, error.span.column) if error.span else (0, 0)
        raise unsupported(error, spelled.original, line, column) from error
    except duckdb_kql.KqlError as error:
        raise KqlError(str(error), spelled.original) from error


def unsupported(error: duckdb_kql.KqlUnsupportedError, kql: str, line: int = 0, column: int = 0) -> KqlError:
    """Say that the local engine cannot run a construct; find its place in the text where the engine names none."""
    name = error.construct.rpartition(":")[2]
    found = re.search(rf"\b{re.escape(name)}\b", kql)
    if not line and found:
        line, column = place(kql, found.start())
    return KqlError(f"the local resource graph cannot run {error.construct!r}", kql, line, column)


def _limited(query: ir.Query) -> ir.Query:
    return dataclasses.replace(query, operators=[_limited_operator(operator) for operator in query.operators])


def _limited_operator(operator: ir.Operator) -> ir.Operator:
    match operator:
        case ir.MvExpand(limit=None):
            return dataclasses.replace(operator, limit=MV_EXPAND_ROWS)
        case ir.Join():
            return dataclasses.replace(operator, right=_limited(operator.right))
        case ir.Union():
            return dataclasses.replace(operator, branches=tuple(_limited(branch) for branch in operator.branches))
    return operator


def _sources(query: ir.Query, kql: str) -> Iterator[ir.TableRef]:
    """List the tables of *query* and of the queries inside it; anything that is not a table is refused."""
    source = query.source
    if not isinstance(source, ir.TableRef) or source.database or source.cluster:
        raise KqlError("Resource Graph queries start with a table of Resource Graph, and with nothing else", kql)
    yield source
    for operator in query.operators:
        if isinstance(operator, ir.Join) and operator.kind not in JOIN_KINDS:
            raise KqlError(f"Resource Graph has no join kind {operator.kind!r}", kql, *find(operator.kind, kql))
        for inner in inner_queries(operator):
            yield from _sources(inner, kql)


def _columns_of(name: str, tables: Mapping[str, tuple[str, ...]], kql: str) -> tuple[str, ...]:
    columns = tables.get(name.lower())
    if columns is None:
        hint = f"the tables here are {', '.join(sorted(tables))}" if tables else "there is no table here"
        raise KqlError(f"there is no table {name!r}", kql, *find(name, kql), hint=hint)
    return columns
