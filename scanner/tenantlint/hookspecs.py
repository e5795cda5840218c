"""What a plugin may contribute. Hooks return self-describing objects; they never do work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tenantlint.reports import Report
    from tenantlint.rules import Fact, Rule
    from tenantlint.tables import Table

hookspec = pluggy.HookspecMarker("tenantlint")
hookimpl = pluggy.HookimplMarker("tenantlint")


@hookspec
def register_queries() -> Iterable[Table]:  # type: ignore[empty-body]  # a specification has no body
    """Return the tables that rules may judge and read."""


@hookspec
def register_rules() -> Iterable[Rule]:  # type: ignore[empty-body]  # a specification has no body
    """Return the rules that judge resources."""


@hookspec
def register_facts() -> Iterable[Fact]:  # type: ignore[empty-body]  # a specification has no body
    """Return the values that rules share, each computed once over the whole snapshot."""


@hookspec
def register_reports() -> Iterable[Report]:  # type: ignore[empty-body]  # a specification has no body
    """Return the formats that results can be written in."""
