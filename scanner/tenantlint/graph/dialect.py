"""Resource Graph's dialect of KQL: what it has of Kusto, and what it reads differently.

A query is held against the service's documented subset before it runs, so that one that works here works there. What
the engine would answer wrongly is refused with its place; nothing is guessed.
"""

from __future__ import annotations

import dataclasses
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import duckdb
import duckdb_kql
from duckdb_kql import ir
from duckdb_kql.lower import lower

from tenantlint.errors import KqlError
from tenantlint.graph.casing import named_back, told_apart
from tenantlint.graph.columns import Columns, check_columns, inner_queries, nodes, starts_of
from tenantlint.graph.hashing import refuse_hashes
from tenantlint.graph.kinds import standard_kinds
from tenantlint.graph.misreadings import refuse_misreadings
from tenantlint.graph.patterns import refuse_patterns
from tenantlint.graph.pipeline import Typing
from tenantlint.graph.refusals import refuse, refused
from tenantlint.graph.spelling import Spelled, Word, find, respell, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tenantlint.graph.kinds import Kind

T = TypeVar("T")

MV_EXPAND_ROWS: Final = 128
"""How many rows ``mv-expand`` makes of one row at most where the query names no limit."""


_BRACKETS: Final = re.compile(r"""^\[(['"])(.*)\1\]$""")
"""Round a name, as in ``$left.['id']``: the library takes them for a part of it there."""

_OURS: Final = "Invalid Input Error: "
"""What the database says first where a query that we wrote raises an error of its own."""

_UNSAID: Final = re.compile("not implemented|no DuckDB mapping")
"""Hints of the library that say no more than that it cannot."""

_SIGNS: Final = {
    ir.PrintSource: "PRINT",
    ir.DataTable: "DATATABLE",
    ir.RangeSource: "RANGE",
    ir.WildcardTableRef: "ASTERISK",
    ir.TableRef: "DATABASE",
}
"""How a source that is no table of Resource Graph shows among the words of a query."""


@dataclasses.dataclass(frozen=True)
class Checked:
    """A query that Resource Graph would take: its tree, the columns of its result and the tables it reads.

    The tree is ready to run: dynamic values are read as what they are compared with. ``spans`` are those of the columns
    that hold timespans.
    """

    spelled: Spelled
    tree: ir.Query
    columns: tuple[str, ...]
    spans: tuple[str, ...]
    tables: tuple[str, ...]
    schema: Columns


def check(kql: str, tables: Mapping[str, Iterable[str]]) -> Checked:
    """Parse *kql* and hold it against Resource Graph's subset.

    *tables* maps the names of the tables that exist, in lower case, to their columns, and these to their types where
    they are not the standard ones. Raises ``KqlError``.
    """
    refuse(kql)
    spelled = respell(kql)
    with refusing(spelled):
        tree = _mended(lower(spelled.text))
        names = tuple(dict.fromkeys(source.name for source in _sources(tree, kql)))
        kinds = {name: _columns_of(name, tables, kql) for name in names}
        schema = {name: list(columns) for name, columns in kinds.items()}
        tree = told_apart(tree, schema)
        starts = starts_of(tree, kql)
        columns = check_columns(tree, schema, kql, starts)
        refuse_misreadings(tree, kql)
        refuse_patterns(tree, kql)
        refuse_hashes(tree, starts, kql)
        tree, found = Typing(kql, kinds).read(tree, starts)
        tree, named = named_back(tree, columns, kql)
    spans = tuple(name for name, column in zip(named, columns, strict=True) if found[column] == "timespan")
    return Checked(spelled, tree, named, spans, names, schema)


@contextmanager
def refusing(query: Spelled) -> Iterator[None]:
    """Turn whatever the library and the database raise over *query* into ``KqlError``, with a place if one is known."""
    kql = query.original
    try:
        yield
    except duckdb_kql.KqlSyntaxError as error:
        first = error.diagnostics[0]
        message = f"this is not KQL: {first.message.split(' expecting ')[0]}"
        raise KqlError(message, kql, *query.place(first.span.line, first.span.column)) from error
    except duckdb_kql.KqlUnsupportedError as error:
        span, (_, function, name) = error.span, error.construct.rpartition(":")
        at = query.place(span.line, span.column) if span else find(name, kql, called=bool(function))
        hint = "" if _UNSAID.match(error.hint or "") else error.hint or ""
        raise KqlError(f"the local resource graph cannot run {error.construct!r}", kql, *at, hint=hint) from error
    except duckdb_kql.KqlSchemaError as error:
        reason = (error.hint or str(error)).partition(". ")[0]
        raise KqlError(f"the local resource graph cannot run this: {reason}", kql, *find(error.name, kql)) from error
    except (duckdb_kql.KqlError, duckdb.Error) as error:
        reason = str(error).partition("\n")[0].removeprefix(_OURS)
        raise KqlError(f"the local resource graph cannot run this: {reason}", kql) from error
    except RecursionError as error:
        raise KqlError("the local resource graph cannot run a query that is nested so deeply", kql) from error


def _mended(node: T) -> T:
    """Read the tree as the service does: ``mv-expand`` has a limit, and brackets are no part of a join key."""
    changed: Any = node
    if isinstance(node, (list, tuple)):
        changed = type(node)(_mended(item) for item in node)
    elif isinstance(node, ir.Node) and dataclasses.is_dataclass(node):
        below = {field.name: _mended(getattr(node, field.name)) for field in dataclasses.fields(node)}
        changed = dataclasses.replace(node, **below)
    if isinstance(changed, ir.MvExpand) and changed.limit is None:
        changed = dataclasses.replace(changed, limit=MV_EXPAND_ROWS)
    elif isinstance(changed, ir.JoinKey):
        changed = ir.JoinKey(_BRACKETS.sub(r"\2", changed.left), _BRACKETS.sub(r"\2", changed.right))
    return cast("T", changed)


def _sources(query: ir.Query, kql: str) -> Iterator[ir.TableRef]:
    """List the tables of *query* and of the queries inside it; anything that is not a table is refused."""
    source = query.source
    if not isinstance(source, ir.TableRef) or source.database or source.cluster:
        message = "a Resource Graph query starts with a table of Resource Graph, and with nothing else"
        raise refused(_word_of(source, words(kql)), kql, message)
    yield source
    for operator in query.operators:
        for inner in inner_queries(operator):
            yield from _sources(inner, kql)


def _word_of(source: ir.Source, tokens: Sequence[Word]) -> Word:
    """Find the word that shows *source*, which is no table; the first of all words where that is not clear."""
    names = {node.name for node in nodes(source) if isinstance(node, ir.ColumnRef)} | {getattr(source, "database", "")}
    sign = _SIGNS.get(type(source))
    return next((word for word in tokens if word.type == sign or word.name in names), tokens[0])


def _columns_of(name: str, tables: Mapping[str, Iterable[str]], kql: str) -> Mapping[str, Kind]:
    columns = tables.get(name.lower())
    if columns is None:
        hint = f"the tables here are {', '.join(sorted(tables))}" if tables else "there is no table here"
        raise KqlError(f"there is no table {name!r}", kql, *find(name, kql), hint=hint)
    return columns if isinstance(columns, dict) else standard_kinds(columns)
