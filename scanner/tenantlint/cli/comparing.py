"""Options of the commands that compare nights, and what those are judged by."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tenantlint.cli.options import F, plugin_options

if TYPE_CHECKING:
    from tenantlint.cli.judging import Choices


def comparing_options(command: F) -> F:
    """Add by what snapshots are judged."""
    options = (
        click.option("--rule", "rule_ids", metavar="ID", multiple=True, help="Compare this rule only (repeatable)."),
        click.option("--edition", metavar="YYYY-MM", help="Judge snapshots by what was documented in this month."),
        click.option(
            "--config", metavar="FILE", type=click.Path(path_type=Path), help="Settings for snapshots, as for `check`."
        ),
        click.option(
            "--waivers", metavar="FILE", type=click.Path(path_type=Path), help="Waivers for snapshots, as for `check`."
        ),
    )
    for option in reversed(options):
        command = option(command)
    return plugin_options(command)


def choose_judging(**options: Any) -> Choices:  # noqa: ANN401 - the options that choose() types
    """Read those options; see ``cli.judging.choose``."""
    from tenantlint.cli.judging import choose

    return choose(**options, reports=(), fail_on="never", as_of=None)


def tell_notes(notes: list[str]) -> None:
    """Say on standard error what the user should know."""
    from tenantlint.sentences import visible_prose

    for note in notes:
        click.echo(f"note: {visible_prose(note)}", err=True)
