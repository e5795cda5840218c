"""``tenantlint diff``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tenantlint.cli.answering import answer
from tenantlint.cli.comparing import comparing_options
from tenantlint.cli.options import NEW

_LISTED = 20


@click.command("diff")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
@click.option(
    "--limit", type=click.IntRange(0), help=f"Violations that are listed of each state.  [text: {_LISTED}; json: all]"
)
@click.option(
    "--fail-on",
    type=click.Choice((*NEW, "never")),
    default="new-warning",
    show_default=True,
    help="The lowest level of a violation that is new, or worse than it was, that makes the exit code 1.",
)
@comparing_options
def command(*, old: Path, new: Path, form: str, limit: int | None, fail_on: str, **judging: Any) -> int:  # noqa: ANN401 - the options that choose() types
    """Tell what became of the violations of OLD in NEW: what is new, fixed, changed, or no longer known.

    Each of the two is a snapshot, which is judged now, as of its own time, or the json or sarif-full report of an
    earlier run. What could not be read in NEW is not fixed.

    \b
    Examples:
      tenantlint diff ./2026-11-19 ./2026-11-20
      tenantlint diff ./2026-11-19 ./2026-11-20 --rule unprotected-vm --fail-on new-error
      tenantlint diff yesterday.jsonl ./2026-11-20 --format json > changes.json

    \b
    Exit codes:
      0  nothing new at or above --fail-on
      1  new violations at or above --fail-on, or such that are worse than they were
      2  one of the two cannot be used
      3  something could not be compared because it was not read (outranks 1)
    """  # noqa: D301 - \b is click's mark, not an escape
    from tenantlint.cli.comparing import choose_judging, tell_notes
    from tenantlint.cli.progress import progress
    from tenantlint.comparing.diff import Diff
    from tenantlint.nights.files import open_night

    choices = choose_judging(**judging)
    nights = [open_night(path, choices.judging) for path in (old, new)]
    with progress() as tell:
        tell("comparing")
        diff = Diff(*nights)
        tell("")
    _print(diff, form, limit)
    tell_notes(diff.notes)
    return _exit_code(diff, fail_on)


def _print(diff: Any, form: str, limit: int | None) -> None:  # noqa: ANN401 - imported when it is used
    from tenantlint.comparing.diff_text import json_lines, text
    from tenantlint.quiet import stdout

    if form == "json":
        for piece in json_lines(diff, limit):
            stdout().buffer.write(piece)
    else:
        for line in text(diff, _LISTED if limit is None else limit):
            answer(line)
    diff.close()


def _exit_code(diff: Any, fail_on: str) -> int:  # noqa: ANN401 - likewise
    from tenantlint.cli.exit_codes import failing

    if diff.unread:
        return 3
    return 1 if any(diff.fresh[level] for level in failing(fail_on)) else 0
