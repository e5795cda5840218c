"""Loads plugins.

A plugin that cannot be loaded stops the run, because a skipped pack reads as "compliant"; whoever knows better goes on
with ``--without NAME``.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import sys
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, Final, TypeVar

import pluggy

from tenantlint import hookspecs, reports
from tenantlint.catalog import Catalog, Plugin
from tenantlint.errors import PluginError, UsageError
from tenantlint.judge import BROKEN, describe
from tenantlint.names import no_such
from tenantlint.rules import Fact, Rule
from tenantlint.tables import Table
from tenantlint.version import __version__
from tenantlint.wanted import EVERYTHING, Wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path
    from types import ModuleType

GROUP: Final = "tenantlint"
"""The entry-point group through which every pack comes in, our own included."""

Kind = TypeVar("Kind", Rule, Fact)

_KINDS: Final[dict[str, type]] = {"register_queries": Table, "register_facts": Fact, "register_rules": Rule}
_REPORT: Final = ("name", "description", "everything", "module", "open")


class PluginFile:
    """A Python file tried with ``--plugin``: whatever rules and facts it defines, without a hook of its own."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module

    @hookspecs.hookimpl
    def register_rules(self) -> Iterable[Rule]:
        """Return the rules that the file defines."""
        return _defined_in(self._module, Rule)

    @hookspecs.hookimpl
    def register_facts(self) -> Iterable[Fact]:
        """Return the facts that the file defines."""
        return _defined_in(self._module, Fact)


def contributions(package: ModuleType, kind: type[Kind]) -> list[Kind]:
    """List the rules or facts that the modules of *package* define.

    It is what a pack's hooks return: then a new file is enough for a new rule, and no list is kept by hand.
    """
    names = sorted(info.name for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."))
    return [found for name in names for found in _defined_in(importlib.import_module(name), kind)]


def load_plugins(wanted: Wanted = EVERYTHING) -> Catalog:
    """Load the installed plugins and what else is *wanted*, leaving out what is not.

    Raises ``PluginError`` where one cannot be loaded, ``UsageError`` where ``without`` names nothing that is there.
    """
    if GROUP in wanted.without:
        raise UsageError(f"{GROUP!r} is the scanner itself and cannot be left out")
    manager = pluggy.PluginManager(GROUP)
    manager.add_hookspecs(hookspecs)
    for name in wanted.without:
        manager.set_blocked(name)
    catalog = Catalog(without=frozenset(wanted.without))
    _register(manager, catalog, Plugin(GROUP, __version__, "tenantlint.reports"), lambda: reports)
    known = set(_load_installed(manager, catalog))
    for file in wanted.files:
        known.add(file.stem)
        _register(manager, catalog, Plugin(file.stem, "", str(file)), _importer(file))
    _check_hooks(manager)
    known |= (rules := _gather(manager, catalog))
    catalog.lacks_plugins = not catalog.without <= rules
    unknown = next((name for name in wanted.without if name not in known), None)
    if unknown is not None:
        raise no_such("plugin or rule", unknown, known)
    catalog.check()
    return catalog


def _load_installed(manager: pluggy.PluginManager, catalog: Catalog) -> Iterable[str]:
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        version = entry.dist.version if entry.dist else ""
        _register(manager, catalog, Plugin(entry.name, version, entry.value), entry.load)
        yield entry.name


def _register(manager: pluggy.PluginManager, catalog: Catalog, plugin: Plugin, load: Callable[[], object]) -> None:
    if manager.is_blocked(plugin.name):
        return
    if manager.has_plugin(plugin.name):
        raise PluginError(f"two plugins are called {plugin.name!r}; the second is {plugin.origin}")
    try:
        manager.register(load(), plugin.name)
    except UsageError:
        raise
    except BROKEN as error:
        raise _broken(plugin.name, "cannot be loaded", error) from error
    catalog.plugins.append(plugin)


def _importer(file: Path) -> Callable[[], object]:
    def load() -> object:
        if not file.is_file():
            raise UsageError(f"there is no plugin file {file}")
        spec = importlib.util.spec_from_file_location(f"tenantlint_plugin_{file.stem}", file)
        if spec is None or spec.loader is None:
            raise UsageError(f"{file} is not a Python file")
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
        has_hooks = any(hasattr(value, "tenantlint_impl") for value in vars(module).values())
        if not has_hooks and not any(isinstance(value, Rule | Fact) for value in vars(module).values()):
            raise UsageError(f"{file} defines no rule, fact or hook", hint="decorate a function with @rule(…)")
        return module if has_hooks else PluginFile(module)

    return load


def _defined_in(module: ModuleType, kind: type[Kind]) -> list[Kind]:
    """List what *module* itself defines, each once, however many names it has there."""
    found = (value for value in vars(module).values() if isinstance(value, kind))
    return list({id(value): value for value in found if value.module == module.__name__}.values())


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
