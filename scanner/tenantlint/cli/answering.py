"""What a command answers, on the standard output that plugins do not have."""

from __future__ import annotations

import click

from tenantlint.quiet import stdout


def answer(text: str | bytes, *, nl: bool = True) -> None:
    """Print *text*."""
    click.echo(text, file=stdout(), nl=nl)
