"""``tenantlint waive``."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tenantlint.cli.answering import answer
from tenantlint.cli.options import plugin_options
from tenantlint.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from tenantlint.waivers.writing import WaiverDraft
    from tenantlint.wanted import Wanted


def _day(ctx: click.Context, option: click.Parameter, value: str | None) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is not a date such as 2027-01-31", ctx, option) from error


@click.command("waive")
@click.option("--rule", metavar="ID", help="Accept violations of this rule …")
@click.option("--resource", metavar="ID", help="… by this resource,")
@click.option("--resource-group", metavar="ID", help="or by all in this resource group,")
@click.option("--subscription", metavar="ID", help="or by all in this subscription,")
@click.option("--tag", metavar="NAME=VALUE", help="or by all with this tag.")
@click.option("--part", metavar="PART", help="Accept only this part of what the rule finds (a region, a disk).")
@click.option("--reason", metavar="TEXT", help="Why this is accepted.")
@click.option("--owner", metavar="TEXT", help="Who answers for it.")
@click.option("--expires", metavar="YYYY-MM-DD", callback=_day, help="The last day (UTC) on which it is accepted.")
@click.option("--days", type=click.IntRange(1, 36_525), help="Accept it for so many days from today instead.")
@click.option(
    "--import-exemptions",
    "exemptions",
    metavar="COPY_OR_FILE",
    type=click.Path(path_type=Path),
    help="Accept what Azure Policy exempts, as a tenant copy or a file with PolicyResources says.",
)
@click.option(
    "--waivers",
    metavar="FILE",
    type=click.Path(path_type=Path),
    default=Path("waivers.toml"),
    show_default=True,
    help="The file to add to.",
)
@click.option("--config", metavar="FILE", type=click.Path(path_type=Path), help="Settings, as for `scan`.")
@plugin_options
def command(
    *,
    days: int | None,
    exemptions: Path | None,
    waivers: Path,
    config: Path | None,
    wanted: Wanted,
    **given: Any,  # noqa: ANN401 - text, but for `expires`
) -> int:
    """Accept violations of a rule for a time: add a waiver to ./waivers.toml.

    `scan` and `check` read that file. What is accepted is still reported, as waived, and does not count for --fail-on;
    when the waiver expires, the violation is open again. What is in the file stays as it is. Unlike every other
    command this one asks the clock of this machine: --days counts from today (UTC), and so does the longest time that
    can be waived, 366 days unless the settings say otherwise.

    With --import-exemptions, exemptions of Azure Policy's built-in definitions become waivers of the rules that demand
    the same; --owner is for those that do not tell who requested them.

    \b
    Examples:
      tenantlint waive --rule unprotected-vm --tag env=dev --reason "rebuilt every night" --owner "web team" --days 90
      tenantlint capture ./copy --graph azure --table PolicyResources
      tenantlint waive --import-exemptions ./copy --owner "platform team"
    """  # noqa: D301 - \b is click's mark, not an escape
    from tenantlint.config import load_config, read_max_days
    from tenantlint.plugins import load_plugins
    from tenantlint.waivers.writing import WaiverDraft

    today = datetime.now(UTC).date()
    max_days = read_max_days(load_config(config))
    table = {key: value for key, value in given.items() if value is not None}
    draft = WaiverDraft(waivers, load_plugins(wanted), today, max_days)
    if exemptions:
        if days or table.keys() - {"owner"}:
            raise UsageError("--import-exemptions takes rules, scopes and days from the exemptions", hint=_ALONE)
        _import(draft, exemptions, table.get("owner", ""), today, max_days)
        return 0
    draft.add(_with_expiry(table, days, today), _option)
    answer(f"added to {waivers}:\n\n{draft.write()}")
    return 0


_ALONE = "of the other options only --owner, --waivers, --config, --plugin and --without go with it"


def _with_expiry(table: dict[str, Any], days: int | None, today: date) -> dict[str, Any]:
    if days is None:
        return table
    if "expires" in table:
        raise UsageError("--expires and --days both say until when", hint="give one of them")
    return {**table, "expires": today + timedelta(days=days)}


def _option(key: str) -> str:
    return f"--{key.replace('_', '-')}" if key else "this"


def _import(draft: WaiverDraft, source: Path, owner: str, today: date, max_days: int) -> None:
    from tenantlint.waivers.exemptions import exempted
    from tenantlint.waivers.policy_rows import read_policies

    policies = read_policies(source)
    for said in policies.unread:
        _say(f"note: {said}")
    added: set[str] = set()
    for found in exempted(policies, owner, today, max_days):
        problem = found.problem
        try:
            if not problem:
                waiver = draft.add(found.table, lambda key: key or "the exemption")
                added.add(found.id)
                note = f" ({found.note})" if found.note else ""
                _say(f"imported for {waiver.rule}, until {waiver.expires}: {found.id}{note}")
        except ConfigError as error:
            problem = str(error)
        if problem:
            _say(f"not imported: {found.id}: {problem}")
    draft.write()
    count = f"{len(added)} of {len(policies.exemptions)} exemptions"
    _say(f"{count} added to {draft.path}; those that are not listed are from other definitions")


def _say(text: str) -> None:
    from tenantlint.sentences import visible_prose

    answer(visible_prose(text))
