"""What a scan tells beside its reports: what the options and the settings did that nobody may have meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint.standing import is_demanded
from tenantlint.waivers.checks import of_unknown_rules
from tenantlint.waivers.file import too_long

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from tenantlint.cli.judging import Choices
    from tenantlint.comparing.baseline import BaselineStage
    from tenantlint.results import Summary

_MOST: Final = 5
"""Rules that are named."""


def notes_on(choices: Choices, summary: Summary, before: BaselineStage | None, today: date) -> list[str]:
    """Return what there is to tell; *today* is the day as of which was judged."""
    return [
        *choices.catalog.notes,
        *_of_rules_that_do_not_judge(choices, before),
        *_of_rules_without_plugins(choices),
        *of_unknown_rules(choices.waivers, choices.catalog),
        *_of_long_waivers(choices, today),
        *_of_exclusions(summary),
    ]


def _of_rules_that_do_not_judge(choices: Choices, before: BaselineStage | None) -> list[str]:
    """Warn of an upload by fewer rules than before: to GitHub, an alert that is not in it is fixed."""
    if choices.starts_over or not any(target.report.name == "sarif" for target in choices.targets):
        return []
    # Of a baseline only the rules are read that were named, if any were.
    left_out = before.unjudged if before and not choices.only else dict.fromkeys(_by_default(choices), 0)
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


def _of_long_waivers(choices: Choices, today: date) -> Iterable[str]:
    """Tell of waivers that were let through since the day that is judged may be long over."""
    found = list(too_long(choices.waivers, today, choices.max_days)) if choices.replays else []
    if found:
        days = f"more than {choices.max_days} days after {today}, the day that is judged"
        yield f"{len(found)} of the waivers expire {days}, such as {found[0].place}: a scan would refuse them"


def _of_exclusions(summary: Summary) -> Iterable[str]:
    """Tell what the settings left out: an exclusion that nothing fits is a mistake, or is no longer needed."""
    verdicts = {0: "nothing", 1: "1 verdict"}
    return (
        f"the settings leave out {verdicts.get(count, f'{count} verdicts')}: {why}"
        for why, count in summary.left_out.items()
    )
