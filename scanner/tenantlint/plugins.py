"""Loads plugins.

A plugin that cannot be loaded stops the run, because a skipped pack reads as "compliant"; whoever knows better goes on
with ``--without NAME``.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import partial
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import pluggy

from tenantlint import hookspecs, reports
from tenantlint.catalog import Catalog, Plugin
from tenantlint.errors import PluginError, UsageError
from tenantlint.judge import BROKEN, describe
from tenantlint.names import no_such
from tenantlint.plugin_checks import DECLARED, GROUP, OURS, check_api, only_allowed
from tenantlint.plugin_files import load_file
from tenantlint.quiet import folder_kept, stdout_kept
from tenantlint.rule_files.loading import check_rule_files, load_rules, rule_folders
from tenantlint.rules import Fact, Rule
from tenantlint.tables import Table
from tenantlint.version import API_VERSION, __version__
from tenantlint.wanted import EVERYTHING, Wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

Offer: TypeAlias = "tuple[Plugin, Callable[[], object]]"
"""A plugin that may be loaded, and what loads it."""

_KINDS: Final[dict[str, type]] = {"register_queries": Table, "register_facts": Fact, "register_rules": Rule}
_REPORT: Final = ("name", "description", "everything", "module", "open")


@stdout_kept()
def load_plugins(wanted: Wanted = EVERYTHING) -> Catalog:
    """Load the installed plugins and what else is *wanted*, leaving out what is not.

    Raises ``PluginError`` where one cannot be loaded, ``UsageError`` where ``without`` or ``only`` name nothing that is
    there, or ``only`` does not name a file that is to be loaded.
    """
    if GROUP in wanted.without:
        raise UsageError(f"{GROUP!r} is the scanner itself and cannot be left out")
    manager = pluggy.PluginManager(GROUP)
    manager.add_hookspecs(hookspecs)
    for name in wanted.without:
        manager.set_blocked(name)
    catalog = Catalog(without=frozenset(wanted.without))
    offered = [*_installed(), *_files(wanted.files), *_rule_files(wanted.rules, catalog)]
    allowed = only_allowed([plugin for plugin, _ in offered], wanted.only)
    for plugin, load in offered:
        if plugin in allowed:
            _register(manager, catalog, plugin, load)
    _check_hooks(manager)
    rules = _gather(manager, catalog)
    catalog.lacks_plugins = not catalog.without <= rules or len(allowed) < len(offered)
    known = rules | catalog.skipped | {plugin.name for plugin, _ in offered}
    unknown = next((name for name in wanted.without if name not in known), None)
    if unknown is not None:
        raise no_such("plugin or rule", unknown, known)
    check_rule_files(catalog)
    catalog.check()
    return catalog


def _installed() -> Iterator[Offer]:
    yield Plugin(GROUP, __version__, reports.__name__, OURS), lambda: reports
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        name, version = (entry.dist.name, entry.dist.version) if entry.dist else ("", "")
        yield Plugin(entry.name, version, entry.value, name), entry.load


def _files(files: Iterable[Path]) -> Iterator[Offer]:
    return ((Plugin(file.stem, "", str(file)), partial(load_file, file)) for file in files)


def _rule_files(values: Iterable[str], catalog: Catalog) -> Iterator[Offer]:
    return ((folder, partial(load_rules, folder, catalog)) for folder in rule_folders(values))


def _register(manager: pluggy.PluginManager, catalog: Catalog, plugin: Plugin, load: Callable[[], object]) -> None:
    if manager.is_blocked(plugin.name):
        return
    if manager.has_plugin(plugin.name):
        raise PluginError(f"two plugins are called {plugin.name!r}; the second is {plugin.origin}")
    try:
        with folder_kept():
            loaded = load()
        api = _api_of(plugin, loaded)
        manager.register(loaded, plugin.name)
    except (PluginError, UsageError):
        raise
    except BROKEN as error:
        raise _broken(plugin.name, "cannot be loaded", error) from error
    catalog.plugins.append(replace(plugin, api=api, hooks=_hooks_of(manager, loaded)))


def _hooks_of(manager: pluggy.PluginManager, loaded: object) -> tuple[str, ...]:
    """Return the hooks that a plugin implements itself; of a file that only holds rules the host does it."""
    if type(loaded).__module__.startswith("tenantlint."):
        return ()
    return tuple(sorted(caller.name for caller in manager.get_hookcallers(loaded) or ()))


def _api_of(plugin: Plugin, loaded: object) -> str:
    """Return for which API *plugin* was written; a file that is only tried need not say so."""
    if plugin.distribution == OURS:
        return API_VERSION
    name = plugin.origin.partition(":")[0].strip() if plugin.distribution else plugin.origin
    module: object = sys.modules.get(name) or getattr(loaded, "module", loaded)
    declared = getattr(module, DECLARED, None)
    return "" if declared is None and not plugin.distribution else check_api(plugin.name, name, declared)


def _check_hooks(manager: pluggy.PluginManager) -> None:
    try:
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        name = manager.get_name(error.plugin) or "?"
        raise PluginError(
            f"plugin {name!r} implements a hook that does not exist: {error}",
            hint=f"see `tenantlint plugins --hooks` for the hooks; go on without it: --without {name}",
        ) from error


def _gather(manager: pluggy.PluginManager, catalog: Catalog) -> set[str]:
    """Ask every plugin what it contributes; return the ids of all rules, those that are switched off included."""
    for name, table in _ask(manager, "register_queries"):
        catalog.add(catalog.tables, table.name, table, name)
    for name, fact in _ask(manager, "register_facts"):
        catalog.add(catalog.facts, fact.name, fact, name)
    for name, report in _ask(manager, "register_reports"):
        catalog.add(catalog.reports, report.name, report, name)
    rules = _ask(manager, "register_rules")
    for name, rule in rules:
        if not manager.is_blocked(rule.id):
            catalog.add(catalog.rules, rule.id, rule, name)
            _register_rule(manager, rule, name)
    return {rule.id for _, rule in rules}


def _register_rule(manager: pluggy.PluginManager, rule: Rule, plugin: str) -> None:
    """Register *rule* as a plugin of its own; where its plugin has its id for a name, one switch does for both."""
    if rule.id == plugin:
        return
    if manager.has_plugin(rule.id):
        raise PluginError(
            f"rule {rule.id!r} of plugin {plugin!r} has the name of another plugin",
            hint=f"leave one of them out: --without {plugin}",
        )
    manager.register(rule, rule.id)


def _ask(manager: pluggy.PluginManager, hook: str) -> list[tuple[str, Any]]:
    """Call *hook* of every plugin in the order in which they were loaded; return what they give, with their names."""
    answers: list[tuple[str, Any]] = []
    for implementation in getattr(manager.hook, hook).get_hookimpls():
        try:
            with folder_kept():
                answers += [(implementation.plugin_name, _checked(item, hook)) for item in implementation.function()]
        except PluginError:
            raise
        except BROKEN as error:
            raise _broken(implementation.plugin_name, f"fails in {hook}", error) from error
    return answers


def _checked(item: object, hook: str) -> object:
    kind = _KINDS.get(hook)
    if isinstance(item, kind) if kind else all(hasattr(item, name) for name in _REPORT):
        return item
    raise TypeError(f"{item!r:.80} is no {kind.__name__ if kind else 'Report'}")


def _broken(name: str, how: str, error: BaseException) -> PluginError:
    return PluginError(f"plugin {name!r} {how}: {describe(error)}", hint=f"go on without it: --without {name}")
