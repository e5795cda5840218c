"""How the columns of a table stand for the properties of a resource."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import orjson

from tenantlint.errors import MissingColumnError
from tenantlint.paths import Getter, compile_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenantlint.model import Json

TEXT_COLUMNS: Final = (
    "id",
    "name",
    "type",
    "tenantId",
    "kind",
    "location",
    "resourceGroup",
    "subscriptionId",
    "managedBy",
)
"""The columns that Resource Graph gives as text. Every other column may hold any JSON value."""

NESTED_COLUMNS: Final = ("sku", "plan", "properties", "tags", "identity", "zones", "extendedLocation")
"""The other standard columns of every Resource Graph table."""

_STEP: Final = re.compile(r"\.?([A-Za-z_][A-Za-z0-9_]*)")


@dataclass
class Schema:
    """The columns of one table, and the ways to their values, compiled once per path.

    Queries flatten what they project as Resource Graph itself does: ``properties_storageProfile`` holds
    ``properties.storageProfile``. A path therefore starts at the longest column that covers its beginning.
    """

    table: str
    columns: tuple[str, ...]
    _ways: dict[str, tuple[int, Getter | None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.index = {name: at for at, name in enumerate(self.columns)}
        self.is_text = tuple(name in TEXT_COLUMNS for name in self.columns)

    def way(self, path: str) -> tuple[int, Getter | None]:
        """Return the index of the column where *path* starts, and the getter for its rest (None where it ends there).

        Raises ``MissingColumnError`` where no column covers the path.
        """
        known = self._ways.get(path)
        if known is None:
            known = self._ways[path] = self._find_way(path)
        return known

    def _find_way(self, path: str) -> tuple[int, Getter | None]:
        at, rest = -1, ""
        for column, end in _prefixes(path):
            if column in self.index:
                at, rest = self.index[column], path[end:]
        if at < 0:
            raise MissingColumnError(f"table {self.table!r} has no column for {path!r}")
        return at, compile_path("@" + rest) if rest else None

    def decode(self, at: int, cell: str | None) -> Json:
        """Return the value of a stored *cell* of column *at*: text as it is, anything else from JSON."""
        if cell is None or self.is_text[at]:
            return cell
        value: Json = orjson.loads(cell)
        return value


def _prefixes(path: str) -> Sequence[tuple[str, int]]:
    """List the columns that could stand for a beginning of *path*, each with where that beginning ends."""
    found: list[tuple[str, int]] = []
    end = 0
    while step := _STEP.match(path, end):
        end = step.end()
        found.append((f"{found[-1][0]}_{step[1]}" if found else step[1], end))
    return found
