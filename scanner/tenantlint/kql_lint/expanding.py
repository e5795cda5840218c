"""Traps of ``mv-expand``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint.kql_lint.traps import LANGUAGE, Hit, at, trap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenantlint.kql_lint.outline import Outline

_MOST_ROWS: Final = 400
_MOST_EXPANSIONS: Final = 3


@trap("kql-mv-expand-limit", "error", LANGUAGE)
def mv_expand_limit(query: Outline) -> Iterator[Hit]:
    """`mv-expand` must name a limit.

    ## Why
    Without one it makes 128 rows of a row at most. The elements behind them are dropped, and nothing says so: the 129th
    disk, rule or address is never judged.

    ## Instead
    End the operator with `limit 400`, the most that is documented.

    ## Avoid
    Resources
    | mv-expand rule = properties.securityRules
    | project id, rule
    | order by id asc

    ## Prefer
    Resources
    | mv-expand rule = properties.securityRules limit 400
    | project id, rule
    | order by id asc
    """
    for step in query.steps("mv-expand"):
        if not step.limit:
            yield at(step.words, "drops what a row holds beyond 128 elements")


@trap("kql-mv-expand-large-limit", "warning", LANGUAGE)
def mv_expand_large_limit(query: Outline) -> Iterator[Hit]:
    """The limit of `mv-expand` must not be above the documented 400.

    ## Why
    What the service makes of a larger number is not documented: it may refuse the query, or cut the rows.

    ## Instead
    Write `limit 400`; where a row may hold more, filter its elements some other way, or read them with a query of their
    own.

    ## Avoid
    Resources
    | mv-expand rule = properties.securityRules limit 1000
    | project id, rule
    | order by id asc

    ## Prefer
    Resources
    | mv-expand rule = properties.securityRules limit 400
    | project id, rule
    | order by id asc
    """
    for step in query.steps("mv-expand"):
        if step.limit and int(step.limit[0].text) > _MOST_ROWS:
            yield at(step.limit, f"is more than the {_MOST_ROWS} that are documented")


@trap("kql-many-mv-expands", "warning", LANGUAGE)
def many_mv_expands(query: Outline) -> Iterator[Hit]:
    """A query must not have more than three `mv-expand`.

    ## Why
    Three is the documented limit of the API. The portal's explorer has a higher one, so that a query which runs there
    may be refused everywhere else.

    ## Instead
    Expand less: index into an array (`properties.a[0].b`), or make two queries.

    ## Avoid
    Resources
    | mv-expand a = properties.a limit 400
    | mv-expand b = a.b limit 400
    | mv-expand c = b.c limit 400
    | mv-expand d = c.d limit 400
    | project id, d
    | order by id asc

    ## Prefer
    Resources
    | mv-expand a = properties.a limit 400
    | mv-expand b = a.b limit 400
    | mv-expand c = b.c limit 400
    | project id, c
    | order by id asc
    """
    for number, step in enumerate(query.steps("mv-expand"), start=1):
        if number == _MOST_EXPANSIONS + 1:
            yield at(step.words[:1], f"is one more than the {_MOST_EXPANSIONS} that are documented")
