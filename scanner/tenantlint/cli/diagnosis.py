"""What ``tenantlint doctor`` found out, in words and as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Final

import orjson
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tenantlint.graph.azure.examine import hidden
from tenantlint.quiet import stdout
from tenantlint.sentences import visible_prose

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tenantlint.graph.azure.examine import Examination, Probe
    from tenantlint.graph.azure.signin import Identity
    from tenantlint.model import Json

UNKNOWN: Final = "not known"
_PLAIN_WIDTH: Final = 140
_MOST: Final = 20
"""Subscriptions that are spelled out; the JSON has all of them."""
_MINUTE: Final = 60


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Who asked, in which *cloud* and *tenant* (empty: not known), and what was found out.

    ``needs`` are the tables that each rule needs, by its id.
    """

    identity: Identity | None
    cloud: str
    tenant: str
    examination: Examination
    needs: Mapping[str, frozenset[str]]

    def rules(self, table: str) -> list[str]:
        """Return the ids of the rules that need *table*."""
        return [rule for rule, tables in sorted(self.needs.items()) if table in tables]


def as_json(found: Diagnosis) -> str:
    """Return the diagnosis for programs; what is not known is null."""
    seen = found.examination
    said = {
        "complete": seen.complete,
        "identity": {name: value or None for name, value in _identity(found).items()},
        "subscriptions": {
            "listed": sorted(seen.listed),
            "readable": sorted(seen.scope.subscriptions),
            "hidden": [{"subscription": each or None, "reason": why} for each, why in hidden(seen)],
        },
        "tables": [_probe(found, probe) for probe in seen.probes],
        "role_assignments_above_subscriptions": seen.above,
        "requests": seen.requests,
        "minutes": round(seen.seconds / _MINUTE, 1),
        "advice": list(advice(found)),
    }
    return orjson.dumps(said, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def as_text(found: Diagnosis) -> str:
    """Return the diagnosis for people: with colours on a terminal, plain in a pipe."""
    console = _console()
    with console.capture() as printed:
        for line in _head(found):
            console.print(Text(line), soft_wrap=True)
        if found.examination.probes:
            console.print(_table(found, console))
        for line in (*_troubles(found), *advice(found)):
            console.print(Text(f"- {line}"), soft_wrap=True)
        console.print(Text(_closing(found.examination), style="bold"), soft_wrap=True)
    return printed.get()


def advice(found: Diagnosis) -> Iterator[str]:
    """Say what is missing, and what the reader should know that cannot be seen from here."""
    seen = found.examination
    if not seen.scope.groups or any(each.subscription in seen.listed for each in seen.scope.unread):
        yield "assign the role Reader on the subscriptions that are to be scanned, or on a management group above them"
    empty = [probe.table for probe in seen.probes if probe.rows == 0 and not (probe.problem or probe.only_violations)]
    if empty:
        yield f"no rows in {', '.join(empty)}: there is nothing, or the right to read it is missing; Reader has it"
    if seen.above == 0:
        yield "no role assignment above subscriptions was seen: if there is any, Reader on management groups shows it"


def duration(seconds: float) -> str:
    """Say how long something takes."""
    minutes = ceil(seconds / _MINUTE)
    return "less than a minute" if seconds < _MINUTE else f"about {minutes} minute{'' if minutes == 1 else 's'}"


def _identity(found: Diagnosis) -> dict[str, str]:
    who = found.identity
    return {
        "name": who.name if who else "",
        "object_id": who.object_id if who else "",
        "tenant_id": found.tenant,
        "cloud": found.cloud,
    }


def _probe(found: Diagnosis, probe: Probe) -> Json:
    return {
        "table": probe.table,
        "reads": list(probe.reads),
        "rows": probe.rows,
        "requests": probe.requests,
        "problem": probe.problem or None,
        "rules": list(found.rules(probe.table)),
    }


def _head(found: Diagnosis) -> Iterator[str]:
    who, seen = _identity(found), found.examination
    yield f"signed in as   {who['name'] or UNKNOWN} (object id {who['object_id'] or UNKNOWN})"
    yield f"tenant         {who['tenant_id'] or UNKNOWN} in {who['cloud']}"
    yield f"subscriptions  {len(seen.scope.subscriptions)} can be read; Azure lists {len(seen.listed)}"
    cannot = hidden(seen)
    for subscription, why in cannot[:_MOST]:
        yield f"  cannot be read: {visible_prose(f'{subscription}: {why}' if subscription else why)}"
    if len(cannot) > _MOST:
        yield f"  … and {len(cannot) - _MOST} more; --format json has all of them"


def _table(found: Diagnosis, console: Console) -> Table:
    table = Table(box=box.SIMPLE_HEAVY if console.is_terminal else box.ASCII2)
    for name in ("table", "of Resource Graph"):
        table.add_column(name, overflow="fold")
    for name in ("rows", "rules"):
        table.add_column(name, justify="right", no_wrap=True)
    for probe in found.examination.probes:
        rows = "many" if probe.rows is None else f"{probe.rows:,}"
        cell = Text("unread", style="bold red") if probe.problem else Text(rows)
        table.add_row(probe.table, ", ".join(probe.reads), cell, str(len(found.rules(probe.table))))
    return table


def _troubles(found: Diagnosis) -> Iterator[str]:
    for probe in found.examination.probes:
        if probe.problem:
            rules = ", ".join(found.rules(probe.table)) or "none"
            yield f"{probe.table} cannot be read: {visible_prose(probe.problem)}; rules that suffer: {rules}"


def _closing(seen: Examination) -> str:
    if not seen.scope.groups:
        return "A scan is not possible."
    takes = f"about {seen.requests} requests and {duration(seen.seconds)}"
    return f"A scan takes {takes}, and would {'be complete' if seen.complete else 'NOT be complete'}."


def _console() -> Console:
    console = Console(file=stdout(), highlight=False)
    return console if console.is_terminal else Console(width=_PLAIN_WIDTH, color_system=None, highlight=False)
