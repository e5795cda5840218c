"""Python that plugins are made of: files tried with ``--plugin``, and the modules of a package."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import sys
from typing import TYPE_CHECKING, TypeVar

from tenantlint.errors import UsageError
from tenantlint.hookspecs import hookimpl
from tenantlint.rules import Fact, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from types import ModuleType

Kind = TypeVar("Kind", Rule, Fact)


class PluginFile:
    """A Python file tried with ``--plugin``: whatever rules and facts it defines, without a hook of its own."""

    def __init__(self, module: ModuleType) -> None:
        self.module = module

    @hookimpl
    def register_rules(self) -> Iterable[Rule]:
        """Return the rules that the file defines."""
        return _defined_in(self.module, Rule)

    @hookimpl
    def register_facts(self) -> Iterable[Fact]:
        """Return the facts that the file defines."""
        return _defined_in(self.module, Fact)


def contributions(package: ModuleType, kind: type[Kind]) -> list[Kind]:
    """List the rules or facts that the modules of *package* define.

    It is what a pack's hooks return: then a new file is enough for a new rule, and no list is kept by hand.
    """
    names = sorted(info.name for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."))
    return [found for name in names for found in _defined_in(importlib.import_module(name), kind)]


def load_file(file: Path) -> object:
    """Import *file*; return the plugin that it is. Raises ``UsageError`` where it is none, and whatever it raises."""
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


def _defined_in(module: ModuleType, kind: type[Kind]) -> list[Kind]:
    """List what *module* itself defines, each once, however many names it has there."""
    found = (value for value in vars(module).values() if isinstance(value, kind))
    return list({id(value): value for value in found if value.module == module.__name__}.values())
