"""Captures whole tables of Resource Graph as a tenant copy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Final

import orjson

from tenantlint.coverage import Unread
from tenantlint.errors import KqlError
from tenantlint.graph import RESOURCE_GRAPH_TABLES, NotReadError
from tenantlint.graph.copies import HEAD
from tenantlint.graph.dialect import check
from tenantlint.graph.engine import STANDARD_COLUMNS
from tenantlint.graph.spelling import words
from tenantlint.names import no_such

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from tenantlint.graph import GraphInfo, ResourceGraph
    from tenantlint.tables import Table

_COLUMNS: Final = dict.fromkeys(RESOURCE_GRAPH_TABLES, STANDARD_COLUMNS)


@dataclass(frozen=True, slots=True)
class Captured:
    """The tables of a tenant copy, and what of them, or beside them, could not be read."""

    tables: tuple[str, ...]
    unread: tuple[Unread, ...]


def tables_read_by(queries: Iterable[Table]) -> list[str]:
    """Return the tables of Resource Graph that *queries* read, spelled as they spell them, sorted.

    What a rule file names in its query counts, whether the query can be run or not: the scan will say. Raises
    ``KqlError`` for another query that Resource Graph would not take.
    """
    listed = list(queries)
    names = {name.lower(): name for query in listed if query.population is not None for name in _named_in(query)}
    names |= {name.lower(): name for query in listed if query.population is None for name in _read_by(query.kql)}
    return sorted(names.values(), key=str.lower)


def _named_in(query: Table) -> Iterator[str]:
    """Yield the words of the queries of *query* that are tables; a column that is called so makes one too many."""
    for kql in (query.kql, query.population or ""):
        yield from (word.text for word in words(kql) if word.text.lower() in RESOURCE_GRAPH_TABLES)


def _read_by(kql: str) -> Sequence[str]:
    return check(kql, _COLUMNS).tables


def choose_tables(named: Sequence[str], usual: Sequence[str]) -> list[str]:
    """Return the tables that are *named*, in any case, or the *usual* ones. Raises ``UsageError`` for an unknown one.

    The usual ones keep their spelling; of others it is not known how Microsoft spells them.
    """
    spelled = {name.lower(): name for name in usual}
    for name in named:
        if name.lower() not in RESOURCE_GRAPH_TABLES:
            raise no_such("table", name, {spelled.get(known, known) for known in RESOURCE_GRAPH_TABLES})
    wanted = {name.lower(): name for name in reversed(named)}
    return sorted((spelled.get(name, as_named) for name, as_named in wanted.items()), key=str.lower) or list(usual)


def capture(
    graph: ResourceGraph, tables: Sequence[str], folder: Path, progress: Callable[[str], None] = lambda _: None
) -> Captured:
    """Write all rows of *tables*, as *graph* gives them, and what it says of itself as a tenant copy into *folder*.

    A table that cannot be read is not listed as captured, and the copy says why. ``captured_at`` is when the last row
    had been read, as for a snapshot: rules judge by it, and no row is younger.
    """
    queries = {table: f"{table}\n| order by id asc\n" for table in tables}
    graph.prepare(queries.values())
    captured: list[str] = []
    missing: list[Unread] = []
    for table, kql in queries.items():
        progress(f"reading {table}")
        try:
            missing += graph.fetch(kql, folder / f"{table}.jsonl").unread
            captured.append(table)
        except (NotReadError, KqlError) as error:
            missing.append(Unread(str(error), table=table))
    info = graph.info()
    found = Captured(tuple(captured), (*_named(info.coverage.unread, captured), *missing))
    (folder / HEAD).write_bytes(orjson.dumps(_head(info, found), option=orjson.OPT_INDENT_2))
    return found


def _named(unread: Iterable[Unread], captured: Sequence[str]) -> Iterator[Unread]:
    """Say of every captured table what is unread of the whole tenant: an entry of a tenant copy names something."""
    for entry in unread:
        if entry.subscription or entry.table:
            yield entry
        else:
            yield from (Unread(entry.reason, table=table) for table in captured)


def _head(info: GraphInfo, found: Captured) -> dict[str, object]:
    return {
        "captured_at": info.ended_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "cloud": info.cloud,
        "tenant_id": info.tenant_id,
        "subscriptions": sorted(info.coverage.subscriptions),
        "tables": found.tables,
        "unread": [_entry(each) for each in found.unread],
    }


def _entry(unread: Unread) -> dict[str, str]:
    named = {"subscription": unread.subscription, "table": unread.table}
    return {**{key: value for key, value in named.items() if value}, "reason": unread.reason}
