"""Tenant copies: raw Resource Graph tables of a tenant on disk, with ``copy.json``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import orjson

from tenantlint.coverage import Coverage, Unread
from tenantlint.errors import CopyError
from tenantlint.graph import RESOURCE_GRAPH_TABLES
from tenantlint.schema import NESTED_COLUMNS, TEXT_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tenantlint.model import Json

HEAD: Final = "copy.json"
_BY_LOWER_CASE: Final = {name.lower(): name for name in (*TEXT_COLUMNS, *NESTED_COLUMNS)}


@dataclass(frozen=True, slots=True)
class TenantCopy:
    """A tenant copy: what ``copy.json`` says, and the file of each captured table by its name in lower case."""

    folder: Path
    captured_at: datetime
    cloud: str
    tenant_id: str
    coverage: Coverage
    files: Mapping[str, Path]


def is_copy(folder: Path) -> bool:
    """Tell whether *folder* looks like a tenant copy."""
    return (folder / HEAD).is_file()


def read_copy(folder: Path) -> TenantCopy:
    """Read ``copy.json`` and find the tables' files.

    Raises ``CopyError``, which names the file and the key at fault.
    """
    head = _read_head(folder)
    try:
        return TenantCopy(
            folder,
            _moment(head["captured_at"], "captured_at"),
            _text(head["cloud"], "cloud"),
            _text(head["tenant_id"], "tenant_id").lower(),
            _coverage(head),
            _files(folder, [_text(table, "tables") for table in _list(head["tables"], "tables")]),
        )
    except KeyError as error:
        raise CopyError(f"{folder / HEAD} has no key {error}") from error
    except ValueError as error:
        raise CopyError(f"{folder / HEAD}: {error}") from error


def check_rows(file: Path) -> None:
    """Check every line of a table's *file*.

    Raises ``CopyError`` with the file and the line: a malformed line is never skipped, since a row that is lost reads
    as a resource that is fine.
    """
    _check_lines(file, lambda line: _check_row(orjson.loads(line)))


def check_keys(file: Path) -> None:
    """Raise ``CopyError`` for the first line of *file* in which an object has a key twice.

    DuckDB refuses such a row without saying where it is; looking for it in every file would cost more than reading it.
    """
    _check_lines(file, lambda line: json.loads(line, object_pairs_hook=_refuse_twice))


def _check_lines(file: Path, check: Callable[[bytes], object]) -> None:
    with file.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                try:
                    check(line)
                except ValueError as error:
                    raise CopyError(f"{file}, line {number}: {error}") from error


def _refuse_twice(pairs: list[tuple[str, Json]]) -> None:
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            raise ValueError(f"key {key!r} is there twice")
        seen.add(key)


def _check_row(row: Json) -> None:
    if not isinstance(row, dict):
        raise ValueError("a row is a JSON object")
    for name in row:
        if name not in _BY_LOWER_CASE.values() and name.lower() in _BY_LOWER_CASE:
            raise ValueError(f"column {name!r} is spelled {_BY_LOWER_CASE[name.lower()]!r} by the service")
    if not row.get("id"):
        raise ValueError("a row without an id")
    for name in TEXT_COLUMNS:
        if not isinstance(row.get(name), (str, type(None))):
            raise ValueError(f"column {name!r} holds text, not {row[name]!r:.80}")
    if not row.get("type"):  # it would be in no query's answer, and nobody would know
        raise ValueError("a row without a type")


def _read_head(folder: Path) -> dict[str, Json]:
    try:
        head = orjson.loads((folder / HEAD).read_bytes())
    except OSError as error:
        hint = f"a tenant copy is a folder with {HEAD} and one .jsonl file per table"
        raise CopyError(f"cannot read {folder / HEAD}: {error.strerror}", hint=hint) from error
    except ValueError as error:
        raise CopyError(f"{folder / HEAD} is not JSON: {error}") from error
    if not isinstance(head, dict):
        raise CopyError(f"{folder / HEAD} does not hold a JSON object")
    return head


def _coverage(head: dict[str, Json]) -> Coverage:
    read = frozenset(_text(name, "subscriptions").lower() for name in _list(head["subscriptions"], "subscriptions"))
    return Coverage(read, tuple(_unread(entry) for entry in _list(head.get("unread", []), "unread")))


def _unread(entry: Json) -> Unread:
    if not isinstance(entry, dict) or not (entry.get("subscription") or entry.get("table")):
        raise ValueError(f"an entry of 'unread' names a subscription or a table, and a reason; not {entry!r:.80}")
    reason, table = _text(entry.get("reason"), "reason"), _text(entry.get("table", ""), "table")
    if table and table.lower() not in RESOURCE_GRAPH_TABLES:
        raise ValueError(f"'unread' names table {table!r}, which Resource Graph does not have")
    subscription = _text(entry.get("subscription", ""), "subscription").lower()
    return Unread(reason, subscription, table)


def _files(folder: Path, tables: list[str]) -> dict[str, Path]:
    present: dict[str, Path] = {}
    for file in sorted(folder.iterdir()):
        if file.suffix.lower() == ".jsonl" and file.is_file():
            if file.stem.lower() in present:
                raise ValueError(f"two files hold table {file.stem!r}: {present[file.stem.lower()].name}, {file.name}")
            present[file.stem.lower()] = file
    missing = [table for table in tables if table.lower() not in present]
    if missing:
        raise ValueError(f"table {missing[0]!r} is listed as captured, but there is no {missing[0]}.jsonl")
    return {table.lower(): present[table.lower()] for table in tables}


def _moment(value: Json, key: str) -> datetime:
    try:
        moment = datetime.fromisoformat(_text(value, key))
        utc = moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{key!r} is no moment: {error}") from error
    if moment.tzinfo is None:
        raise ValueError(f"{key!r} needs a time zone, such as Z: {value!r}")
    return utc


def _text(value: Json, key: str) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{key!r} needs text, not {value!r:.80}")
    return value


def _list(value: Json, key: str) -> list[Json]:
    if not isinstance(value, list):
        raise ValueError(f"{key!r} needs a list, not {value!r:.80}")
    return value
