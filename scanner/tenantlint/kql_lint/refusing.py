"""Queries that Resource Graph refuses as a whole, or the local resource graph alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint.graph.spelling import words
from tenantlint.kql_lint.nesting import end_of
from tenantlint.kql_lint.traps import LANGUAGE, Hit, trap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenantlint.errors import KqlError
    from tenantlint.kql_lint.outline import Outline

NO_COLUMN: Final = "there is no column"
_NOT_KQL: Final = "this is not KQL"
_HERE: Final = ("the local resource graph", "mv-expand of")
_TOLD_APART: Final = (
    *(_NOT_KQL, NO_COLUMN, "there is no table"),
    *("Resource Graph has no operator", "Resource Graph has no join kind"),
)
"""How errors begin of which a trap of its own tells."""


@trap("kql-syntax", "error", LANGUAGE)
def syntax(query: Outline) -> Iterator[Hit]:
    """A query must be KQL.

    ## Why
    The service refuses what it cannot parse.

    ## Instead
    Look at the place: a bracket, a comma or a quote is missing or too much.

    ## Avoid
    Resources
    | where (type =~ 'microsoft.compute/disks'
    | project id
    | order by id asc

    ## Prefer
    Resources
    | where (type =~ 'microsoft.compute/disks')
    | project id
    | order by id asc
    """
    yield from told(query, _NOT_KQL)


@trap("kql-refused", "error", LANGUAGE)
def refused(query: Outline) -> Iterator[Hit]:
    """A query must be one that Resource Graph takes.

    ## Why
    It takes one query at a time, starting with a table; it has no statements (`let`, `set`), no hints for joins and no
    fuzzy unions; and `=` does not compare.

    ## Instead
    Write one query that starts with a table, and compare with `==` or `=~`. What `let` would hold is written where it
    is needed, or joined.

    ## Avoid
    Resources
    | where name = 'a'
    | project id
    | order by id asc

    ## Prefer
    Resources
    | where name =~ 'a'
    | project id
    | order by id asc
    """
    error = query.error
    told_apart = (*_HERE, *_TOLD_APART) if query.is_readable else (*_HERE, _NOT_KQL)
    if error and not str(error).startswith(told_apart):
        yield _hit(error, query.kql)


@trap("kql-not-run-here", "note", LANGUAGE)
def not_run_here(query: Outline) -> Iterator[Hit]:
    """A query should be one that the local resource graph can run.

    ## Why
    The service may well answer it. `scan` of a tenant copy, `query` and tests cannot: a rule that needs it is `failed`
    there.

    ## Instead
    Say it another way, if there is one.

    ## Avoid
    Resources
    | summarize names = make_list(name, 5) by location

    ## Prefer
    Resources
    | summarize names = make_list(name) by location
    """
    error = query.error
    if error and str(error).startswith(_HERE):
        yield _hit(error, query.kql)


def is_no_kql(error: KqlError) -> bool:
    """Whether *error* says that a query cannot be parsed."""
    return str(error).startswith(_NOT_KQL)


def told(query: Outline, beginning: str) -> Iterator[Hit]:
    """Yield the place of the error of *query* if that begins so."""
    if query.error and str(query.error).startswith(beginning):
        yield _hit(query.error, query.kql)


def _hit(error: KqlError, kql: str) -> Hit:
    """Make a hit of what an error says; of the start of the query where no place is known."""
    message = str(error).partition("\n")[0].partition(f" (line {error.line}, ")[0]
    start = _offset(kql, error.line, error.column)
    word = next((word for word in words(kql) if word.start == start), None)
    said = f"{message}; {error.hint}" if error.hint else message
    return Hit(start, end_of(word) if word else min(start + 1, len(kql)), said, is_whole=True)


def _offset(kql: str, line: int, column: int) -> int:
    """Return the offset of a place, both from 1; that of the first word where none is known."""
    if not line:
        return next((word.start for word in words(kql)), 0)
    return sum(len(text) + 1 for text in kql.split("\n")[: line - 1]) + column - 1
