"""``tenantlint doctor``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tenantlint.cli.answering import answer
from tenantlint.cli.azure import azure_options, choose_azure, is_live, say
from tenantlint.cli.options import settings_options
from tenantlint.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from tenantlint.catalog import Catalog
    from tenantlint.cli.azure import AzureChoices
    from tenantlint.cli.diagnosis import Diagnosis
    from tenantlint.rules import Rule
    from tenantlint.settings import Settings
    from tenantlint.wanted import Wanted


@click.command("doctor")
@click.option(
    "--graph", metavar="azure|URL", default="azure", show_default=True, help="Examine Azure, or `tenantlint serve`."
)
@azure_options
@click.option("--rule", "rule_ids", metavar="ID", multiple=True, help="Only what this rule needs (repeatable).")
@click.option(
    "--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True, help="What to print."
)
@settings_options
def command(  # noqa: PLR0913 - one parameter per option
    *,
    graph: str,
    rule_ids: tuple[str, ...],
    form: str,
    edition: str | None,
    config: Path | None,
    wanted: Wanted,
    **azure: Any,  # noqa: ANN401 - the options that choose_azure() types
) -> int:
    """Tell what a scan of Azure could read, and what is missing for it.

    Who is signed in, which subscriptions and tables can be read, which rules suffer where they cannot, and how long a
    scan will take. One small request a query; nothing is written. The exit code is 0 where a scan would be complete.

    \b
    Examples:
      tenantlint doctor
      tenantlint doctor --auth github-oidc --management-group corp --format json
      tenantlint doctor --rule unprotected-vm --subscription 1f0c7a52-93be-4c6d-8a17-5b2e64d9c003
    """  # noqa: D301 - \b is click's mark, not an escape
    from tenantlint.cli.diagnosis import as_json, as_text
    from tenantlint.cli.judging import choose_rules
    from tenantlint.plugins import load_plugins

    if not is_live(graph):
        raise UsageError(f"{graph!r} is no service", hint="doctor examines --graph azure or the URL of a local one")
    catalog = load_plugins(wanted)
    rules, settings = choose_rules(catalog, rule_ids, config, edition)
    found = diagnose(choose_azure(graph, **azure), catalog, rules, settings)
    answer(as_json(found) if form == "json" else as_text(found), nl=False)
    return 0 if found.examination.complete else 3


def diagnose(choices: AzureChoices, catalog: Catalog, rules: list[Rule], settings: Settings) -> Diagnosis:
    """Ask what a scan by *rules* could read, and what the exclusions of *settings* look into."""
    from tenantlint.cli.diagnosis import Diagnosis
    from tenantlint.cli.progress import progress
    from tenantlint.graph.azure.access import reach
    from tenantlint.graph.azure.examine import examine
    from tenantlint.populations import with_populations

    needs = {rule.id: _needs(catalog, rule, settings) for rule in rules}
    with progress() as tell, reach(choices.access, say) as session:
        tables = with_populations(catalog.needed_tables(rules, settings.tables))
        found = examine(session.sender, choices.choice, tables, tell)
        tell("")
    return Diagnosis(session.identity, choices.access.cloud.name, session.tenant_id, found, needs)


def _needs(catalog: Catalog, rule: Rule, settings: Settings) -> frozenset[str]:
    """Return the tables that *rule* needs, and those that exclusions from it look into."""
    from tenantlint.populations import with_populations

    also = (name for exclusion in settings.exclusions if exclusion.speaks_of(rule.id) for name in exclusion.has)
    return frozenset(table.name for table in with_populations(catalog.needed_tables([rule], also)))
