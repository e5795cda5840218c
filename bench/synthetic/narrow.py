"""A tenant of narrow rows for the collector: many subscriptions of very different sizes, a few tables, and no meaning.

What is measured with it is the way of rows through the collector: it matters how many rows there are, where they are
and how long, and not what they say.
"""

from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

import orjson

from bench.synthetic.draws import digest, guid, named_guid, scattered
from bench.synthetic.places import Place, Row, resource

SHARES = {
    "Resources": 30,
    "RecoveryServicesResources": 20,
    "SecurityResources": 20,
    "GuestConfigurationResources": 15,
    "MaintenanceResources": 15,
}
"""How many percent of the rows each table has, those of the subscriptions left out."""

CONTAINERS = "ResourceContainers"
TABLES = (*SHARES, CONTAINERS)

SUBSCRIPTIONS = 300
ROWS_PER_SUBSCRIPTION = 100
NARROW = 600
"""Bytes of a row with all columns and short names, and nothing else."""


class NarrowTenant(NamedTuple):
    """So many `rows` in all, those of the subscriptions among them, of at least `size` bytes each."""

    seed: int
    rows: int
    size: int
    id: str
    subscriptions: tuple[str, ...]

    def rows_of(self, table: str) -> int:
        """Return how many rows a table has."""
        if table == CONTAINERS:
            return len(self.subscriptions)
        others = self.rows - len(self.subscriptions)
        counts = {name: others * share // 100 for name, share in SHARES.items()}
        counts["Resources"] += others - sum(counts.values())
        return counts[table]


def plan_narrow_tenant(rows: int, size: int, seed: int) -> NarrowTenant:
    """Lay out a tenant in up to 300 subscriptions."""
    count = max(1, min(SUBSCRIPTIONS, rows // ROWS_PER_SUBSCRIPTION))
    subscriptions = tuple(named_guid(seed, f"narrow subscription/{number}") for number in range(count))
    return NarrowTenant(seed, rows, size, named_guid(seed, "narrow tenant"), subscriptions)


def narrow_rows(tenant: NarrowTenant, table: str) -> Iterator[Row]:
    """Yield the rows of a table, in an order that mixes the subscriptions."""
    owners = _owners(tenant, tenant.rows_of(table))
    for number in scattered(len(owners)):
        digits = digest(tenant.seed, f"{table}/{number}").hex()
        yield (
            _subscription(tenant, owners[number])
            if table == CONTAINERS
            else _row(tenant, table, digits, owners[number])
        )


def _owners(tenant: NarrowTenant, rows: int) -> list[str]:
    """Say whose each row is: shares fall off by rank, so that the largest subscription has a hundred times as many."""
    ids = tenant.subscriptions
    weights = [1 if rows == len(ids) else 10**9 // (rank + 3) for rank in range(len(ids))]
    ends = [rows * weight // sum(weights) for weight in accumulate(weights)]
    return [id_ for id_, start, end in zip(ids, [0, *ends], ends, strict=False) for _ in range(start, end)]


def _subscription(tenant: NarrowTenant, id_: str) -> Row:
    place = Place(tenant.id, id_, "", "")
    kind = "microsoft.resources/subscriptions"
    return resource(place, kind, f"sub-{id_[:8]}", {"state": "Enabled"}, id=f"/subscriptions/{id_}")


def _row(tenant: NarrowTenant, table: str, digits: str, owner: str) -> Row:
    place = Place(tenant.id, owner, f"rg-{digits[:2]}", "westeurope")
    properties = {"thing": guid(digits[32:])}
    row = resource(place, f"Acme.{table}/things", f"thing-{digits[:12]}", properties, tags={"text": ""})
    lacking = max(0, tenant.size - len(orjson.dumps(row)))
    # Hexadecimal digits, other ones in every row: what hardly compresses takes its time.
    return row | {"tags": {"text": (digits * (lacking // len(digits) + 1))[:lacking]}}
