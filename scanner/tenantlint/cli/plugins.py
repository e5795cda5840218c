"""``tenantlint plugins``."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import click

from tenantlint.cli.options import plugin_options

if TYPE_CHECKING:
    from collections.abc import Collection

    from tenantlint.catalog import Catalog
    from tenantlint.wanted import Wanted


@click.command("plugins")
@click.option("--hooks", is_flag=True, help="List the hooks that a plugin may implement instead.")
@plugin_options
def command(*, hooks: bool, wanted: Wanted) -> int:
    """List the plugins: name, version, where each comes from, and what it contributes.

    \b
    Examples:
      tenantlint plugins
      tenantlint plugins --hooks
    """  # noqa: D301 - \b is click's mark, not an escape
    from tenantlint.cli.columns import columns
    from tenantlint.plugins import load_plugins

    click.echo(columns(_hooks() if hooks else _plugins(load_plugins(wanted))))
    return 0


def _plugins(catalog: Catalog) -> list[tuple[str, ...]]:
    kinds: dict[str, Collection[str]] = {
        "tables": catalog.tables,
        "rules": catalog.rules,
        "facts": catalog.facts,
        "reports": catalog.reports,
    }
    rows: list[tuple[str, ...]] = []
    for plugin in catalog.plugins:
        counts = {kind: sum(catalog.origins[name] == plugin.name for name in names) for kind, names in kinds.items()}
        said = ", ".join(f"{count} {kind}" for kind, count in counts.items() if count) or "nothing"
        rows.append((plugin.name, plugin.version or "-", plugin.origin, said))
    return rows


def _hooks() -> list[tuple[str, ...]]:
    from tenantlint import hookspecs

    functions = [value for name, value in vars(hookspecs).items() if name.startswith("register_")]
    return [(function.__name__, inspect.getdoc(function) or "") for function in functions]
