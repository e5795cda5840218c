"""Findings for people, and for programs: a line each."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import orjson

from tenantlint.model import LEVELS
from tenantlint.untrusted import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenantlint.kql_lint.findings import Linted


def as_text(files: Sequence[Linted]) -> str:
    """Write findings in columns, and behind them how many there are."""
    rows = [
        (f"{visible(file.path)}:{each.line}:{each.column}", each.level, each.check, each.message)
        for file in files
        for each in file.findings
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)][:-1]
    lines = ["  ".join([*map(str.ljust, row, widths), row[-1]]) for row in rows]
    instead = {each.check: each.instead for file in files for each in file.findings}
    told = [f"{check}: {instead[check]}" for check in sorted(instead)]
    return "\n".join([*lines, *([""] if lines else []), *told, *([""] if told else []), _sum(files)]) + "\n"


def as_json(files: Sequence[Linted]) -> str:
    """Write one JSON object a finding."""
    return "".join(
        orjson.dumps(
            {
                "file": visible(file.path),
                "line": each.line,
                "column": each.column,
                "level": each.level,
                "check": each.check,
                "text": each.text,
                "message": each.message,
                "instead": each.instead,
            }
        ).decode()
        + "\n"
        for file in files
        for each in file.findings
    )


def _sum(files: Sequence[Linted]) -> str:
    counts = Counter(each.level for file in files for each in file.findings)
    queries = sum(file.is_query for file in files)
    told = ", ".join(_counted(counts[level], level) for level in LEVELS)
    comments = len(files) - queries
    tail = f"; {_counted(comments, 'file')} of comments only" if comments else ""
    return f"{told} in {queries} {'query' if queries == 1 else 'queries'}{tail}"


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
