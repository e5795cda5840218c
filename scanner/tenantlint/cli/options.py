"""Options that several commands share, and what they stand for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar, cast

import click

from tenantlint.quiet import take_stdout
from tenantlint.wanted import Wanted

F = TypeVar("F", bound=Callable[..., Any])

NEW = ("new-error", "new-warning", "new-note")
NO_NIGHT = "none"
FAIL_ON = ("error", "warning", "note", "never", *NEW)


def plugin_options(command: F) -> F:
    """Add ``--plugin``, ``--rules``, ``--without`` and ``--only-plugins``; *command* gets them as one: ``wanted``."""

    @wraps(command)
    def wanting(
        plugin_files: tuple[Path, ...],
        rule_files: tuple[str, ...],
        without: tuple[str, ...],
        only: tuple[str, ...],
        **others: Any,  # noqa: ANN401 - any command's
    ) -> Any:  # noqa: ANN401 - as above
        take_stdout()
        names = tuple(name.strip() for listed in only for name in listed.split(","))
        return command(wanted=Wanted(plugin_files, without, names, rule_files), **others)

    wanted = cast("F", wanting)
    for option in reversed(_plugins()):
        wanted = option(wanted)
    return wanted


def _plugins() -> tuple[Callable[[F], F], ...]:
    """Return the options that say which plugins are loaded."""
    return (
        click.option(
            "--plugin",
            "plugin_files",
            metavar="FILE.py",
            type=click.Path(path_type=Path),
            multiple=True,
            help="Load the rules in this Python file, too.",
        ),
        click.option(
            "--rules",
            "rule_files",
            metavar="[NAME=]PATH",
            multiple=True,
            help="Load the KQL and YAML rules in this file or folder, too; a folder may be laid out as APRL is.",
        ),
        click.option(
            "--without",
            metavar="NAME",
            multiple=True,
            help="Leave out a plugin or a rule, even one that cannot be loaded.",
        ),
        click.option(
            "--only-plugins",
            "only",
            metavar="NAME",
            multiple=True,
            help="Load no other plugins than these (repeatable, or with commas) and tenantlint's own.",
        ),
    )


def judging_options(command: F) -> F:
    """Add what ``scan`` and ``check`` have in common."""
    command = settings_options(command)
    for option in reversed([*_reporting(), *_accepting(), *_locating()]):
        command = option(command)
    return command


def _reporting() -> tuple[Callable[[F], F], ...]:
    """Return the options that say which rules judge, what is written, and what fails."""
    return (
        click.option("--rule", "rule_ids", metavar="ID", multiple=True, help="Judge by this rule only (repeatable)."),
        click.option(
            "--report",
            "reports",
            metavar="FORMAT=PATH",
            multiple=True,
            help="Write a report (repeatable); formats: text, markdown, sarif, sarif-full, json, csv, junit. "
            "PATH - is standard output.",
        ),
        click.option(
            "--fail-on",
            metavar="LEVEL",
            type=click.Choice(FAIL_ON),
            default="warning",
            show_default=True,
            help="The lowest level of a violation that makes the exit code 1: error, warning, note or never; "
            "new-error, new-warning, new-note: of one that the baseline does not have, or has at a milder level.",
        ),
        click.option(
            "--violations-first",
            is_flag=True,
            help="Let exit code 1 outrank 3: an incomplete scan ends with 3 only if it found nothing at or above "
            "--fail-on.",
        ),
    )


def _accepting() -> tuple[Callable[[F], F], ...]:
    """Return the options that say what was found and accepted before, and as of when."""
    return (
        click.option(
            "--baseline",
            metavar="FILE|DIR|none",
            callback=_night,
            help="Mark what is new since this snapshot, or this json or sarif-full report of an earlier run; none: "
            "there was no earlier run, all is new, and nothing is left out of an upload for the sake of older alerts.",
        ),
        click.option(
            "--as-of", metavar="TIME", callback=_moment, help="Judge as of this RFC 3339 time, not the snapshot's."
        ),
        click.option(
            "--waivers",
            metavar="FILE",
            type=click.Path(path_type=Path),
            help="Accept the violations that this file names, not those in ./waivers.toml.",
        ),
    )


def _locating() -> tuple[Callable[[F], F], ...]:
    """Return the options that say where alerts point."""
    return (
        click.option(
            "--inventory",
            metavar="DIR",
            type=click.Path(path_type=Path),
            help="Write every resource with an open violation to this folder, as JSON to commit; alerts point into it.",
        ),
        click.option(
            "--source-map",
            metavar="FILE|DIR",
            type=click.Path(path_type=Path),
            multiple=True,
            help="Point alerts at the code that declares the resource (repeatable): Terraform states and files, Bicep "
            "files, ARM templates, or folders of them.",
        ),
        click.option(
            "--source-root",
            metavar="DIR",
            type=click.Path(path_type=Path),
            help="The root of the repository that alerts point into; by default the working directory.",
        ),
    )


def settings_options(command: F) -> F:
    """Add what says which rules judge and how: ``--edition``, ``--config`` and those for plugins."""
    edition = click.option(
        "--edition",
        metavar="YYYY-MM",
        help="Judge by what the documentation stated in this month (2018-12), not by what it states today.",
    )
    config = click.option(
        "--config",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="Read this file instead of ./tenantlint.toml, or [tool.tenantlint] in ./pyproject.toml.",
    )
    return edition(config(plugin_options(command)))


def _night(ctx: click.Context, option: click.Parameter, value: str | None) -> Path | str | None:
    """Return the path of a night, or the word that there was none; a file of that name is ``./none``."""
    del ctx, option
    return value if value in (None, NO_NIGHT) else Path(value)


def _moment(ctx: click.Context, option: click.Parameter, value: str | None) -> datetime | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise click.BadParameter(f"{value!r} is not a time such as 2026-11-20T02:00:00Z", ctx, option) from error
