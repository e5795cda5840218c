"""The half that ``scan`` and ``check`` share: judge a snapshot, report, choose the exit code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from tenantlint.checking import check
from tenantlint.cli.options import exit_code, targets
from tenantlint.cli.progress import progress
from tenantlint.config import load_config, rule_settings
from tenantlint.errors import UsageError
from tenantlint.plugins import load_plugins
from tenantlint.sentences import visible_prose
from tenantlint.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from tenantlint.catalog import Catalog
    from tenantlint.checking import Target
    from tenantlint.rules import Rule
    from tenantlint.snapshot import Snapshot


@dataclass(frozen=True)
class Choices:
    """What the user chose, checked before anything is read: a typing error costs seconds, not a scan."""

    catalog: Catalog
    rules: list[Rule]
    targets: list[Target]
    settings: Mapping[str, Mapping[str, object]]
    fail_on: str
    as_of: datetime | None


def choose(  # noqa: PLR0913 - one parameter per option
    *,
    rule_ids: tuple[str, ...],
    reports: tuple[str, ...],
    fail_on: str,
    as_of: datetime | None,
    config: Path | None,
    plugin_files: tuple[Path, ...],
    without: tuple[str, ...],
) -> Choices:
    """Load the plugins and read the options. Raises ``TenantlintError``."""
    catalog = load_plugins(plugin_files, without)
    rules = catalog.select(rule_ids)
    if not rules:
        raise UsageError("there is no rule to judge by", hint="leave less out: --without names every plugin with rules")
    settings = rule_settings(load_config(config), catalog.rules)
    chosen = {rule.id: settings[rule.id] for rule in rules}
    return Choices(catalog, rules, targets(reports, catalog), chosen, fail_on, as_of)


def _of_chosen_rules(choices: Choices) -> list[str]:
    """Warn of an upload by some of the rules: to GitHub, an alert that is not in it is fixed."""
    chosen, known = len(choices.rules), len(choices.catalog.rules)
    if chosen == known or not any(target.report.name == "sarif" for target in choices.targets):
        return []
    return [f"the sarif report is of {chosen} of {known} rules: uploading it closes the alerts of all the others"]


def judge(snapshot: Snapshot, choices: Choices) -> int:
    """Judge *snapshot*, write the reports, tell what they leave out; return the exit code."""
    with progress() as tell:
        summary, notes = check(
            snapshot,
            choices.catalog,
            choices.rules,
            choices.targets,
            settings=Settings(choices.settings),
            now=choices.as_of or snapshot.manifest.ended_at,
            progress=tell,
        )
    for note in [*notes, *_of_chosen_rules(choices)]:
        click.echo(f"note: {visible_prose(note)}", err=True)
    return exit_code(summary, choices.fail_on)
