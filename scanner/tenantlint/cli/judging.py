"""The half that ``scan`` and ``check`` share: judge a snapshot, report, choose the exit code."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tenantlint.checking import check
from tenantlint.cli.accepting import accepted_in, stage_of
from tenantlint.cli.exit_codes import exit_code
from tenantlint.cli.locating import NO_PLACES, Places, choose_places
from tenantlint.cli.notes import notes_on
from tenantlint.cli.options import NEW, NO_NIGHT
from tenantlint.cli.progress import progress
from tenantlint.cli.targets import targets
from tenantlint.config import load_config, read_edition, read_max_days, read_settings
from tenantlint.errors import UsageError
from tenantlint.isolation.plan import NO_ISOLATION, Isolation, isolate
from tenantlint.manifest import About
from tenantlint.nights.files import open_night
from tenantlint.nights.snapshots import Judging
from tenantlint.plugins import load_plugins
from tenantlint.selection import effective, select, speaking_of
from tenantlint.sentences import visible_prose
from tenantlint.sources.places import FirstOf
from tenantlint.waivers.file import told_of
from tenantlint.waivers.stage import WaiverStage

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tenantlint.catalog import Catalog
    from tenantlint.checking import Target
    from tenantlint.comparing.baseline import BaselineStage
    from tenantlint.findings import Stage
    from tenantlint.rules import Rule
    from tenantlint.settings import Settings
    from tenantlint.snapshot import Snapshot
    from tenantlint.tables import Table
    from tenantlint.waivers.waiver import Waiver
    from tenantlint.wanted import Wanted


@dataclass(frozen=True)
class Choices:
    """What the user chose, checked before anything is read: a typing error costs seconds, not a scan.

    No waiver may hold for more than ``max_days`` after the day as of which is judged, unless that is of a snapshot that
    was kept (``replays``): the file may be of a later day. ``baseline`` is a night that is
    compared with; ``starts_over`` says that there was none. ``only`` are the rules that the user named, if any.
    """

    catalog: Catalog
    rules: list[Rule]
    targets: list[Target]
    settings: Settings
    fail_on: str
    as_of: datetime | None
    waivers: tuple[Waiver, ...]
    max_days: int
    baseline: Path | None = None
    only: frozenset[str] = frozenset()
    places: Places = NO_PLACES
    starts_over: bool = False
    violations_first: bool = False
    replays: bool = False
    isolation: Isolation = NO_ISOLATION

    @property
    def tables(self) -> list[Table]:
        """The tables that are needed."""
        return self.catalog.needed_tables(self.rules, self.settings.tables)

    @property
    def about(self) -> About:
        """What a snapshot says of the run that took it."""
        return About(self.catalog.versions, effective(self.rules, self.settings))

    @property
    def judging(self) -> Judging:
        """By what earlier nights are judged: as this one, each as of its own time."""
        return Judging(self.rules, self.catalog.facts, self.settings, self._accepted, self.only, self.isolation)

    def _accepted(self, snapshot: Snapshot, now: datetime) -> list[WaiverStage]:
        return [WaiverStage(self.waivers, snapshot, now.astimezone(UTC).date())] if self.waivers else []


def choose_rules(
    catalog: Catalog, rule_ids: tuple[str, ...], config: Path | None, edition: str | None
) -> tuple[list[Rule], Settings]:
    """Return the rules that judge, and how they do. Raises ``TenantlintError``."""
    catalog.select(rule_ids)  # what is typed comes before what is in a file
    settings = read_settings(load_config(config), catalog, None if edition is None else read_edition(edition))
    rules = select(catalog, rule_ids, settings)
    if not rules:
        hint = "leave less out, switch on more, or ask for a later --edition"
        raise UsageError("there is no rule to judge by", hint=hint)
    return rules, replace(settings, exclusions=speaking_of(rules, settings.exclusions))


def choose(  # noqa: PLR0913 - one parameter per option
    *,
    rule_ids: tuple[str, ...],
    reports: tuple[str, ...],
    fail_on: str,
    as_of: datetime | None,
    edition: str | None,
    config: Path | None,
    waivers: Path | None,
    baseline: Path | str | None = None,
    violations_first: bool = False,
    replays: bool = False,
    inventory: Path | None = None,
    source_map: tuple[Path, ...] = (),
    source_root: Path | None = None,
    wanted: Wanted,
) -> Choices:
    """Load the plugins and read the options. Raises ``TenantlintError``."""
    catalog = load_plugins(wanted)
    rules, settings = choose_rules(catalog, rule_ids, config, edition)
    accepted = accepted_in(waivers, catalog)
    chosen = targets(reports, catalog)
    places = choose_places(inventory, source_map, source_root)
    said = load_config(config)
    longest = read_max_days(said)
    settings = replace(settings, waivers=told_of(waivers, accepted, longest))
    if fail_on in NEW and not baseline:
        raise UsageError(f"--fail-on {fail_on}: new since when?", hint="give --baseline FILE|DIR, too")
    night, none = (None, True) if baseline == NO_NIGHT else (Path(baseline) if baseline else None, False)
    if none:
        fail_on = fail_on.removeprefix("new-")  # all is new
    choices = Choices(
        catalog=catalog,
        rules=rules,
        targets=chosen,
        settings=settings,
        fail_on=fail_on,
        as_of=as_of,
        waivers=accepted,
        max_days=longest,
        baseline=night,
        only=frozenset(rule_ids),
        places=places,
        starts_over=none,
        violations_first=violations_first,
        replays=replays,
        isolation=isolate(catalog, rules, wanted, said, settings.edition),
    )
    if night:
        open_night(night, choices.judging)
    return choices


def _baseline(
    snapshot: Snapshot, choices: Choices, accepting: WaiverStage | None, tell: Callable[[str], None]
) -> BaselineStage | None:
    if choices.baseline is None:
        return None
    from tenantlint.comparing.baseline import BaselineStage

    tell("reading the baseline")
    return BaselineStage(open_night(choices.baseline, choices.judging), snapshot, choices.judging, accepting)


def judge(snapshot: Snapshot, choices: Choices) -> int:
    """Judge *snapshot*, write the reports, tell what they leave out; return the exit code."""
    now = choices.as_of or snapshot.manifest.ended_at
    accepting = stage_of(choices, snapshot, now) if choices.waivers else None
    is_whole = len(choices.rules) == len(select(choices.catalog, (), choices.settings))
    with progress() as tell, choices.places.open(snapshot, choices.rules, is_whole=is_whole) as locators:
        before = _baseline(snapshot, choices, accepting, tell)
        marking: Stage | None = before or accepting
        summary, notes = check(
            snapshot,
            choices.catalog,
            choices.rules,
            choices.targets,
            settings=choices.settings,
            now=now,
            stages=[*([marking] if marking else []), *locators],
            places=FirstOf(locators),
            everything=before is not None,
            starts_over=choices.starts_over,
            isolation=choices.isolation,
            progress=tell,
        )
    for note in [*notes, *notes_on(choices, summary, before, now.astimezone(UTC).date())]:
        click.echo(f"note: {visible_prose(note)}", err=True)
    fresh = before.fresh if before else None
    return exit_code(summary, choices.fail_on, fresh, violations_first=choices.violations_first)
