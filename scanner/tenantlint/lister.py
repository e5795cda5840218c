"""Collects listings: tables of queries that list violations only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import orjson

from tenantlint.asking import Lack, ask
from tenantlint.coverage import Unread
from tenantlint.graph import Answer
from tenantlint.graph.listings import why_no_listing
from tenantlint.listing import COLUMNS, merge
from tenantlint.sql import literal, longest_line, read_lines_sql, read_parquet_sql
from tenantlint.store import Spooled
from tenantlint.untrusted import visible

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb

    from tenantlint.graph import ResourceGraph
    from tenantlint.listing import Keyed
    from tenantlint.tables import Table

_ROWS_AT_ONCE = 500
_ID = "lower(json ->> 'id')"
_GUID = "'[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'"
_KEY = f"CASE WHEN regexp_full_match({_ID}, {_GUID}) THEN '/subscriptions/' || {_ID} ELSE {_ID} END"
"""SQL for the id, in lower case, of what a row is about. Some queries give a subscription by its bare GUID."""


@dataclass(frozen=True, slots=True)
class Found:
    """An answer that is sorted by the ids of its rows: the file that it is in, and how many rows there are."""

    answer: Answer
    file: Path
    rows: int
    strays: tuple[Unread, ...] = ()
    """What says that there are more rows, of which nobody knows what they are about."""


@dataclass
class Lister:
    """Collects listings from *graph* into the folder *spool*: a population once, however many tables share it."""

    graph: ResourceGraph
    connection: duckdb.DuckDBPyConnection
    spool: Path
    _populations: dict[str, Found | Lack] = field(default_factory=dict)

    def collect(self, table: Table) -> Spooled | Lack:
        """Return the rows of *table*; the reason why there are none where neither of its queries could be answered."""
        found, population = self._violations(table), self._population(table.population or "")
        if isinstance(found, Lack) and isinstance(population, Lack):
            return found
        into = self.spool / f"{table.name}.jsonl"
        with into.open("wb") as out:
            rows = merge(self._rows(population), self._rows(found))
            out.writelines(orjson.dumps(row) + b"\n" for row in rows)
        return Spooled(
            table,
            into,
            Answer(COLUMNS, _tables(found, population), _unread(table, found, population)),
            longest_line(into),
            lack=found if isinstance(found, Lack) else None,
            only_violations=isinstance(population, Lack) or not population.rows,  # a type misspelled has no resource
        )

    def _violations(self, table: Table) -> Found | Lack:
        file = self.spool / f"{table.name}.found.jsonl"
        answer = ask(self.graph, table.kql, file, repeating=True)
        if isinstance(answer, Lack):
            return answer
        if why := why_no_listing(table.kql, answer.columns):
            return Lack(why, "failed")
        return self._sort(answer, file)

    def _population(self, kql: str) -> Found | Lack:
        if kql not in self._populations:
            self._populations[kql] = self._ask_population(kql) if kql else Lack("", "unread")
        return self._populations[kql]

    def _ask_population(self, kql: str) -> Found | Lack:
        file = self.spool / f"population.{len(self._populations)}.jsonl"
        answer = ask(self.graph, kql, file)
        return answer if isinstance(answer, Lack) else self._sort(answer, file)

    def _sort(self, answer: Answer, file: Path) -> Found:
        """Sort the rows in *file* by their ids, and set those aside that have none."""
        into, is_id = file.with_suffix(".parquet"), "(key LIKE '/subscriptions/_%' OR key LIKE '/providers/_%')"
        lines = read_lines_sql(file, longest_line(file))
        keyed = f"(SELECT {_KEY} AS key, json FROM {lines})"  # noqa: S608 - quoted
        kept = f"(SELECT * FROM {keyed} WHERE {is_id} ORDER BY key, json)"  # noqa: S608 - as above
        self.connection.execute(f"COPY {kept} TO {literal(str(into))} (FORMAT parquet)")
        (rows, _), (strays, such_as) = (
            self.connection.execute(f"SELECT count(*), min(CAST(json AS VARCHAR)) FROM {source}").fetchall()[0]  # noqa: S608 - as above
            for source in (read_parquet_sql(into), f"{keyed} WHERE {is_id} IS NOT TRUE")
        )
        file.unlink()
        told = f"{strays} rows of the query have no id of a resource, such as {visible(such_as or '')}"
        return Found(answer, into, rows, (Unread(told),) if strays else ())

    def _rows(self, found: Found | Lack) -> Iterator[Keyed]:
        if isinstance(found, Lack):
            return
        cursor = self.connection.cursor().execute(f"SELECT key, json FROM {read_parquet_sql(found.file)}")  # noqa: S608 - quoted
        while rows := cursor.fetchmany(_ROWS_AT_ONCE):
            yield from ((key, orjson.loads(text)) for key, text in rows)


def _tables(*found: Found | Lack) -> tuple[str, ...]:
    return tuple(sorted({name for each in found if isinstance(each, Found) for name in each.answer.tables}))


def _unread(table: Table, found: Found | Lack, population: Found | Lack) -> tuple[Unread, ...]:
    """Return what of both answers is missing; of an answer that was never asked for, nothing is."""
    told = [entry for each in (found, population) if isinstance(each, Found) for entry in each.answer.unread]
    told += found.strays if isinstance(found, Found) else ()
    if isinstance(population, Lack) and table.population:
        told.append(Unread(f"the resources that the rule is about: {population.message}"))
    return tuple(told)
