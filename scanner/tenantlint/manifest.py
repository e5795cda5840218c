"""``manifest.json``: what a snapshot holds, and what it could not."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import orjson

from tenantlint.coverage import Coverage, Unread
from tenantlint.errors import SnapshotError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tenantlint.model import Cause

FORMAT: Final = 2
"""The version of the snapshot format; another one is refused."""

TENANT: Final = "tenant"
"""The name of the file of a table that is not partitioned."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A Parquet file of a table: its SHA-256 and its number of rows."""

    sha256: str
    rows: int


@dataclass(frozen=True, slots=True)
class StoredTable:
    """A table in a snapshot. Where ``missing`` says why it is not there, ``cause`` tells the kind.

    It has no files then, but for a listing of which the violations are missing and the resources are not: see ``Table``
    for its ``population``. With ``only_violations`` nobody knows which other resources there are.

    ``owner`` is the column that it is partitioned by; None for a table kept whole. ``files`` are by partition name;
    a partition without rows has no file. ``reads`` are the Resource Graph tables that the query read.
    """

    kql: str
    sha256: str
    owner: str | None
    columns: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    files: Mapping[str, StoredFile] = field(default_factory=dict)
    missing: str = ""
    cause: Cause | None = None
    population: str | None = None
    only_violations: bool = False

    @property
    def rows(self) -> int:
        """The number of rows in all files."""
        return sum(file.rows for file in self.files.values())


@dataclass(frozen=True, slots=True)
class About:
    """What a snapshot says of the run that took it: the plugins' versions by name, and the effective settings."""

    plugins: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything about a snapshot but its rows. Times are aware; ``plugins`` maps names to versions.

    ``scope`` is what the user named: ``subscriptions``, ``management_groups``, ``excluded``; all that is visible where
    it names nothing. ``settings`` are the effective ones of the run that took it; it may be judged by others later.
    """

    tool_version: str
    plugins: Mapping[str, str]
    graph: str
    cloud: str
    tenant_id: str
    started_at: datetime
    ended_at: datetime
    coverage: Coverage
    partitions: tuple[str, ...]
    tables: Mapping[str, StoredTable]
    scope: Mapping[str, Sequence[str]] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)

    def partitions_of(self, table: str) -> tuple[str, ...]:
        """List the partitions in which *table* can have rows, in the order in which they are judged."""
        return (TENANT,) if self.tables[table].owner is None else self.partitions

    def dump(self) -> bytes:
        """Return the manifest as JSON, the same bytes for the same snapshot."""
        value = {"format": FORMAT, **asdict(self)}
        value["started_at"], value["ended_at"] = _stamp(self.started_at), _stamp(self.ended_at)
        value["coverage"] = {
            "requested": sorted(self.coverage.requested),
            "visible": sorted(self.coverage.subscriptions),
            "read": sorted(self.coverage.read),
            "unread": [asdict(entry) for entry in self.coverage.unread],
        }
        return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)


def load_manifest(content: bytes) -> Manifest:
    """Read a manifest. Raises ``SnapshotError`` for another format or a manifest that was tampered with."""
    try:
        value: dict[str, Any] = orjson.loads(content)
        if value["format"] != FORMAT:
            raise SnapshotError(
                f"this snapshot has format {value['format']}; this version of tenantlint reads format {FORMAT}",
                hint="collect a new snapshot, or use the version of tenantlint that wrote it",
            )
        del value["format"]
        started_at, ended_at = (_moment(value.pop(key)) for key in ("started_at", "ended_at"))
        coverage = _load_coverage(value.pop("coverage"))
        tables = {name: _load_table(table) for name, table in value.pop("tables").items()}
        partitions = tuple(value.pop("partitions"))
        scope = {what: tuple(names) for what, names in value.pop("scope").items()}
        settings = value.pop("settings")
        return Manifest(
            started_at=started_at,
            ended_at=ended_at,
            coverage=coverage,
            tables=tables,
            partitions=partitions,
            scope=scope,
            settings=settings,
            **value,
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise SnapshotError(f"manifest.json is not a manifest of tenantlint: {error!r}") from error


def _load_table(value: dict[str, Any]) -> StoredTable:
    files = {name: StoredFile(**file) for name, file in value.pop("files").items()}
    columns, reads = tuple(value.pop("columns")), tuple(value.pop("reads"))
    return StoredTable(files=files, columns=columns, reads=reads, **value)


def _load_coverage(value: dict[str, Any]) -> Coverage:
    coverage = Coverage(frozenset(value["visible"]), tuple(Unread(**entry) for entry in value["unread"]))
    if (sorted(coverage.requested), sorted(coverage.read)) != (value["requested"], value["read"]):
        raise ValueError("its coverage contradicts itself")
    return coverage


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"a time without its zone: {text}")
    return moment


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
