"""Lets one JSON function of a step extract all that the step wants of a column.

A query that projects twenty properties becomes twenty calls of ``json_extract`` on the same text. DuckDB parses it
twenty times, and keeps up to 16 MiB for each call: that is more than the little memory that it is given.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_STEP: Final = re.compile(r"(?<=,\n {5})(?=_s\d+ AS \()|(?<=^WITH )(?=_s\d+ AS \()")
_TOKEN: Final = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|[()]|\bFROM _s\d+")
_EXTRACT: Final = re.compile(r"json_extract\((\"(?:[^\"]|\"\")*\"), ('\$(?:[^'*]|'')*')\)")
"""A call with one column and one constant path; a path with a wildcard finds a list already."""

_FEW: Final = 2


def gather_extracts(sql: str) -> str:
    """Return *sql* with each column parsed once a step; the library writes a chain of steps ``_s0``, ``_s1`` …."""
    return "".join(_gathered(step) for step in _STEP.split(sql))


def _gathered(step: str) -> str:
    begin, end = _source(step)
    if begin < 0 or "AS (SELECT *" in step[: begin + 1]:
        return step  # what gives all columns would give those that are made here, too
    wanted = {column: paths for column, paths in _wanted(step).items() if len(paths) >= _FEW}
    if not wanted:
        return step
    source = step[begin:end].removeprefix("FROM ")
    made = ", ".join(
        f"json_extract({column}, [{', '.join(paths)}]) AS {_name(column)}" for column, paths in wanted.items()
    )
    before, after = (_EXTRACT.sub(lambda found: _chosen(found, wanted), text) for text in (step[:begin], step[end:]))
    return f"{before}FROM (SELECT *, {made} FROM {source}){after}"


def _source(step: str) -> tuple[int, int]:
    """Return where the step says which one it goes on from; -1 where it does not, or reads a table."""
    depth = 0
    for found in _TOKEN.finditer(step):
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        if depth == 1 and found[0].startswith("FROM"):
            return found.span()
    return -1, -1


def _wanted(step: str) -> dict[str, list[str]]:
    wanted: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for column, path in _extracts(step):
        wanted[column][path] = None
    return {column: list(paths) for column, paths in wanted.items()}


def _extracts(step: str) -> Iterator[tuple[str, str]]:
    return ((found[1], found[2]) for found in _EXTRACT.finditer(step))


def _chosen(found: re.Match[str], wanted: dict[str, list[str]]) -> str:
    paths = wanted.get(found[1])
    return f"{_name(found[1])}[{paths.index(found[2]) + 1}]" if paths else found[0]


def _name(column: str) -> str:
    return f'"_extracts_{column[1:]}'
