"""Collections of the live collector from servers on this machine, and the tenants that they read."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import orjson

from tenantlint import Rule, Table
from tenantlint.collect import collect
from tenantlint.graph.azure.live import AzureGraph, Tenant
from tenantlint.graph.azure.scope import Choice, Scope, find_scope
from tenantlint.graph.server.effects import Effect, Slow
from tenantlint.graph.server.faults import Fault, Seen
from tenantlint.manifest import Manifest
from tenantlint.snapshot import Snapshot, SnapshotReader, open_snapshot
from tests.graph.azure.conftest import Asking
from tests.makers import Row, judge_all
from tests.tenant_copies import catalog, subscription, subscription_row, vm_row, write_copy

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
MACHINES = "Resources\n| where type =~ 'microsoft.compute/virtualmachines'\n| project id, name, subscriptionId\n"
IN_ORDER = f"{MACHINES}| order by id asc\n"
ITEMS = "currentProtectionState"
"""What only the query of the protected items of VMs says."""
COVERING = (
    "key-vault-lacks-backup-access",
    "luks-encrypted-disks",
    "too-many-data-disks",
    "unprotected-vm",
    "vault-region-mismatch",
    "vault-too-full",
)
"""Rules that need tables of every kind, of few rows and many, of VMs, the tenant, scopes above and sums, and that give
every verdict."""

Verdicts = dict[tuple[str, str], str]
"""By rule and resource."""


@dataclass
class Watch:
    """Sees all requests for rows, as the server does: whether they are answered or not."""

    seen: list[Seen] = field(default_factory=list)

    def fault(self) -> Fault:
        """Return a fault that does nothing but tell of requests."""
        return Fault(Slow(0), times=0, when=self._see)

    def _see(self, seen: Seen) -> bool:
        self.seen.append(seen)
        return False

    @property
    def pages(self) -> list[tuple[str, int]]:
        """What was asked for: queries, each with the page."""
        return [(each.query, each.page) for each in self.seen]


def machines_copy(folder: Path, rows: Iterable[Row], subscriptions: Sequence[int] = (1,), **more: object) -> Path:
    """Write a copy of VMs in so many subscriptions."""
    tables = {"Resources": rows, "ResourceContainers": map(subscription_row, subscriptions), **more}
    return write_copy(folder, tables, subscriptions=subscriptions, tables=tables)  # type: ignore[arg-type]  # rows all


def machines(count: int, number: int = 1) -> list[Row]:
    """Make so many VMs in the `number`th subscription."""
    return [vm_row(number, f"vm{at:05}") for at in range(count)]


def scope_of(*numbers: int) -> Scope:
    """Return the scope of these subscriptions, as one group."""
    return Scope((tuple(subscription(number) for number in numbers),))


def live(asking: Asking, folder: Path, scope: Scope) -> AzureGraph:
    """Make a live graph that keeps what it reads in *folder*."""
    return AzureGraph(asking.sender, Tenant("AzureCloud", "", NOW), scope, folder, asking.stop, lambda: NOW)


def collect_live(asking: Asking, tables: Iterable[Table], folder: Path, choice: Choice | None = None) -> Snapshot:
    """Collect *tables* as a scan does, into a new folder in *folder*."""
    scope = find_scope(asking.sender, choice or Choice())
    with live(asking, folder / "unfinished", scope) as graph:
        collect(graph, tables, folder / "snapshot")
    return open_snapshot(folder / "snapshot")


def stored(manifest: Manifest) -> object:
    """Return the tables of a snapshot with the SHA-256 of every file, and how they are laid out."""
    return manifest.tables, manifest.partitions


def rows_of(snapshot: Snapshot, table: str) -> list[tuple[str | None, ...]]:
    """Return the rows of a table, sorted."""
    with SnapshotReader(snapshot) as reader:
        columns = snapshot.manifest.tables[table].columns
        return sorted((tuple(cells) for batch in reader.rows(table, None, columns) for cells in batch), key=str)


def judged(snapshot: Snapshot, rules: Sequence[Rule]) -> tuple[Verdicts, bool]:
    """Judge by *rules*; return all verdicts, and whether `check` would end with 3."""
    summary, judgements = judge_all(snapshot, rules, catalog().facts.values())
    verdicts: Verdicts = {(each.rule.id, each.subject.id.lower()): each.verdict.outcome for each in judgements}
    return verdicts, bool(summary.incomplete)


def falsely_fit(faulty: Verdicts, clean: Verdicts) -> list[tuple[str, str]]:
    """Return what is fit, or need not be, in the *faulty* one only.

    What need not be fit may be called fit where nobody can know that it need not: it is either way.
    """
    known = {"compliant": {"compliant", "not-applicable"}, "not-applicable": {"not-applicable"}}
    return [key for key, outcome in faulty.items() if outcome in known and clean.get(key) not in known[outcome]]


def ids_in(rows: Iterable[bytes]) -> list[str]:
    """Return the ids of rows, as they are spelled."""
    return [orjson.loads(row)["id"] for row in rows]


def always(effect: Effect, query: str = "", page: int | None = None) -> Fault:
    """Do *effect* to every such request."""
    return Fault(effect, query=query, page=page, times=0)


def parts(seen: Iterable[Seen]) -> Iterator[str]:
    """Yield the conditions that made parts of queries."""
    return (each.query.partition("| where hash")[2].partition("\n")[0] for each in seen)
