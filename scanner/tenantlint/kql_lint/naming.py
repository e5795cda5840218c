"""Traps of names that Resource Graph does not have."""

from __future__ import annotations

import difflib
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from tenantlint.graph import RESOURCE_GRAPH_TABLES
from tenantlint.graph.refusals import OPERATORS
from tenantlint.kql_lint.functions import KUSTO_FUNCTIONS
from tenantlint.kql_lint.refusing import NO_COLUMN, told
from tenantlint.kql_lint.traps import LANGUAGE, Hit, at, trap
from tenantlint.model import Document

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from tenantlint.kql_lint.outline import Outline

FUNCTIONS: Final = Document("Scalar functions", "", "https://learn.microsoft.com/kusto/query/scalar-functions")

_TAKING_OPTIONS: Final = frozenset({"join", "lookup", "union"})
_ELSEWHERE: Final = frozenset({"adx", "app", "arg", "cluster", "database", "external_table", "workspace"})


@trap("kql-unknown-table", "error", LANGUAGE)
def unknown_table(query: Outline) -> Iterator[Hit]:
    """A query must read tables of Resource Graph.

    ## Why
    The service refuses others. A table's name counts in any case.

    ## Instead
    Take the table that the documentation lists for the resource type; most are in `Resources`.

    ## Avoid
    RecoveryServiceResources
    | project id
    | order by id asc

    ## Prefer
    RecoveryServicesResources
    | project id
    | order by id asc
    """
    for pipe in query.pipes():
        if len(pipe.source) == 1 and pipe.source[0].type == "IDENTIFIER":
            name = pipe.source[0].text
            if name.lower() not in RESOURCE_GRAPH_TABLES:
                yield at(pipe.source, f"is no table of Resource Graph{_meant(name, RESOURCE_GRAPH_TABLES)}")


@trap("kql-unknown-column", "error", LANGUAGE)
def unknown_column(query: Outline) -> Iterator[Hit]:
    """A query must name columns that are there.

    ## Why
    The service refuses others. Unlike a table's name, a column's counts in one case only, and what a `project` or a
    `summarize` leaves out is gone. The first such column is told.

    ## Instead
    Write the name as it is spelled where it comes from; what lies in `properties` needs the whole path.

    ## Avoid
    Resources
    | where Type =~ 'microsoft.compute/disks'
    | project id
    | order by id asc

    ## Prefer
    Resources
    | where type =~ 'microsoft.compute/disks'
    | project id
    | order by id asc
    """
    yield from told(query, NO_COLUMN)


@trap("kql-unknown-operator", "error", LANGUAGE)
def unknown_operator(query: Outline) -> Iterator[Hit]:
    """A query must use operators that Resource Graph has.

    ## Why
    It has few of Kusto's: no `mv-apply`, `lookup`, `evaluate`, `project-rename`, `serialize` … The service
    refuses the others.

    ## Instead
    Join instead of `lookup`, `mv-expand` with `where` and `summarize` instead of `mv-apply`, `extend` with
    `project-away` instead of `project-rename`.

    ## Avoid
    Resources
    | project-rename vm = name
    | order by id asc

    ## Prefer
    Resources
    | extend vm = name
    | project-away name
    | order by id asc
    """
    for step in query.steps():
        if step.words[0].type not in OPERATORS.values():
            yield at(step.words[:1], "is no operator of Resource Graph")


@trap("kql-unknown-function", "error", FUNCTIONS)
def unknown_function(query: Outline) -> Iterator[Hit]:
    """A query must call functions that Kusto has.

    ## Why
    Resource Graph has a part of Kusto's functions, and none besides: the service refuses the query.

    ## Instead
    Write the name as Kusto has it. Whether Resource Graph has one that Kusto has is told by the service, and where the
    local resource graph lacks it, by a note.

    ## Avoid
    Resources
    | where tolowercase(name) has 'web'
    | project id
    | order by id asc

    ## Prefer
    Resources
    | where tolower(name) has 'web'
    | project id
    | order by id asc
    """
    for step in query.steps():
        for before, word, after in zip(step.words, step.words[1:], step.words[2:], strict=False):
            is_option = before.type == "EQUAL" and step.operator in _TAKING_OPTIONS  # as in `join kind=inner (…)`
            called = word.type == "IDENTIFIER" and after.type == "OPENPAREN" and before.type != "DOT"
            if called and not is_option and word.text.lower() not in KUSTO_FUNCTIONS | _ELSEWHERE:
                yield at([word], f"is no function of Kusto{_meant(word.text, KUSTO_FUNCTIONS)}")


@trap("kql-foreign-data", "error", LANGUAGE)
def foreign_data(query: Outline) -> Iterator[Hit]:
    """A query must not reach for data outside Resource Graph.

    ## Why
    There are no other clusters, databases, workspaces or external tables: the service refuses functions that name them.
    From Azure Monitor and Data Explorer, `arg("").Resources` leads here; here there is no such function.

    ## Instead
    Start with the table itself.

    ## Avoid
    arg("").Resources
    | project id
    | order by id asc

    ## Prefer
    Resources
    | project id
    | order by id asc
    """
    for pipe in query.pipes():
        for tokens in (pipe.source, *(step.words for step in pipe.steps)):
            for word, after in pairwise(tokens):
                if word.text.lower() in _ELSEWHERE and after.type == "OPENPAREN":
                    yield at([word], "names data that is not in Resource Graph")


def _meant(name: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(name.lower(), sorted(known), n=1)
    return f": did you mean {close[0]!r}?" if close else ""
