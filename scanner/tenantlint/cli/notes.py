"""What the user is told beside the reports of a scan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantlint.selection import select

if TYPE_CHECKING:
    from tenantlint.cli.judging import Choices
    from tenantlint.results import Summary


def notes_on(choices: Choices, summary: Summary) -> list[str]:
    """Return what there is to say of what the user chose."""
    return [*_of_chosen_rules(choices), *_of_rules_without_plugins(choices), *_of_exclusions(summary)]


def _of_chosen_rules(choices: Choices) -> list[str]:
    """Warn of an upload by some of the rules: to GitHub, an alert that is not in it is fixed."""
    chosen, known = len(choices.rules), len(select(choices.catalog, (), choices.settings))
    if chosen == known or not any(target.report.name == "sarif" for target in choices.targets):
        return []
    return [f"the sarif report is of {chosen} of {known} rules: uploading it closes the alerts of all the others"]


def _of_rules_without_plugins(choices: Choices) -> list[str]:
    """Tell of settings that may be those of a plugin that was left out, or a typing error."""
    return [
        f"the settings of {rule!r} do nothing: no plugin that is loaded has this rule"
        for rule in choices.settings.passed_over
    ]


def _of_exclusions(summary: Summary) -> list[str]:
    """Tell what the settings left out: an exclusion that nothing fits is a mistake, or is no longer needed."""
    verdicts = {0: "nothing", 1: "1 verdict"}
    return [
        f"the settings leave out {verdicts.get(count, f'{count} verdicts')}: {why}"
        for why, count in summary.left_out.items()
    ]
