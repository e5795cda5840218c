"""Parts of a query's answer that are read on their own.

Pages of one answer are not of one moment: the service runs the query anew for each, so that rows are lost or doubled
where resources come and go in between. A part that fits into one page is of one moment. Which part a row belongs to
depends on nothing but its id, so that it is in exactly one of them whenever they are read.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING, Final

import orjson

from tenantlint.graph.spelling import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenantlint.model import Json

ROWS_PER_PAGE: Final = 1000
"""The most that the service gives in one answer."""
ROWS_PER_PART: Final = 870
"""So few that a part hardly ever has more than a page: the hash spreads them with a deviation of 30 rows."""
_ORDER: Final = "| order by id asc"
_REPEATING: Final = "tolower(tostring(id))"
"""By what rows are told apart of which several may have the same id, no id, or one that is no text."""
_LIMITS: Final = ("LIMIT", "SAMPLE", "TAKE", "TOP")
_OWN_SCOPES: Final = frozenset({"authorizationresources", "policyresources"})
"""Tables in which rows of the scopes above a subscription speak of it too: roles and policies are inherited."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Of one group of subscriptions, the rows whose id's hash gives ``remainder`` when divided by ``modulus``."""

    group: int
    modulus: int = 1
    remainder: int = 0

    def split(self, parts: int) -> list[Unit]:
        """Cut this into *parts* that together have the same rows."""
        modulus = self.modulus * parts
        return [Unit(self.group, modulus, self.remainder + self.modulus * part) for part in range(parts)]

    def kql(self, query: str, *, repeating: bool = False) -> str:
        """Return *query*, which is :func:`in_order`, or with *repeating* :func:`open_ended`, for this part's rows."""
        if self.modulus == 1:
            return query
        if repeating:
            return f"{query}| where hash({_REPEATING}) % {self.modulus} == {self.remainder}\n"
        return f"{query}| where hash(tolower(id)) % {self.modulus} == {self.remainder}\n{_ORDER}\n"

    def __str__(self) -> str:
        return f"g{self.group}-{self.remainder}-of-{self.modulus}"


def in_order(query: str) -> str:
    """Return *query* so that its rows come in the one order of their ids, and so that operators can follow it."""
    if query.endswith(f"\n{_ORDER}\n"):
        return query
    return f"{open_ended(query)}{_ORDER}\n"


def open_ended(query: str) -> str:
    """Return *query* so that operators can follow it."""
    last = words(query)[-1]
    lines = query[: last.start] if last.type == "SEMICOLON" else query
    return f"{lines.rstrip()}\n"


def parts_of(total: int, page: int) -> int:
    """Return into how many parts to cut *total* rows where so many of them make a *page*; 1 where they fit into it."""
    return 1 if total <= page else ceil(total / max(1, page * ROWS_PER_PART // ROWS_PER_PAGE))


@dataclass(frozen=True, slots=True)
class Question:
    """A query, and whom to ask: a group of subscriptions, by their ids in lower case."""

    kql: str
    subscriptions: Sequence[str]
    tables: Sequence[str] = ()
    """The Resource Graph tables that the query reads, in lower case."""
    management_groups: Sequence[str] = ()
    """What to ask instead of subscriptions, if any."""
    repeating: bool = False
    """Whether several rows may have the same id, or none: then they have no order, and there is one page only."""

    @property
    def looks_above(self) -> bool:
        """Whether rows of management groups and of the tenant belong to the answer."""
        return not _OWN_SCOPES.isdisjoint(self.tables)

    @property
    def is_summary(self) -> bool:
        """Whether the rows are sums over rows: of such an answer there may be one page only, and parts of it are whole.

        Not so where the query limits itself: what it leaves out would be another row in each part.
        """
        types = {word.type for word in words(self.kql)}
        return "SUMMARIZE" in types and types.isdisjoint(_LIMITS)

    @property
    def counted(self) -> Question:
        """Return the question how many rows there are: its answer is one row, which has the number for its id."""
        return replace(self, kql=f"{self.kql}| summarize id = tostring(count())\n", repeating=False)

    def body(self, token: str | None = None, skip: int = 0, rows: int = ROWS_PER_PAGE) -> bytes:
        """Return the request for the first page, or for the one that starts after *skip* rows, with the last *token*.

        The number has precedence over the token, which then says no more than which replica to ask.
        """
        options: dict[str, Json] = {"$top": rows, "resultFormat": "objectArray"}
        if token:
            options |= {"$skipToken": token, "$skip": skip}
        if self.looks_above:
            options["authorizationScopeFilter"] = "AtScopeAboveAndBelow"
        groups, subscriptions = list(self.management_groups), list(self.subscriptions)
        scope = {"managementGroups": groups} if groups else {"subscriptions": subscriptions}
        return orjson.dumps({"query": self.kql, **scope, "options": options})
