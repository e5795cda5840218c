"""The cases in fixtures/rules, by rule."""

from functools import cache
from pathlib import Path

from tenantlint.catalog import Catalog
from tenantlint.plugins import load_plugins
from tenantlint.testing.cases import Case, read_cases

FOLDER = Path(__file__).parents[1] / "fixtures" / "rules"
RULES = sorted(folder.name for folder in FOLDER.iterdir())


@cache
def catalog() -> Catalog:
    return load_plugins()


@cache
def cases(rule: str) -> tuple[Case, ...]:
    return tuple(read_cases(FOLDER / rule / "cases.json"))
