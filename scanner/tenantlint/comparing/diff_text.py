"""Differences between two nights, as text and as JSON."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import orjson

from tenantlint.comparing.changes import STATES
from tenantlint.comparing.diff import LISTED
from tenantlint.sentences import visible_prose
from tenantlint.untrusted import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenantlint.comparing.diff import Diff
    from tenantlint.nights.night import Night

_TITLES: Final = {
    "new": "New",
    "reopened": "Reopened: these had ended before",
    "changed": "Changed",
    "fixed": "Fixed",
    "gone": "Gone with their resources",
    "no-longer-known": "No longer known, which is not fixed",
    "not-compared": "Not compared",
}


def text(diff: Diff, limit: int | None) -> Iterator[str]:
    """Yield lines for people: a table by rule, then of each state the *limit* worst violations; None for all."""
    yield f"old: {_night(diff.old)}"
    yield f"new: {_night(diff.new)}"
    yield ""
    yield from _table(diff)
    for state in LISTED:
        if total := diff.total(state):
            yield f"\n{_TITLES[state]} ({total}):"
            for change in islice(diff.changes(state), limit):
                yield from _lines(change)
            if limit is not None and total > limit:
                yield f"  … and {total - limit} more; --limit {total} or --format json shows all of them"


def json_lines(diff: Diff, limit: int | None) -> Iterator[bytes]:
    """Yield the pieces of a JSON object: the nights, counts by rule, notes, and the changes."""
    rules = sorted({rule for rule, _ in diff.counts})
    head = {
        "old": _told(diff.old),
        "new": _told(diff.new),
        "incomplete": diff.unread,
        "rules": {rule: {state: diff.counts[rule, state] for state in STATES} for rule in rules},
        "notes": [visible_prose(note) for note in diff.notes],
    }
    yield orjson.dumps(head)[:-1] + b',"changes":['
    comma = b"\n"
    for state in LISTED:
        for line in islice(diff.lines(state), limit):
            yield comma + line
            comma = b",\n"
    yield b"\n]}\n"


def _night(night: Night) -> str:
    when = f"{night.at:%Y-%m-%d %H:%M} UTC" if night.at else "time not told"
    return f"{when}, {visible_prose(night.name)}{', incomplete' if night.incomplete else ''}"


def _told(night: Night) -> dict[str, Any]:
    return {
        "name": visible_prose(night.name),
        "at": f"{night.at:%Y-%m-%dT%H:%M:%SZ}" if night.at else None,
        "incomplete": night.incomplete,
    }


def _table(diff: Diff) -> Iterator[str]:
    states = [state for state in STATES if state in ("new", "fixed", "unchanged") or diff.total(state)]
    rules = sorted({rule for rule, _ in diff.counts})
    rows = [["rule", *(state.replace("-", " ") for state in states)]]
    rows += [[visible(rule), *(str(diff.counts[rule, state] or "-") for state in states)] for rule in rules]
    rows.append(["all rules", *(str(diff.total(state)) for state in states)])
    yield from aligned(rows)


def aligned(rows: list[list[str]]) -> Iterator[str]:
    """Yield *rows*, all of one length, in columns: the first to the left, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *rest in rows:
        cells = [cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True)]
        yield "  ".join([first.ljust(widths[0]), *cells]).rstrip()


def _lines(change: dict[str, Any]) -> Iterator[str]:
    where = "/".join(map(visible, change["resource"].split("/")))
    part = f" [{visible(change['part'])}]" if change["part"] else ""
    waived = " (waived)" if change["waived"] else ""
    yield f"  {change['level']:7}  {visible(change['rule'])}  {where}{part}: {visible_prose(change['message'])}{waived}"
    if change["state"] not in ("new", "reopened", "changed"):
        yield f"           {visible_prose(change['why'])}"
    for each in change["changes"]:
        yield f"           {visible(each['property'])}: {_value(each['old'])} → {_value(each['new'])}"


def _value(value: object) -> str:
    return visible_prose(value) if isinstance(value, str) else visible(orjson.dumps(value).decode())
