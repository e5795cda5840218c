"""Traps of ``join`` and ``union``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint.graph.refusals import JOIN_KINDS
from tenantlint.kql_lint.traps import LANGUAGE, Hit, at, trap
from tenantlint.model import Document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenantlint.kql_lint.outline import Outline, Pipe

JOIN_OPERATOR: Final = Document("join operator", "", "https://learn.microsoft.com/kusto/query/join-operator")
REMOTE_TABLES: Final = Document(
    "Azure Resource Graph documentation does not list all join limitations",
    "2024-03-27",
    "https://github.com/MicrosoftDocs/azure-docs/issues/121133",
)

_MOST_JOINS: Final = 3
_MOST_UNITED: Final = 3
_AT_HOME: Final = frozenset({"resources", "resourcecontainers"})
"""Tables that may be joined as often as there may be joins."""


@trap("kql-bare-join", "error", JOIN_OPERATOR)
def bare_join(query: Outline) -> Iterator[Hit]:
    """A join must name its kind.

    ## Why
    Without one it is `innerunique`: of all rows on the left with the same key it keeps one, and which is not said. Of
    ten disks of a VM nine are gone before they are looked at.

    ## Instead
    Write `join kind=inner`, or `kind=leftouter` to keep what has no match; `kind=innerunique` where that is meant.

    ## Avoid
    Resources
    | extend key = tolower(managedBy)
    | join (Resources | project key = tolower(id), vm = name) on key
    | project id, vm
    | order by id asc

    ## Prefer
    Resources
    | extend key = tolower(managedBy)
    | join kind=inner (Resources | project key = tolower(id), vm = name) on key
    | project id, vm
    | order by id asc
    """
    for step in query.steps("join"):
        if not step.option("kind"):
            yield at(step.words[:1], "without a kind drops rows of the left side that share their key")


@trap("kql-join-kind", "error", LANGUAGE)
def join_kind(query: Outline) -> Iterator[Hit]:
    """A join must be of a kind that Resource Graph has.

    ## Why
    Of Kusto's kinds it has `innerunique`, `inner`, `leftouter` and `fullouter`; it refuses the query that names
    another.

    ## Instead
    For rows without a match, join `kind=leftouter` and keep those in which a column of the right side is empty.

    ## Avoid
    Resources
    | extend key = tolower(id)
    | join kind=leftanti (
        RecoveryServicesResources | project key = tolower(tostring(properties.sourceResourceId))
      ) on key
    | project id
    | order by id asc

    ## Prefer
    Resources
    | extend key = tolower(id)
    | join kind=leftouter (
        RecoveryServicesResources | project key = tolower(tostring(properties.sourceResourceId))
      ) on key
    | where isempty(key1)
    | project id
    | order by id asc
    """
    for step in query.steps("join"):
        kind = step.option("kind")
        if kind and kind.text not in JOIN_KINDS:
            yield at([kind], "is no kind of join that Resource Graph has")


@trap("kql-many-joins", "warning", LANGUAGE)
def many_joins(query: Outline) -> Iterator[Hit]:
    """A query must not have more than three joins.

    ## Why
    Three is the documented limit of the API; the portal's explorer has a higher one. More are taken at times, and
    nothing promises that they will be.

    ## Instead
    Make two queries of it, or collect two tables and look from one into the other with `ctx.tenant`.

    ## Avoid
    Resources
    | join kind=inner (ResourceContainers | project subscriptionId, a = name) on subscriptionId
    | join kind=inner (ResourceContainers | project subscriptionId, b = name) on subscriptionId
    | join kind=inner (ResourceContainers | project subscriptionId, c = name) on subscriptionId
    | join kind=inner (ResourceContainers | project subscriptionId, d = name) on subscriptionId
    | project id, a, b, c, d
    | order by id asc

    ## Prefer
    Resources
    | join kind=inner (ResourceContainers | project subscriptionId, a = name) on subscriptionId
    | join kind=inner (ResourceContainers | project subscriptionId, b = name) on subscriptionId
    | join kind=inner (ResourceContainers | project subscriptionId, c = name) on subscriptionId
    | project id, a, b, c
    | order by id asc
    """
    for number, step in enumerate(query.steps("join"), start=1):
        if number == _MOST_JOINS + 1:
            yield at(step.words[:1], f"is one more than the {_MOST_JOINS} that are documented")


@trap("kql-many-unions", "warning", LANGUAGE)
def many_unions(query: Outline) -> Iterator[Hit]:
    """A query must not unite more than three tables with its own.

    ## Why
    Three legs of `union` are the documented limit.

    ## Instead
    Read tables with queries of their own, or filter one table by several types.

    ## Avoid
    Resources
    | union ResourceContainers, AdvisorResources, HealthResources, SecurityResources
    | project id
    | order by id asc

    ## Prefer
    Resources
    | union ResourceContainers, AdvisorResources, HealthResources
    | project id
    | order by id asc
    """
    legs = 0
    for step in query.steps("union"):
        before, legs = legs, legs + len(step.inner)
        if before <= _MOST_UNITED < legs:
            yield at(step.words[:1], f"unites more than the {_MOST_UNITED} that are documented")


@trap("kql-table-joined-twice", "warning", REMOTE_TABLES)
def table_joined_twice(query: Outline) -> Iterator[Hit]:
    """A table other than Resources and ResourceContainers must not be joined twice.

    ## Why
    The service refuses such a query at times, with the code `DisallowedMaxNumberOfRemoteTables`, though the limit of
    joins is kept.

    ## Instead
    Join the table once, with all that is needed of it (`where type in~ (…)`), or make two queries.

    ## Avoid
    Resources
    | extend key = tolower(id)
    | join kind=inner (HealthResources | project key = tolower(id), a = name) on key
    | join kind=inner (HealthResources | project key = tolower(id), b = type) on key
    | project id, a, b
    | order by id asc

    ## Prefer
    Resources
    | extend key = tolower(id)
    | join kind=inner (HealthResources | project key = tolower(id), a = name, b = type) on key
    | project id, a, b
    | order by id asc
    """
    seen: set[str] = set()
    for step in query.steps("join"):
        for inner in step.inner:
            table = _table(inner)
            if table in seen - _AT_HOME:
                yield at(inner.source, "is joined for a second time")
            seen.add(table)


def _table(pipe: Pipe) -> str:
    return pipe.source[0].text.lower() if pipe.source else ""
