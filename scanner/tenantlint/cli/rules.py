"""``tenantlint rules``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tenantlint.cli.answering import answer
from tenantlint.cli.options import plugin_options

if TYPE_CHECKING:
    from tenantlint.rules import Rule
    from tenantlint.wanted import Wanted


@click.command("rules")
@plugin_options
def command(*, wanted: Wanted) -> int:
    """List the rules: their worst level, id, topic, the table that they judge, and what they demand.

    A level in brackets is that of a rule which judges only where the settings enable it or --rule names it.

    \b
    Examples:
      tenantlint rules
      tenantlint rules --plugin ./my_rule.py
    """  # noqa: D301 - \b is click's mark, not an escape
    from tenantlint.cli.columns import columns
    from tenantlint.plugins import load_plugins
    from tenantlint.sentences import visible_prose

    catalog = load_plugins(wanted)
    rules = (catalog.rules[name] for name in sorted(catalog.rules))
    for note in catalog.notes:
        click.echo(f"note: {visible_prose(note)}", err=True)
    answer(columns([(_level(rule), rule.id, rule.topic or "-", rule.on, rule.page.title) for rule in rules]))
    return 0


def _level(rule: Rule) -> str:
    return rule.level if rule.enabled else f"({rule.level})"
