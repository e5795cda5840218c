"""Rows made odd: what a rule must bear, since a tenant may hold anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tenantlint.testing.merging import Row

ODD_VALUES: Final = (None, True, 7, "", "odd", ["odd"], {"odd": None})


def with_odd_values(tables: Mapping[str, Sequence[Row]]) -> Iterator[dict[str, list[Row]]]:
    """Yield the tables again and again, each time with one value of one row, at any depth, made odd."""
    for name, rows in tables.items():
        for at, row in enumerate(rows):
            for odd in _odd(row):
                if odd["id"] == row["id"]:
                    yield {
                        **{key: list(kept) for key, kept in tables.items()},
                        name: [*rows[:at], odd, *rows[at + 1 :]],
                    }


def _odd(value: object) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from ({**value, key: odd} for key, below in value.items() for odd in (*ODD_VALUES, *_odd(below)))
    if isinstance(value, list):
        for at, below in enumerate(value):
            yield from ([*value[:at], odd, *value[at + 1 :]] for odd in (*ODD_VALUES, *_odd(below)))
