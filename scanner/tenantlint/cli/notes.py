"""What a scan tells beside its reports: what the options and the settings did that nobody may have meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint.standing import is_demanded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tenantlint.baseline import BaselineStage
    from tenantlint.cli.judging import Choices
    from tenantlint.results import Summary

_MOST: Final = 5
"""Rules that are named."""


def notes_of(choices: Choices, summary: Summary, before: BaselineStage | None) -> list[str]:
    """Return what there is to tell."""
    return [
        *_of_rules_that_do_not_judge(choices, before),
        *_of_rules_without_plugins(choices),
        *_of_exclusions(summary),
    ]


def _of_rules_that_do_not_judge(choices: Choices, before: BaselineStage | None) -> list[str]:
    """Warn of an upload by fewer rules than before: to GitHub, an alert that is not in it is fixed."""
    if choices.starts_over or not any(target.report.name == "sarif" for target in choices.targets):
        return []
    if before is None or choices.only:  # of a baseline, only the rules that were named are read
        left_out = dict.fromkeys(_by_default(choices), 0)
    else:
        left_out = dict(before.unjudged)
    return [f"the sarif report leaves out {_named(left_out)}: uploading it closes their alerts"] if left_out else []


def _by_default(choices: Choices) -> list[str]:
    """Return the rules that would judge if nobody had said anything, and do not."""
    judging = {rule.id for rule in choices.rules}
    known = (rule.id for rule in choices.catalog.rules.values() if rule.enabled and is_demanded(rule, None))
    return sorted({*known, *choices.catalog.without} - judging)


def _named(rules: Mapping[str, int]) -> str:
    """Name the rules, those with most violations first."""
    worst = sorted(rules.items(), key=lambda each: (-each[1], each[0]))
    named = [f"{rule} ({count} in the baseline)" if count else rule for rule, count in worst[:_MOST]]
    return ", ".join(named) + (f" and {len(worst) - _MOST} more" if len(worst) > _MOST else "")


def _of_rules_without_plugins(choices: Choices) -> Iterable[str]:
    """Tell of settings that may be those of a plugin that was left out, or a typing error."""
    return (
        f"the settings of {rule!r} do nothing: no plugin that is loaded has this rule"
        for rule in choices.settings.passed_over
    )


def _of_exclusions(summary: Summary) -> Iterable[str]:
    """Tell what the settings left out: an exclusion that nothing fits is a mistake, or is no longer needed."""
    verdicts = {0: "nothing", 1: "1 verdict"}
    return (
        f"the settings leave out {verdicts.get(count, f'{count} verdicts')}: {why}"
        for why, count in summary.left_out.items()
    )
