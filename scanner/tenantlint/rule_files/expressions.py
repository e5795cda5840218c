"""Expressions of rule files: JMESPath over a row, with the paths that it reads."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from tenantlint.model import Json
from tenantlint.paths import syntax_tree
from tenantlint.rule_files.demands import Path, paths_of
from tenantlint.rule_files.mismatches import check_types
from tenantlint.rule_files.strict import strict

if TYPE_CHECKING:
    from tenantlint.rule_files.deciding import Run

Row: TypeAlias = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Expression:
    """A JMESPath expression over a row.

    ``paths`` are all that it reads, each once; ``run`` takes the row, and raises ``NoUsableValueError`` where that
    lacks what the expression needs.
    """

    paths: tuple[Path, ...]
    run: Run


@lru_cache(maxsize=4096)
def parse(text: str) -> Expression:
    """Read an expression. Raises ``ValueError`` where it is none, can never hold, or looks at the row as a whole."""
    try:
        tree = syntax_tree(text)
        check_types(tree)
        return Expression(tuple(dict.fromkeys(paths_of(tree))), strict(tree, decides=True))
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
