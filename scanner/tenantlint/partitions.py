"""How a snapshot is cut, so that memory follows the largest partition and not the tenant.

Rows of an owned table belong to the resource whose id their owner column holds, and so to that resource's subscription:
a VM's disks and protected items lie where the VM lies, even if its vault is elsewhere. Small subscriptions share a
partition; a large one is sliced by a hash of the owner's id.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tenantlint.schema import TEXT_COLUMNS
from tenantlint.sql import identifier, literal

if TYPE_CHECKING:
    from collections.abc import Mapping

ROWS_PER_PARTITION: Final = 20_000
"""Rows of all owned tables together. With some 4 rows a VM, about 5,000 VMs: below 100 MB while they are judged."""


@dataclass(frozen=True, slots=True)
class Share:
    """What a partition has of a subscription: slice *index* of *of* slices."""

    partition: str
    subscription: str
    index: int = 0
    of: int = 1


def plan(rows: Mapping[str, int], target: int = ROWS_PER_PARTITION) -> list[Share]:
    """Cut a tenant with *rows* per subscription into partitions of about *target* rows."""
    shares: list[Share] = []
    count, room = 0, 0
    for subscription in sorted(rows):
        slices = -(-rows[subscription] // target)
        if slices > 1:
            shares += [Share(_name(count + index), subscription, index, slices) for index in range(slices)]
            count, room = count + slices, 0
        else:
            if rows[subscription] > room:
                count, room = count + 1, target
            shares.append(Share(_name(count - 1), subscription))
            room -= rows[subscription]
    return shares


def owner_sql(owner: str) -> str:
    """Return SQL for the id, in lower case, of the resource that a row belongs to: its own id where it has no owner.

    This and the following read the columns, which are JSON, of a relation called ``row``.
    """
    return f"lower(coalesce(nullif(row.{identifier(owner)} ->> '$', ''), row.id ->> '$', ''))"


def key_sql(owner: str | None) -> str:
    """Return SQL, over columns as a snapshot stores them, for the id, in lower case, of whom a row belongs to.

    That is itself where there is no *owner* column, and null where that is empty.
    """
    column = identifier(owner or "id")
    text = column if owner is None or owner in TEXT_COLUMNS else f"{column} ->> '$'"
    return f"lower(nullif({text}, ''))"


def subscription_sql(owner: str) -> str:
    """Return SQL for the subscription of the resource that a row belongs to; empty where it is in none."""
    key = owner_sql(owner)
    return f"CASE WHEN {key} LIKE '/subscriptions/%' THEN split_part({key}, '/', 3) ELSE '' END"


def slice_sql(owner: str) -> str:
    """Return SQL for the number by whose remainder a subscription is sliced; the same on every machine."""
    return f"CAST('0x' || substr(md5({owner_sql(owner)}), 1, 8) AS BIGINT)"


def shares_sql(shares: list[Share]) -> str:
    """Return SQL for a relation of *shares*, called ``share``: ``partition, subscription, slice, slices``."""
    rows = ", ".join(
        f"({literal(share.partition)}, {literal(share.subscription)}, {share.index}, {share.of})" for share in shares
    )
    return f"(VALUES {rows or '(NULL, NULL, 0, 1)'}) AS share(partition, subscription, slice, slices)"


def _name(number: int) -> str:
    return f"p{number:05}"
