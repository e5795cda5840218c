"""What Resource Graph's PolicyResources say of exemptions, and of which definitions they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import orjson

from tenantlint.errors import CopyError, UsageError
from tenantlint.graph.copies import is_copy, read_copy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from tenantlint.model import Json

TABLE: Final = "PolicyResources"
_BEFORE: Final = "microsoft.authorization/policy"


@dataclass
class Policies:
    """The rows that matter. Ids are in lower case.

    ``exemptions`` are rows as they are. ``assignments`` map to the definition or initiative that is assigned, and
    ``initiatives`` to the definitions that they hold, by the references (in lower case) that they have there.
    """

    exemptions: list[dict[str, Json]] = field(default_factory=list)
    assignments: dict[str, str] = field(default_factory=dict)
    initiatives: dict[str, dict[str, str]] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)

    def take(self, row: Json) -> None:
        """Take a row of any type."""
        if not isinstance(row, dict) or not isinstance(row.get("id"), str):
            return
        kind = text_of(row, "type").lower().removeprefix(_BEFORE)
        if kind in _TAKES:
            _TAKES[kind](self, row)

    def _exemption(self, row: dict[str, Json]) -> None:
        self.exemptions.append(row)

    def _assignment(self, row: dict[str, Json]) -> None:
        self.assignments[text_of(row, "id").lower()] = text_of(properties_of(row), "policyDefinitionId").lower()

    def _initiative(self, row: dict[str, Json]) -> None:
        held = properties_of(row).get("policyDefinitions")
        self.initiatives[text_of(row, "id").lower()] = {
            text_of(each, "policyDefinitionReferenceId").lower(): text_of(each, "policyDefinitionId").lower()
            for each in (held if isinstance(held, list) else [])
            if isinstance(each, dict)
        }


_TAKES: Final[Mapping[str, Callable[[Policies, dict[str, Json]], None]]] = {
    "exemptions": Policies._exemption,  # noqa: SLF001 - of this module
    "assignments": Policies._assignment,  # noqa: SLF001
    "setdefinitions": Policies._initiative,  # noqa: SLF001
}


def read_policies(source: Path) -> Policies:
    """Read a tenant copy, or a file of rows: JSON Lines, a JSON list, or what ``az graph query`` prints.

    Raises ``UsageError`` or ``CopyError`` where *source* holds no such rows.
    """
    policies = Policies()
    if is_copy(source):
        copy = read_copy(source)
        policies.unread = [str(entry) for entry in copy.coverage.unread if entry.touches([TABLE], None)]
        source = copy.files.get(TABLE.lower(), source)
    if not source.is_file():
        hint = f"tenantlint capture ./copy --graph azure --table {TABLE}"
        raise UsageError(f"{source} holds no {TABLE}: it is neither a tenant copy with them nor a file", hint=hint)
    for row in _rows(source):
        policies.take(row)
    return policies


def text_of(value: Mapping[str, Json], key: str) -> str:
    """Return the text under *key*; empty where there is none."""
    found = value.get(key)
    return found if isinstance(found, str) else ""


def properties_of(row: Mapping[str, Json]) -> Mapping[str, Json]:
    """Return the properties of *row*; none where it has none."""
    found = row.get("properties")
    return found if isinstance(found, dict) else {}


def _rows(file: Path) -> Iterable[Json]:
    with file.open("rb") as lines:
        is_lines = "type" in _object(lines.readline())
    if is_lines:
        return _lines(file)
    try:
        content: Json = orjson.loads(file.read_bytes())
    except ValueError as error:
        raise CopyError(f"{file} is neither JSON Lines nor JSON: {error}") from error
    found = content.get("data", []) if isinstance(content, dict) else content
    return found if isinstance(found, list) else []


def _lines(file: Path) -> Iterator[Json]:
    with file.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                try:
                    yield orjson.loads(line)
                except ValueError as error:
                    raise CopyError(f"{file}, line {number}: {error}") from error


def _object(line: bytes) -> dict[str, Json]:
    try:
        found: Json = orjson.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
