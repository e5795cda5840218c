"""What Acme demands of its tenant: every hook, and a rule of each kind."""

from collections.abc import Iterable
from importlib.resources import files

from tenantlint import Fact, Rule, Table, contributions, hookimpl, rule_files, tables_in
from tenantlint_acme import rules
from tenantlint_acme.counting import Counting

TENANTLINT_API = "1.0"


@hookimpl
def register_queries() -> Iterable[Table]:
    """Return the table of this package, and those that its KQL rules judge."""
    return [*tables_in(files("tenantlint_acme") / "queries"), *rule_files(files(rules)).tables]


@hookimpl
def register_facts() -> Iterable[Fact]:
    """Return the fact."""
    return contributions(rules, Fact)


@hookimpl
def register_rules() -> Iterable[Rule]:
    """Return the rules in Python, KQL and YAML."""
    return [*contributions(rules, Rule), *rule_files(files(rules)).rules]


@hookimpl
def register_reports() -> list[Counting]:
    """Return the format."""
    return [Counting()]
