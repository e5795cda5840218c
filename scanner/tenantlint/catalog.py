"""Everything that plugins contribute, by name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeVar

from tenantlint.errors import PluginError
from tenantlint.names import no_such
from tenantlint.plugin_checks import OURS
from tenantlint.prefixes import check_prefixes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tenantlint.errors import UsageError
    from tenantlint.reports import Report
    from tenantlint.rule_files.found import RuleFiles
    from tenantlint.rules import Fact, Rule
    from tenantlint.tables import Table

HOST_TABLES = ("subscriptions",)
"""Tables that every scan collects: reports name subscriptions."""


class _Contribution(Protocol):
    @property
    def module(self) -> str: ...


Item = TypeVar("Item", bound=_Contribution)


@dataclass(frozen=True, slots=True)
class Plugin:
    """A plugin that was loaded: its name, the version of its distribution (empty for a file) and where it is.

    ``api`` is the version of the public API that it declares, ``hooks`` are those that it implements.
    """

    name: str
    version: str
    origin: str
    distribution: str = ""
    api: str = ""
    hooks: tuple[str, ...] = ()


@dataclass
class Catalog:
    """What the loaded plugins contribute; ``origins`` maps each name to the plugin that brought it.

    ``rule_files`` are those of ``--rules``, by the names that they go by. ``without`` names what the user left out;
    where ``lacks_plugins``, some of it is plugins, and nobody knows what they would have brought.
    """

    plugins: list[Plugin] = field(default_factory=list)
    tables: dict[str, Table] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)
    facts: dict[str, Fact] = field(default_factory=dict)
    reports: dict[str, Report] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    rule_files: dict[str, RuleFiles] = field(default_factory=dict)
    without: frozenset[str] = frozenset()
    lacks_plugins: bool = False

    @property
    def versions(self) -> dict[str, str]:
        """The versions of the plugins by name."""
        return {plugin.name: plugin.version for plugin in self.plugins}

    @property
    def skipped(self) -> frozenset[str]:
        """What of the rule files is broken, and was left out for that."""
        return frozenset[str]().union(*(each.skipped for each in self.rule_files.values()))

    @property
    def notes(self) -> list[str]:
        """Say in words what of the rule files is no rule, and what may not find all that it is about."""
        found = self.rule_files.items()
        passed_over = [f"passed over in the rule files {name!r}: {each.told}" for name, each in found if each.told]
        return passed_over + [
            f"queries of {name!r} may leave out violations: {each.doubted}; `tenantlint plugins` says why"
            for name, each in found
            if each.doubts
        ]

    def may_lack(self, name: str) -> bool:
        """Tell whether *name* was left out, or may be what a plugin that was left out would have brought."""
        return name in self.without or (self.lacks_plugins and name not in self.origins)

    def add(self, kind: dict[str, Item], name: str, item: Item, plugin: str) -> None:
        """Add *item* to one of the dictionaries.

        Raises ``PluginError``, which names both modules, where *name* is taken: one name means one thing in ``reads``,
        in options and in reports.
        """
        every: tuple[Mapping[str, _Contribution], ...] = (self.tables, self.facts, self.rules, self.reports)
        taken = next((known[name] for known in every if name in known), None)
        if taken is not None:
            raise PluginError(
                f"{name!r} is contributed twice: by {taken.module} ({self.origins[name]}) and {item.module} ({plugin})",
                hint=f"leave one of them out: --without {plugin}",
            )
        kind[name] = item
        self.origins[name] = plugin

    def select(self, ids: Sequence[str]) -> list[Rule]:
        """Return the rules with *ids*, all of them for none, sorted by id. Raises ``UsageError`` for an unknown id."""
        for name in ids:
            if name not in self.rules:
                raise self._no_rule(name)
        return [self.rules[name] for name in sorted(set(ids) or self.rules)]

    def _no_rule(self, name: str) -> UsageError:
        error = no_such("rule", name, self.rules)
        if self.lacks_plugins:
            error.hint = (
                f"--only-plugins or --without keeps plugins out, and it may be of one of these; or {error.hint}"
            )
        return error

    def needed_tables(self, rules: Iterable[Rule], also: Iterable[str] = ()) -> list[Table]:
        """Return the tables that *rules* judge and read, directly or through facts, and those in *also*, by name."""
        names, ahead = set(HOST_TABLES), {name for rule in rules for name in (rule.on, *rule.reads)} | {*also}
        while ahead:
            names |= ahead
            ahead = {read for name in ahead & self.facts.keys() for read in self.facts[name].reads} - names
        return [self.tables[name] for name in sorted(names) if name in self.tables]

    def check(self) -> None:
        """Check that rules and facts read only what is there, and whose the ids are. Raises ``PluginError``."""
        for rule in self.rules.values():
            _check_reads(rule.id, rule.id, {rule.on}, self.tables.keys())
            _check_reads(rule.id, rule.id, rule.reads, self.tables.keys() | self.facts.keys())
        for fact in self.facts.values():
            _check_reads(fact.name, self.origins[fact.name], fact.reads, self.tables.keys() | self.facts.keys())
        self._check_circles()
        check_prefixes(self.installed_rules, self.held)

    @property
    def held(self) -> frozenset[str]:
        """The installed plugins of others: their rules must be told from everybody's by their ids."""
        return frozenset(plugin.name for plugin in self.plugins if plugin.distribution not in ("", OURS))

    @property
    def installed_rules(self) -> dict[str, list[str]]:
        """The ids of the rules of each installed plugin: of all but the files that are only tried."""
        ids: dict[str, list[str]] = {plugin.name: [] for plugin in self.plugins if plugin.distribution}
        for rule in self.rules:
            ids.get(self.origins[rule], []).append(rule)
        return ids

    def _check_circles(self) -> None:
        """Check that no fact needs itself, be it through others: one by one, take away those that need no other."""
        left = {fact.name: fact.reads & self.facts.keys() for fact in self.facts.values()}
        while ready := {name for name, reads in left.items() if not reads & left.keys()}:
            left = {name: reads for name, reads in left.items() if name not in ready}
        if left:
            raise PluginError(f"facts read each other in a circle: {', '.join(sorted(left))}")


def _check_reads(reader: str, without: str, reads: Iterable[str], known: Iterable[str]) -> None:
    for name in sorted(set(reads) - set(known)):
        raise PluginError(
            f"{reader!r} reads {name!r}, which no plugin contributes",
            hint=f"leave it out with --without {without}, or load the plugin that brings {name!r}",
        )
