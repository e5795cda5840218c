"""Finds out what a scan could read, by a small request for each query: nothing is collected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tenantlint.coverage import Unread
from tenantlint.errors import KqlError
from tenantlint.graph import RESOURCE_GRAPH_TABLES
from tenantlint.graph.azure.answers import BrokenAnswerError, TruncatedError, read_page
from tenantlint.graph.azure.reading import requests_for
from tenantlint.graph.azure.requests import AskingError, TooMuchError
from tenantlint.graph.azure.scope import LIST, EmptyScopeError, Scope, find_scope
from tenantlint.graph.azure.units import ROWS_PER_PAGE, Question, open_ended, parts_of
from tenantlint.graph.dialect import check
from tenantlint.graph.engine import STANDARD_COLUMNS
from tenantlint.graph.listings import TOO_MANY_GROUPS, combines, why_no_listing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tenantlint.graph.azure.requests import Sender
    from tenantlint.graph.azure.scope import Choice
    from tenantlint.tables import Table

AT_ONCE: Final = 15
"""Requests that the quota lets through before it begins to count …"""
PER_SECOND: Final = 3
"""… and then, in a second."""

_ROLES: Final = "authorizationresources"
_ABOVE: Final = (
    f"{_ROLES}\n| where type =~ 'microsoft.authorization/roleassignments'\n"
    "| where not(id startswith '/subscriptions/')\n| project id\n| order by id asc\n"
)
_UNCOUNTED: Final = 5
"""Requests for an answer that is too much at once: that one, and four parts of it."""


@dataclass(frozen=True, slots=True)
class Probe:
    """What a scan would get for one table of the snapshot, which ``reads`` these Resource Graph tables.

    ``rows`` are those that can be seen, those above subscriptions once for each group of these; None where nobody knows
    how many there are. ``requests`` is about how many a scan takes. ``problem`` says why rows cannot be read; empty
    where all can.
    """

    table: str
    reads: tuple[str, ...]
    rows: int | None
    requests: int = 0
    problem: str = ""
    only_violations: bool = False
    """Whether it is a query of which no row is good news."""


@dataclass(frozen=True, slots=True)
class Examination:
    """What a scan could read: the *scope*, of which Azure has *listed* these ids, and what the queries give there.

    ``above`` counts the role assignments on management groups and on the tenant; None where no query looks at roles.
    """

    listed: frozenset[str]
    scope: Scope
    probes: tuple[Probe, ...]
    above: int | None = None

    @property
    def complete(self) -> bool:
        """Whether everything that was asked for can be read."""
        return bool(self.scope.groups) and not self.scope.unread and not any(probe.problem for probe in self.probes)

    @property
    def requests(self) -> int:
        """About how many requests a scan takes; two more for each group prove what can be seen, first and last."""
        return 2 * len(self.scope.groups) + sum(probe.requests for probe in self.probes)

    @property
    def seconds(self) -> float:
        """How long the quota makes a scan take, at least."""
        return max(0, self.requests - AT_ONCE) / PER_SECOND


def examine(sender: Sender, choice: Choice, tables: Iterable[Table], progress: Callable[[str], None]) -> Examination:
    """Find out which of *tables* can be read where *choice* says. Raises what *sender* raises before there is a scope.

    Whatever goes wrong with a single query is in its probe.
    """
    progress("looking for subscriptions")
    listed = frozenset(_listed(sender))
    try:
        scope = find_scope(sender, choice)
    except EmptyScopeError as error:
        return Examination(listed, Scope((), (Unread(f"{error}: {error.hint}"),)), ())
    probes = []
    for table in tables:
        progress(f"asking for {table.name}")
        probes.append(_probe(sender, table, scope.groups))
    looks_at_roles = any(_ROLES in probe.reads for probe in probes)
    return Examination(listed, scope, tuple(probes), _above(sender, scope) if looks_at_roles else None)


def hidden(examination: Examination) -> list[tuple[str, str]]:
    """Return what cannot be read of the scope: ids of subscriptions, empty for more than one, and why."""
    return [(each.subscription, _why(each, examination.listed)) for each in examination.scope.unread]


def _why(entry: Unread, listed: frozenset[str]) -> str:
    if not entry.subscription:
        return entry.reason
    if entry.subscription in listed:
        return "Azure lists it, but Resource Graph does not show it: the role Reader is missing there"
    return "Azure does not know it: it does not exist, is in another tenant, or no role there is yours"


def _listed(sender: Sender) -> Iterable[str]:
    for entry in sender.get(LIST):
        found = entry.get("subscriptionId") if isinstance(entry, dict) else None
        if isinstance(found, str):
            yield found.lower()


def _probe(sender: Sender, table: Table, groups: Sequence[Sequence[str]]) -> Probe:
    try:
        checked = check(table.kql, dict.fromkeys(RESOURCE_GRAPH_TABLES, STANDARD_COLUMNS))
    except KqlError as error:
        return Probe(table.name, (), None, problem=str(error).partition("\n")[0])
    lists = table.population is not None
    if lists and (why := _no_listing(table.kql, checked.columns, groups)):
        return Probe(table.name, (), None, problem=why, only_violations=True)
    kql = open_ended(table.kql) if lists else table.kql
    reads = tuple(sorted({name.lower() for name in checked.tables}))
    counts: list[int | None] = []
    problems: dict[str, None] = {}
    for group in groups:
        try:
            counts.append(_count(sender, Question(kql, group, reads, repeating=lists)))
        except (AskingError, BrokenAnswerError, TruncatedError) as error:
            problems[str(error)] = None
    known = [count for count in counts if count is not None]
    rows = sum(known) if known and len(known) == len(groups) else None
    requests = sum(_requests(count, in_parts=lists) for count in counts)
    return Probe(table.name, reads, rows, requests, "; ".join(problems), lists)


def _no_listing(kql: str, columns: Sequence[str], groups: Sequence[Sequence[str]]) -> str:
    if len(groups) > 1 and combines(kql):
        return TOO_MANY_GROUPS
    return why_no_listing(kql, columns)


def _count(sender: Sender, question: Question) -> int | None:
    """Return how many rows there are; None where that is more than the service can tell at once."""
    asked = question.counted if question.is_summary else question  # of a summary there may be no second page
    try:
        page = read_page(sender.send(asked.body(rows=1)).body, repeating=asked.repeating)
    except TooMuchError:
        return None
    return int(page.ids[0]) if question.is_summary else page.total


def _requests(rows: int | None, *, in_parts: bool) -> int:
    if rows is None:
        return _UNCOUNTED
    return 1 + parts_of(rows, ROWS_PER_PAGE) if in_parts and rows > ROWS_PER_PAGE else requests_for(rows)


def _above(sender: Sender, scope: Scope) -> int | None:
    """Count the role assignments above the first group of subscriptions that has any."""
    try:
        counts = (_count(sender, Question(_ABOVE, group, (_ROLES,))) for group in scope.groups)
        return next((count for count in counts if count), 0)
    except (AskingError, BrokenAnswerError, TruncatedError):
        return None
