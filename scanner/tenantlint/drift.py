"""Doubts what a snapshot lacks where an older one had much more.

Resource Graph has been known to answer with parts of a tenant as though they were all of it. Whoever believes such an
answer takes what is missing for deleted. Therefore rows are counted by table, subscription and type, and where far
fewer are left of a subscription that can still be seen, nothing is concluded from what is not there.

Nobody can tell here whether VMs were deleted or are not shown: both are doubted, once. What is true will be as true in
the next scan, which is compared with this one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import duckdb

from tenantlint.coverage import Unread
from tenantlint.errors import SnapshotError, UsageError
from tenantlint.partitions import key_sql
from tenantlint.sql import identifier, read_parquet_sql

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenantlint.manifest import StoredTable
    from tenantlint.snapshot import Snapshot

FEWEST_LOST: Final = 10
"""Rows that have to be gone: small numbers go up and down every day."""
MOST_LEFT: Final = 0.5
"""Of the rows that there were, the share below which what is left is doubted."""

Counts = dict[tuple[str, str], int]
"""Rows by subscription (in lower case, empty for none) and resource type (empty where the table does not say)."""


def drift(before: Snapshot, now: Snapshot) -> list[Unread]:
    """Return what may be missing from *now*, since *before* had so much more of it.

    Tables are compared whose query is the same in both, in subscriptions that were read now. Raises ``UsageError``
    where the two are of different tenants, ``SnapshotError`` where a file cannot be read.
    """
    _check_same_tenant(before, now)
    return [entry for table in _comparable(before, now) for entry in _losses(before, now, table)]


def gone(before: Snapshot, now: Snapshot) -> list[str]:
    """Return the subscriptions that *before* has and *now* does not even know: their rows are not missed."""
    coverage = now.manifest.coverage
    known = coverage.subscriptions | {entry.subscription for entry in coverage.unread}
    return sorted(before.manifest.coverage.subscriptions - known)


def is_loss(before: int, now: int) -> bool:
    """Tell whether too few rows are left to be believed."""
    return before - now >= FEWEST_LOST and now < before * MOST_LEFT


def _check_same_tenant(before: Snapshot, now: Snapshot) -> None:
    there, here = before.manifest, now.manifest
    others = {there.tenant_id.lower(), here.tenant_id.lower()} - {""}  # a sign-in need not say which tenant it is for
    if there.cloud != here.cloud or len(others) > 1:
        raise UsageError(
            f"{before.folder} is of another tenant: {there.tenant_id or 'not known'} in {there.cloud}",
            hint="compare with an older snapshot of the same tenant",
        )


def _comparable(before: Snapshot, now: Snapshot) -> Iterator[str]:
    older = before.manifest.tables
    for name, table in now.manifest.tables.items():
        if name in older and not (table.missing or older[name].missing) and table.sha256 == older[name].sha256:
            yield name


def _losses(before: Snapshot, now: Snapshot, table: str) -> Iterator[Unread]:
    visible = {"", *now.manifest.coverage.subscriptions}
    counts = _count(now, table)
    since = f"{before.manifest.ended_at:%Y-%m-%d %H:%M} UTC"
    for (subscription, kind), rows in sorted(_count(before, table).items()):
        left = counts.get((subscription, kind), 0)
        if subscription in visible and is_loss(rows, left):
            what = f"rows of type {kind}" if kind else "rows"
            yield Unread(
                f"{left} {what} where there were {rows} on {since}, which may be a mistake", subscription, table
            )


def _count(snapshot: Snapshot, table: str) -> Counts:
    stored = snapshot.manifest.tables[table]
    files = [snapshot.file(table, partition) for partition in sorted(stored.files)]
    if not files:
        return {}
    what = f"{_subscription_sql(stored)}, {_text_sql(stored, 'type')}, count(*)"
    sql = f"SELECT {what} FROM {read_parquet_sql(*files)} GROUP BY ALL"  # noqa: S608 - names are quoted
    try:
        with duckdb.connect(config={"threads": 1, "memory_limit": "200MB"}) as connection:
            rows = connection.execute(sql).fetchall()
    except duckdb.Error as error:
        raise SnapshotError(f"cannot read {files[0]}: {str(error).partition(chr(10))[0]}") from error
    return {(subscription, kind): count for subscription, kind, count in rows}


def _subscription_sql(table: StoredTable) -> str:
    """Return SQL for the subscription in which rules miss a row: that of its owner, if it has one."""
    if table.owner is None:
        return _text_sql(table, "subscriptionId")
    key = key_sql(table.owner)
    return f"CASE WHEN {key} LIKE '/subscriptions/%' THEN split_part({key}, '/', 3) ELSE '' END"


def _text_sql(table: StoredTable, column: str) -> str:
    return f"lower(coalesce({identifier(column)}, ''))" if column in table.columns else "''"
