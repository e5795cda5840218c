"""Cases of rules: files that spell rows and what a rule must say of them.

A file ``cases.json`` in a folder that has the rule's id for a name holds a list of cases. In a test of a pack:

    @pytest.mark.parametrize("case", cases_in("tests/cases"), ids=str)
    def test_case(case):
        case.check()
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeAlias

from tenantlint.coverage import Coverage, Unread
from tenantlint.errors import UsageError
from tenantlint.testing.case_files import Expected, read_entries
from tenantlint.testing.copying import tenant_copy
from tenantlint.testing.judging import judge_copy
from tenantlint.testing.odd_values import with_odd_values
from tenantlint.testing.projecting import installed
from tenantlint.testing.running import NOW, run

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tenantlint.catalog import Catalog
    from tenantlint.model import Verdict
    from tenantlint.rules import Rule
    from tenantlint.testing.merging import Row

Tables: TypeAlias = "dict[str, list[Row]]"
Said: TypeAlias = "tuple[str, str | None, str | None, tuple[str, ...]]"
"""Outcome, level, cause, and the parts of the violations."""


@dataclass(frozen=True)
class Case:
    """One case of a rule: rows, what was not read, and what is expected by resource id.

    The rows are those of ``tables``, which the rule judges as they are, or ``resources``, from which the queries make
    the tables first: as Resource Graph shows them, each in the table that holds its type.
    """

    rule: str
    case: str
    expect: Mapping[str, Expected]
    tables: Tables = field(default_factory=dict)
    resources: list[Row] = field(default_factory=list)
    settings: Mapping[str, Any] = field(default_factory=dict)
    unread: list[Mapping[str, str]] = field(default_factory=list)
    missing: Mapping[str, str] = field(default_factory=dict)
    tenant_id: str = ""
    edition: str | None = None
    now: str = NOW.isoformat()

    def __str__(self) -> str:
        return f"{self.rule}: {self.case}"

    def check(self, rule: Rule | None = None, *, catalog: Catalog | None = None) -> dict[str, Verdict]:
        """Assert that the rule, or another *rule*, says what is expected; return what it says.

        *catalog*, in which the rule is looked up, defaults to the installed plugins.
        """
        verdicts = self.judge(rule, catalog=catalog)
        wrong = [*self._otherwise(verdicts), *self._unsaid(verdicts)]
        if wrong:
            raise AssertionError("\n".join([str(self), *wrong]))
        return verdicts

    def check_odd_values(self, rule: Rule | None = None, *, catalog: Catalog | None = None) -> None:
        """Assert that the rule breaks on no value of any type, wherever in the rows of ``tables`` it may be."""
        for tables in with_odd_values(self.tables):
            for id_, verdict in self.judge(rule, tables=tables, catalog=catalog).items():
                if verdict.cause == "failed":
                    raise AssertionError(f"{self}\n{id_}: {verdict.message}")

    def judge(
        self, rule: Rule | None = None, *, tables: Tables | None = None, catalog: Catalog | None = None
    ) -> dict[str, Verdict]:
        """Return what the rule, or another *rule*, says of the case's rows or, if given, of those of *tables*."""
        known = catalog or installed()
        judging = rule or known.select([self.rule])[0]
        if self.resources:
            return self._judge_copy(judging, known)
        return run(
            judging,
            self.tables if tables is None else tables,
            settings=_settings(judging, self.settings),
            coverage=self.coverage,
            missing=self.missing,
            tenant_id=self.tenant_id,
            edition=self.edition,
            now=datetime.fromisoformat(self.now),
            catalog=known,
        )

    def _judge_copy(self, rule: Rule, catalog: Catalog) -> dict[str, Verdict]:
        settings = {"rules": {rule.id: self.settings}}
        with TemporaryDirectory(prefix="tenantlint-") as folder:
            copy = tenant_copy(
                Path(folder) / "copy",
                *self.resources,
                unread=self.unread,
                missing=list(self.missing),
                now=datetime.fromisoformat(self.now),
                tenant_id=self.tenant_id,
            )
            into = Path(folder) / "snapshot"
            judged = judge_copy(copy, into, rule, settings=settings, edition=self.edition, catalog=catalog)
        return dict(judged.verdicts[rule.id])

    @property
    def outcomes(self) -> dict[str, Said]:
        """What is expected of each resource, but for words."""
        return {id_: (each.verdict, each.level, each.cause, each.all_parts) for id_, each in self.expect.items()}

    @property
    def coverage(self) -> Coverage:
        """The subscriptions that rows name were read, but for those that are said to be unread as a whole."""
        gaps: tuple[Unread, ...] = tuple(Unread(**entry) for entry in self.unread)
        named = {str(row.get("subscriptionId", "")).lower() for rows in self.tables.values() for row in rows}
        return Coverage(frozenset(named - {gap.subscription for gap in gaps if not gap.table}), gaps)

    def _otherwise(self, verdicts: Mapping[str, Verdict]) -> Iterator[str]:
        expected, said = self.outcomes, outcomes(verdicts)
        for id_ in dict.fromkeys((*expected, *said)):
            if expected.get(id_) != said.get(id_):
                words = "; ".join(messages(verdicts[id_])) if id_ in verdicts else ""
                yield f"{id_}\n  expected: {_told(expected.get(id_))}\n  said: {_told(said.get(id_))}: {words}"

    def _unsaid(self, verdicts: Mapping[str, Verdict]) -> Iterator[str]:
        for words, text in self.unsaid(verdicts).items():
            yield f"  expected the words: {words}\n  said: {text}"

    def unsaid(self, verdicts: Mapping[str, Verdict]) -> dict[str, str]:
        """Return the words that the case expects in vain, with what was said instead."""
        texts = {id_: "\n".join(messages(verdict)) for id_, verdict in verdicts.items()}
        said = ((words, texts[id_]) for id_, each in self.expect.items() if id_ in texts for words in each.says)
        return {words: text for words, text in said if words not in text}


