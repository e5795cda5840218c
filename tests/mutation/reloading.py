"""Imports a module again, from another source, and with it whatever uses it."""

import importlib.util
import sys
import warnings
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from types import CodeType, ModuleType

from tenantlint.catalog import Catalog
from tests.mutation.affected import users_of
from tests.mutation.configuration import file_of
from tests.rule_cases import catalog


class _Changed(SourceFileLoader):
    """Loads a module from a source of which no file knows."""

    def __init__(self, module: str, source: str) -> None:
        super().__init__(module, str(file_of(module)))
        self._source = source

    def get_code(self, fullname: str) -> CodeType:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what mutants compare is odd
            return compile(self._source, self.get_filename(fullname), "exec", dont_inherit=True)


class _Finder(MetaPathFinder):
    def __init__(self, module: str, source: str) -> None:
        self._module = module
        self._loader = _Changed(module, source)

    def find_spec(
        self, fullname: str, _path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self._module:
            return None
        return importlib.util.spec_from_loader(fullname, self._loader)


def reload_pack(module: str, source: str) -> Catalog:
    """Load all plugins, with *source* for *module*. There is no way back: this is for a fork."""
    sys.meta_path.insert(0, _Finder(module, source))
    for name in users_of(module):
        sys.modules.pop(name, None)
    catalog.cache_clear()
    return catalog()
