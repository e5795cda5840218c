"""The cases in fixtures/rules: what they spell, what they expect, and what the real host says of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import orjson

from tenantlint import Rule, Verdict
from tenantlint.catalog import Catalog
from tenantlint.coverage import Coverage, Unread
from tenantlint.plugins import load_plugins
from tenantlint.testing import NOW, run

FOLDER = Path(__file__).parents[1] / "fixtures" / "rules"
RULES = sorted(folder.name for folder in FOLDER.iterdir())
ODD_VALUES = (None, True, 7, "", "odd", ["odd"], {"odd": None})

Row = dict[str, Any]
Tables = dict[str, list[Row]]
Said: TypeAlias = tuple[str, str | None, str | None, tuple[str, ...]]
"""Outcome, level, cause, and the parts of the violations."""


@dataclass(frozen=True)
class Expected:
    """What a case expects of one resource. `parts` are those of its violations, `says` what its messages contain."""

    verdict: str
    level: str | None = None
    cause: str | None = None
    parts: list[str] | None = None
    says: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Case:
    """One case of a rule: rows by table, what was not read, and what is expected by resource id."""

    case: str
    tables: Tables
    expect: dict[str, dict[str, Any]]
    settings: dict[str, Any] = field(default_factory=dict)
    unread: list[dict[str, str]] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)
    tenant_id: str = ""
    edition: str | None = None
    now: str = NOW.isoformat()

    @property
    def expected(self) -> dict[str, Expected]:
        return {id_: Expected(**entry) for id_, entry in self.expect.items()}

    @property
    def outcomes(self) -> dict[str, Said]:
        """What is expected of each resource, but for words."""
        return {id_: (entry.verdict, entry.level, entry.cause, _parts(entry)) for id_, entry in self.expected.items()}

    @property
    def coverage(self) -> Coverage:
        """The subscriptions that rows name were read, but for those that are said to be unread as a whole."""
        gaps = tuple(Unread(**entry) for entry in self.unread)
        named = {str(row.get("subscriptionId", "")).lower() for rows in self.tables.values() for row in rows}
        return Coverage(frozenset(named - {gap.subscription for gap in gaps if not gap.table}), gaps)


@cache
def catalog() -> Catalog:
    return load_plugins()


@cache
def cases(rule: str) -> tuple[Case, ...]:
    """Read the cases of a rule; a key that no case has raises."""
    return tuple(Case(**entry) for entry in orjson.loads((FOLDER / rule / "cases.json").read_bytes()))


def settings(rule: Rule, given: dict[str, Any]) -> dict[str, Any]:
    """Read settings as the host does; a name that the rule does not have raises."""
    known = {setting.name: setting for setting in rule.settings}
    return {name: value if name in rule.limits else known[name].read(value) for name, value in given.items()}


def judge(rule: Rule, case: Case, tables: Tables) -> dict[str, Verdict]:
    return run(
        rule,
        tables,
        settings=settings(rule, case.settings),
        coverage=case.coverage,
        missing=case.missing,
        tenant_id=case.tenant_id,
        edition=case.edition,
        now=datetime.fromisoformat(case.now),
        catalog=catalog(),
    )


def messages(verdict: Verdict) -> list[str]:
    return [violation.message for violation in verdict.violations] or [verdict.message]


def outcomes(verdicts: dict[str, Verdict]) -> dict[str, Said]:
    return {
        id_: (verdict.outcome, verdict.level, verdict.cause, tuple(said.part for said in verdict.violations))
        for id_, verdict in verdicts.items()
    }


def unsaid(case: Case, verdicts: dict[str, Verdict]) -> dict[str, str]:
    """Return the words that a case expects in vain, with what was said instead."""
    texts = {id_: "\n".join(messages(verdicts[id_])) for id_ in case.expect}
    return {
        words: texts[id_] for id_, entry in case.expected.items() for words in entry.says if words not in texts[id_]
    }


def _parts(entry: Expected) -> tuple[str, ...]:
    return tuple([""] * (entry.verdict == "violation") if entry.parts is None else entry.parts)


def with_odd_values(tables: Tables) -> Iterator[Tables]:
    """Yield the tables again and again, each time with one value of one row, at any depth, made odd."""
    for name, rows in tables.items():
        for at, row in enumerate(rows):
            for odd in _odd(row):
                if odd["id"] == row["id"]:
                    yield {**tables, name: [*rows[:at], odd, *rows[at + 1 :]]}


def _odd(value: object) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from ({**value, key: odd} for key, below in value.items() for odd in (*ODD_VALUES, *_odd(below)))
    if isinstance(value, list):
        for at, below in enumerate(value):
            yield from ([*value[:at], odd, *value[at + 1 :]] for odd in (*ODD_VALUES, *_odd(below)))
