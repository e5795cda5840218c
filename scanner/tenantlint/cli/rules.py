"""``tenantlint rules``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tenantlint.cli.options import plugin_options

if TYPE_CHECKING:
    from pathlib import Path


@click.command("rules")
@plugin_options
def command(*, plugin_files: tuple[Path, ...], without: tuple[str, ...]) -> int:
    """List the rules: their worst level, id, the table that they judge, and what they demand.

    \b
    Examples:
      tenantlint rules
      tenantlint rules --plugin ./my_rule.py
    """  # noqa: D301 - \b is click's mark, not an escape
    from tenantlint.cli.columns import columns
    from tenantlint.plugins import load_plugins

    catalog = load_plugins(plugin_files, without)
    rules = (catalog.rules[name] for name in sorted(catalog.rules))
    click.echo(columns([(rule.level, rule.id, rule.on, rule.page.title) for rule in rules]))
    return 0
