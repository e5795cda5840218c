"""``tenantlint explain``."""

from __future__ import annotations

from pathlib import Path
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
@click.argument("rule", required=False)
@click.option(
    "--into",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Write the pages of all rules, or of this one, to this new folder, with a list of them, instead.",
)
@plugin_options
def command(*, rule: str | None, into: Path | None, wanted: Wanted) -> int:
    """Show the page of a RULE: what it demands, why, how to fix it, what it cannot see, and the documents behind it.

    \b
    Examples:
      tenantlint explain too-many-data-disks
      tenantlint explain --into docs/rules
      tenantlint explain --into docs/rules --only-plugins tenantlint_acme
    """  # noqa: D301 - \b is click's mark, not an escape
    from tenantlint.plugins import load_plugins

    if rule is None and into is None:
        raise click.UsageError("name a rule, or a folder for the pages of all rules: --into DIR")
    found = load_plugins(wanted).select([rule] if rule else [])
    if into is None:
        answer("\n".join(page(found[0])))
    else:
        _write(found, into)
    return 0


def _write(rules: list[Rule], into: Path) -> None:
    from tenantlint.folders import new_folder

    texts = {f"{rule.id}.md": page(rule) for rule in rules}
    listed = [f"- [`{rule.id}`]({rule.id}.md): {rule.page.title}" for rule in rules]
    with new_folder(into, "pages") as folder:
        for name, lines in {**texts, "README.md": ("# Rules", "", *listed)}.items():
            (folder / name).write_text("\n".join([*lines, ""]), "utf-8", newline="\n")
    answer(f"wrote the pages of {len(rules)} rules to {into}")


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
