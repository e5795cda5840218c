"""The header of a rule file, as traps see it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tenantlint.errors import RuleFileError
from tenantlint.populations import population_of
from tenantlint.rule_files.header import read_header
from tenantlint.rule_files.kql_rules import is_query
from tenantlint.rule_files.texts import Source

if TYPE_CHECKING:
    from collections.abc import Mapping

_FAULT: Final = re.compile(r"(?s)header(?:, line (?P<line>\d+))?: (?P<said>.*)")


@dataclass(frozen=True)
class Header:
    """What a header says, by its keys; nothing where a list of recommendations says it, or where it has a *fault*."""

    said: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""
    line: int = 1

    @property
    def population(self) -> str:
        """Return the query for the resources that the rule is about; empty where the header names no type."""
        return population_of(self.said.get("type", ""), self.said.get("table", ""))


def header_of(kql: str) -> Header:
    """Read the header of the rule *kql*."""
    try:
        said = {entry.key: entry.text for entry in read_header(Source(Path(), "header", ""), kql)}
    except RuleFileError as error:
        found = _FAULT.fullmatch(str(error))
        fault = found["said"] if found else str(error)
        return Header({}, f"{fault}; {error.hint}" if error.hint else fault, int((found and found["line"]) or 1))
    return Header(said) if is_query(kql) else Header(said, "there is no query below the header")
