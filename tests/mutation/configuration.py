"""What is mutated, by which operators, and what must notice: config.toml."""

import tomllib
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import tenantlint_backup

HERE = Path(__file__).parent
PACK = tenantlint_backup.__name__


@dataclass(frozen=True)
class Configuration:
    """The content of config.toml, which says what each means."""

    threshold: float
    slowest: float
    patience: float
    odd_values: int
    operators: list[str]
    left_out: dict[str, str]
    tests: dict[str, list[str]]

    def modules(self) -> list[str]:
        """Return the names of all modules of the pack that are mutated."""
        found = sorted(info.name for info in walk_packages(tenantlint_backup.__path__, f"{PACK}.") if not info.ispkg)
        return [name for name in found if name not in self.left_out]

    def tests_of(self, module: str) -> list[str]:
        return [path for glob, paths in self.tests.items() if fnmatch(module, glob) for path in paths]


@cache
def configuration() -> Configuration:
    return Configuration(**read_toml("config.toml"))


def read_toml(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / name).read_text())


def file_of(module: str) -> Path:
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(module)
    return Path(spec.origin)
