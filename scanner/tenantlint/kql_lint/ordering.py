"""Traps of results that come in pages, and of rows that are cut off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint.kql_lint.traps import LANGUAGE, LARGE_RESULTS, Hit, at, trap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenantlint.kql_lint.outline import Outline, Pipe, Step

_PAGE: Final = 1000
_AGGREGATING: Final = frozenset({"count", "distinct", "summarize"})
_SHUFFLING: Final = _AGGREGATING | {"join", "union"}
"""Operators behind which the rows are in no order again."""


@trap("kql-no-order", "warning", LARGE_RESULTS)
def no_order(query: Outline) -> Iterator[Hit]:
    """Rows of resources must be ordered.

    ## Why
    Rows come in pages of 1,000 at most, and the service runs the query anew for each. Without an order, pages of a
    large result repeat some rows and miss others. Of rule files nothing is told: `scan` adds the order.

    ## Instead
    End the query with `| order by id asc`.

    ## Avoid
    Resources
    | where type =~ 'microsoft.compute/disks'
    | project id, name

    ## Prefer
    Resources
    | where type =~ 'microsoft.compute/disks'
    | project id, name
    | order by id asc
    """
    pipe = query.pipe
    last = _last(pipe, "order", "top", "limit")
    if last is None and not _is_aggregated(pipe) and not query.rule:
        yield at(pipe.steps[-1].words[:1] if pipe.steps else pipe.source, "ends a result in no order")


@trap("kql-order-not-unique", "warning", LARGE_RESULTS)
def order_not_unique(query: Outline) -> Iterator[Hit]:
    """Rows of resources must be ordered by something unique.

    ## Why
    Rows with the same name, type or region have no order among themselves. Where a page ends between them, the next one
    may repeat some and miss others.

    ## Instead
    Order by `id`, or by it after everything else: `| order by name asc, id asc`.

    ## Avoid
    Resources
    | project id, name
    | order by name asc

    ## Prefer
    Resources
    | project id, name
    | order by name asc, id asc
    """
    last = _last(query.pipe, "order")
    whole = query.rule or _is_aggregated(query.pipe)
    if last and not whole and not any(word.name == "id" for word in last.after("BY")):
        yield at(last.words, "orders by what several resources may share")


@trap("kql-limit-without-order", "warning", LANGUAGE)
def limit_without_order(query: Outline) -> Iterator[Hit]:
    """`limit` and `take` must follow an order.

    ## Why
    Which rows they keep of rows in no order is not said, and differs from run to run.

    ## Instead
    Write `| top 10 by …`, or `| order by …` before it.

    ## Avoid
    Resources
    | project id
    | take 10

    ## Prefer
    Resources
    | project id
    | order by id asc
    | take 10
    """
    for pipe in query.pipes():
        for number, step in enumerate(pipe.steps):
            if step.operator == "limit" and _last(_until(pipe, number), "order", "top") is None:
                yield at(step.words, "keeps some rows, and which is not said")


@trap("kql-limit-above-page", "error", LARGE_RESULTS)
def limit_above_page(query: Outline) -> Iterator[Hit]:
    """`limit`, `take` and `top` must not be above 1,000 at the end of a query.

    ## Why
    A query that limits its rows gives one page, which has 1,000 rows at most: no token leads to the next one. The rest
    is missing, and nothing says so.

    ## Instead
    Leave the limit out; whoever asks decides how many pages to read.

    ## Avoid
    Resources
    | project id
    | order by id asc
    | limit 5000

    ## Prefer
    Resources
    | project id
    | order by id asc
    """
    last = _last(query.pipe, "limit", "top")
    if last and len(last.words) > 1 and last.words[1].text.isdecimal() and int(last.words[1].text) > _PAGE:
        yield at(last.words, f"gives {_PAGE:,} rows and no second page")


@trap("kql-no-id", "warning", LARGE_RESULTS)
def no_id(query: Outline) -> Iterator[Hit]:
    """Rows of resources must have an `id`.

    ## Why
    Without it nothing can say which resource a row is about, no row can be told from another where pages repeat them,
    and nobody can waive it.

    ## Instead
    Add `id` to what the query projects.

    ## Avoid
    Resources
    | order by id asc
    | project name, location

    ## Prefer
    Resources
    | order by id asc
    | project id, name, location
    """
    pipe = query.pipe
    if query.columns and "id" not in query.columns and not _is_aggregated(pipe) and not query.rule:
        last = _last(pipe, "project", "project-away")
        yield at(last.words[:1] if last else pipe.source or pipe.steps[0].words[:1], "leaves no column 'id'")


def _last(pipe: Pipe, *operators: str) -> Step | None:
    """Return the last step of *pipe* that is one of *operators*, if what it does still counts at the end."""
    for step in reversed(pipe.steps):
        if step.operator in operators:
            return step
        if step.operator in _SHUFFLING and "project" not in operators:
            return None
    return None


def _until(pipe: Pipe, number: int) -> Pipe:
    return type(pipe)(pipe.source, pipe.steps[:number])


def _is_aggregated(pipe: Pipe) -> bool:
    return any(step.operator in _AGGREGATING for step in pipe.steps)
