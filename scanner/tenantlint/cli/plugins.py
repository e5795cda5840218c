"""``tenantlint plugins``."""

from __future__ import annotations

import inspect
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from tenantlint.cli.answering import answer
from tenantlint.cli.options import plugin_options
from tenantlint.sentences import visible_prose

if TYPE_CHECKING:
    from collections.abc import Collection

    from tenantlint.catalog import Catalog
    from tenantlint.wanted import Wanted


_KINDS = ("tables", "rules", "facts", "reports")


@click.command("plugins")
@click.option("--hooks", is_flag=True, help="List the hooks that a plugin may implement instead.")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
@plugin_options
def command(*, hooks: bool, form: str, wanted: Wanted) -> int:
    """List the plugins: name, version, API version, where each comes from, what it contributes, and by which hooks.

    \b
    Examples:
      tenantlint plugins
      tenantlint plugins --only-plugins tenantlint_acme
      tenantlint plugins --format json
      tenantlint plugins --hooks
    """  # noqa: D301 - \b is click's mark, not an escape
    from tenantlint.cli.columns import columns
    from tenantlint.plugins import load_plugins

    catalog = None if hooks else load_plugins(wanted)
    listed = _plugins(catalog) if catalog else _hooks()
    line = _line if catalog else _hook_line
    answer(_json(listed) if form == "json" else columns([line(each) for each in listed]))
    if catalog and form == "text":
        for told in _passed_over(catalog):
            answer(visible_prose(told))
    return 0


def _passed_over(catalog: Catalog) -> list[str]:
    """Say of each thing in rule files that is no rule why it is none, and of each query what it may leave out."""
    found = catalog.rule_files.items()
    return [
        *(f"{name} passes over {each.what}: {each.why}" for name, held in found for each in held.passed_over),
        *(f"{each.what} may leave out violations: {each.why}" for _, held in found for each in held.doubts),
    ]


def _plugins(catalog: Catalog) -> list[dict[str, Any]]:
    return [{**asdict(plugin), **_brought(catalog, plugin.name)} for plugin in catalog.plugins]


def _brought(catalog: Catalog, plugin: str) -> dict[str, list[str]]:
    """Return the names of what *plugin* contributes, by kind."""
    kinds: dict[str, Collection[str]] = {kind: getattr(catalog, kind) for kind in _KINDS}
    return {kind: sorted(name for name in names if catalog.origins[name] == plugin) for kind, names in kinds.items()}


def _line(plugin: dict[str, Any]) -> tuple[str, ...]:
    brought = [f"{len(plugin[kind])} {kind}" for kind in _KINDS if plugin[kind]]
    origin = f"{plugin['distribution']}: {plugin['origin']}" if plugin["distribution"] else plugin["origin"]
    known = (plugin["version"], plugin["api"], origin, ", ".join(brought), ", ".join(plugin["hooks"]))
    return (plugin["name"], *(visible_prose(cell) or "-" for cell in known))


def _json(value: object) -> str:
    import orjson

    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()


def _hooks() -> list[dict[str, Any]]:
    from tenantlint import hookspecs

    functions = [value for name, value in vars(hookspecs).items() if name.startswith("register_")]
    return [{"name": function.__name__, "description": inspect.getdoc(function) or ""} for function in functions]


def _hook_line(hook: dict[str, Any]) -> tuple[str, ...]:
    return hook["name"], hook["description"]
