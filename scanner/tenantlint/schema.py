"""How the columns of a table stand for the properties of a resource."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeAlias

import orjson

from tenantlint.errors import MissingColumnError
from tenantlint.paths import Getter, compile_path, is_from_one_property

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

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

Way: TypeAlias = "tuple[int, Getter | None]"

Having: TypeAlias = "Mapping[str, str | Collection[str] | None]"
"""Which rows are wanted: those in which these columns hold this text, or one of these, in any case, or (None) anything.
"""
NO_MATTER_WHAT: Final[Having] = MappingProxyType({})

_loads: Final = orjson.loads  # a name of this module is found faster than one of another

_STEP: Final = re.compile(r"\.?([A-Za-z_][A-Za-z0-9_]*)")


@dataclass
class Schema:
    """The columns of one table, and the ways to their values, compiled once per path.

    Queries flatten what they project as Resource Graph itself does: ``properties_storageProfile`` holds
    ``properties.storageProfile``. A path therefore starts at the longest column that covers its beginning.
    """

    table: str
    columns: tuple[str, ...]
    ways: dict[str, Way] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.index = {name: at for at, name in enumerate(self.columns)}
        self.id_at = self.index.get("id", -1)
        self.subscription_at = self.index.get("subscriptionId")
        self._json = tuple(at for at, name in enumerate(self.columns) if name not in TEXT_COLUMNS)

    def way(self, path: str) -> Way:
        """Return the index of the column where *path* starts, and the getter for its rest (None where it ends there).

        Ways that were found are kept in ``ways``. Raises ``MissingColumnError`` where no column covers the path,
        ``ValueError`` where it does not start from one property.
        """
        if path not in self.ways:
            self.ways[path] = self._find_way(path)
        return self.ways[path]

    def _find_way(self, path: str) -> Way:
        if not is_from_one_property(path):
            raise ValueError(f"{path!r} does not start from one property; find each, and combine what was found")
        at, rest = -1, ""
        for column, end in _prefixes(path):
            if column in self.index:
                at, rest = self.index[column], path[end:]
        if at < 0:
            raise MissingColumnError(f"table {self.table!r} has no column for {path!r}")
        return at, compile_path("@" + rest) if rest else None

    def decode(self, cells: Sequence[str | None]) -> list[Json]:
        """Return the values of a row's stored *cells*: text as it is, anything else from JSON."""
        values: list[Json] = list(cells)
        for at in self._json:
            cell = cells[at]
            if cell is not None:
                values[at] = _loads(cell)
        return values

    def value(self, way: Way, cells: Sequence[str | None]) -> Json:
        """Return what lies at the end of one *way*, without decoding the rest of the row."""
        at, getter = way
        cell = cells[at]
        value: Json = orjson.loads(cell) if at in self._json and cell is not None else cell
        return getter(value) if getter else value


def as_cell(column: str, value: Json) -> str | None:
    """Return *value* as a snapshot stores it in *column*: text as it is in text columns, otherwise JSON."""
    if value is None or (column in TEXT_COLUMNS and isinstance(value, str)):
        return value
    return orjson.dumps(value).decode()


def _prefixes(path: str) -> Sequence[tuple[str, int]]:
    """List the columns that could stand for a beginning of *path*, each with where that beginning ends."""
    found: list[tuple[str, int]] = []
    end = 0
    while step := _STEP.match(path, end):
        end = step.end()
        found.append((f"{found[-1][0]}_{step[1]}" if found else step[1], end))
    return found