def read_cases(file: Path, rule: str = "") -> list[Case]:
    """Read a file of cases; *rule* is the name of its folder where it is not given.

    Raises ``UsageError``, which names the file, the case and the key, for what no case has.
    """
    return [Case(rule=rule or file.parent.name, **entry) for entry in read_entries(file)]


def cases_in(folder: Path | str, *, may_be_none: bool = False) -> list[Case]:
    """Read the cases of every ``cases.json`` beneath *folder*, sorted by rule.

    Raises ``UsageError`` for none, unless there *may be none*: for a test that compares them with the rules that are.
    """
    files = sorted(Path(folder).rglob("cases.json"))
    if not files and not may_be_none:
        raise UsageError(f"there is no cases.json beneath {folder}")
    return [case for file in files for case in read_cases(file)]


def outcomes(verdicts: Mapping[str, Verdict]) -> dict[str, Said]:
    """Return what was said of each resource, but for words."""
    return {
        id_: (verdict.outcome, verdict.level, verdict.cause, tuple(said.part for said in verdict.violations))
        for id_, verdict in verdicts.items()
    }


def messages(verdict: Verdict) -> list[str]:
    """Return what a verdict says in words."""
    return [violation.message for violation in verdict.violations] or [verdict.message]


def _told(said: Said | None) -> str:
    if said is None:
        return "nothing"
    outcome, level, cause, parts = said
    return ", ".join(filter(None, (outcome, level, cause, *parts)))


def _settings(rule: Rule, given: Mapping[str, Any]) -> dict[str, Any]:
    """Read settings as the host does; :func:`run` refuses a name that the rule does not have."""
    known = {setting.name: setting for setting in rule.settings}
    return {name: known[name].read(value) if name in known else value for name, value in given.items()}
