"""SQL for DuckDB: names and values quoted, and files read by the very names that they have."""

from __future__ import annotations

import glob
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_SMALLEST_BUFFER: Final = 1 << 20


def literal(text: str) -> str:
    """Quote *text* for SQL."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """Quote *name* for SQL."""
    return '"' + name.replace('"', '""') + '"'


def texts_filled(columns: Iterable[str]) -> str:
    """Return SQL for all columns of a row, in which those of *columns* are empty where they are null: KQL's are."""
    filled = ", ".join(f"coalesce({identifier(name)}, '') AS {identifier(name)}" for name in columns)
    return f"* REPLACE ({filled})"


def longest_line(file: Path) -> int:
    """Return the length in bytes of the longest line of *file*."""
    with file.open("rb") as lines:
        return max(map(len, lines), default=0)


def read_json_sql(file: Path, types: str, longest: int) -> str:
    """Return SQL for the rows of a file of JSON Lines; *longest* is its :func:`longest_line`.

    DuckDB sets aside a multiple of the largest row that it may meet, so it is told no more than is there.
    """
    size = f"maximum_object_size={max(_SMALLEST_BUFFER, longest + 1)}"
    return f"read_json({_name(file)}, columns={{{types}}}, format='nd', {size}, hive_partitioning=false)"


def read_lines_sql(file: Path, longest: int) -> str:
    """Return SQL for the lines of a file of JSON Lines, each as it is, in a column ``json``; *longest* as above."""
    return f"read_ndjson_objects({_name(file)}, maximum_object_size={max(_SMALLEST_BUFFER, longest + 1)})"


def read_parquet_sql(*files: Path) -> str:
    """Return SQL for the rows of Parquet *files*, one after the other."""
    return f"read_parquet([{', '.join(map(_name, files))}], hive_partitioning=false)"


def _name(file: Path) -> str:
    """Quote the name of a file to read. DuckDB would take ``[1]`` or ``*`` in it for a pattern of other files' names.

    Nor must it take a folder called ``id=5`` for a column: therefore ``hive_partitioning=false`` above.
    """
    return literal(glob.escape(str(file)))
