"""``tenantlint trend``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tenantlint.cli.answering import answer
from tenantlint.cli.comparing import comparing_options

if TYPE_CHECKING:
    from collections.abc import Iterable

_HEAD = [
    *("night", "errors", "warnings", "notes", "new", "fixed", "reopened"),
    *("no longer known", "not evaluable", "unread subscriptions", ""),
]


@click.command("trend")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(("text", "csv", "json")), default="text", show_default=True)
@comparing_options
def command(*, folder: Path, form: str, **judging: Any) -> int:  # noqa: ANN401 - the options that choose() types
    """Put the nights in DIR into one table, in the order of their own times.

    DIR holds snapshots, which are judged now, each as of its own time, or json or sarif-full reports of earlier runs; a
    json report has the day in its name. Violations are counted that nobody waived. A night that was incomplete is
    marked, and fixes nothing: what seems fixed in it counts in the next complete one.

    \b
    Examples:
      tenantlint trend ./nights
      tenantlint trend ./nights --rule unprotected-vm --format csv > trend.csv

    The exit code is 0, or 2 where one of the nights cannot be used.
    """  # noqa: D301 - \b is click's mark, not an escape
    from tenantlint.cli.comparing import choose_judging, tell_notes
    from tenantlint.cli.progress import progress
    from tenantlint.comparing.trends import Trend
    from tenantlint.nights.folder import nights_in

    choices = choose_judging(**judging)
    with progress() as tell:
        tell("reading the nights")
        nights, notes = nights_in(folder, choices.judging)
        rows = [row.record() for row in Trend().rows(nights)]
        tell("")
    _print(rows, form)
    tell_notes(notes)
    return 0


def _print(rows: list[dict[str, Any]], form: str) -> None:
    import orjson

    if form == "json":
        answer(orjson.dumps([_writable(row) for row in rows], option=orjson.OPT_INDENT_2).decode())
    elif form == "csv":
        _print_csv(rows)
    else:
        _print_text(rows)


def _print_csv(rows: list[dict[str, Any]]) -> None:
    import csv
    import io

    from tenantlint.reports.csv_cells import text_cell

    into = io.StringIO()
    writer = csv.DictWriter(into, rows[0], lineterminator="\n")
    writer.writeheader()
    for row in map(_writable, rows):
        writer.writerow({**row, "incomplete": str(row["incomplete"]).lower(), "name": text_cell(row["name"])})
    answer(into.getvalue(), nl=False)


def _print_text(rows: Iterable[dict[str, Any]]) -> None:
    from tenantlint.comparing.diff_text import aligned

    shown = [[_cell(value) for name, value in row.items() if name != "name"] for row in rows]
    for line in aligned([_HEAD, *shown]):
        answer(line)


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "incomplete" if value else ""
    if isinstance(value, str):
        return f"{value[:10]} {value[11:16]}"
    return "-" if value is None else str(value)


def _writable(row: dict[str, Any]) -> dict[str, Any]:
    """Make the name, which is a path, fit to be shown."""
    from tenantlint.sentences import visible_prose

    return {**row, "name": visible_prose(row["name"])}
