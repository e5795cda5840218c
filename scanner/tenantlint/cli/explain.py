"""``tenantlint explain``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from tenantlint.cli.answering import answer
from tenantlint.cli.options import plugin_options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenantlint.history import Edition, Stance
    from tenantlint.rules import Rule, Visibility
    from tenantlint.wanted import Wanted


@click.command("explain")
@click.argument("rule")
@plugin_options
def command(*, rule: str, wanted: Wanted) -> int:
    """Show the page of a RULE: what it demands, why, how to fix it, what it cannot see, and the documents behind it.

    \b
    Examples:
      tenantlint explain too-many-data-disks
    """  # noqa: D301 - \b is click's mark, not an escape
    from tenantlint.plugins import load_plugins

    (found,) = load_plugins(wanted).select([rule])
    answer("\n".join(page(found)))
    return 0


def page(rule: Rule) -> Iterator[str]:
    """Yield the lines of a rule's page, as Markdown."""
    yield from (f"# {rule.id}", "", rule.page.title, "")
    yield f"Judges `{rule.on}`; worst level: {rule.level}{_asides(rule)}."
    for heading, text in (("Why", rule.page.why), ("Fix", rule.page.fix), ("Limits", rule.page.limits)):
        if text:
            yield from ("", f"## {heading}", "", text)
    if len(rule.history) > 1:
        yield from ("", "## History", "")
        yield from map(_told, rule.history)
    if rule.limits:
        yield from ("", "## Thresholds", "")
        for name, dated in rule.limits.items():
            yield from (f"- `{name}`: {value} since {month}" for month, value in dated.history)
    if rule.settings:
        yield from ("", "## Settings", "")
        yield from (f"- `[rules.{rule.id}.{setting.name}]`: {setting.description}" for setting in rule.settings)
    if rule.controls:
        yield from ("", "## Controls", "")
        yield from (f"- `{each.tag}`: {each.title} ({each.taxonomy.title})" for each in rule.controls)
    yield from ("", "## Documents", "")
    yield from (f"- [{source.title}]({source.url}), {source.dated}" for source in rule.sources)


_SEEN: Final[dict[Visibility, str]] = {
    "full": "",
    "partial": "; what decides can be seen of some resources only",
    "none": "; what decides cannot be seen, only hints of it",
}
_STANCES: Final[dict[Stance, str]] = {"in-force": "states it", "relaxed": "relaxes it", "obsolete": "lifts it"}


def _asides(rule: Rule) -> str:
    return _SEEN[rule.visibility] + ("" if rule.enabled else "; judges only where it is enabled")


def _told(edition: Edition) -> str:
    note = f": {edition.note}" if edition.note else ""
    return f"- {edition.document.date}: '{edition.document.title}' {_STANCES[edition.stance]}{note}"
