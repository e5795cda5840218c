"""Tries a mutant: says what noticed it first, or nothing where it lives."""

import os
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout, suppress
from pathlib import Path

import pytest

from tenantlint import Rule
from tenantlint.errors import PluginError
from tenantlint.testing.cases import Case, Tables, outcomes
from tenantlint.testing.odd_values import with_odd_values
from tests.mutation.affected import rules_affected_by
from tests.mutation.configuration import configuration, file_of
from tests.mutation.forks import Ended, in_fork
from tests.mutation.mutants import Mutant
from tests.mutation.reloading import reload_pack
from tests.rule_cases import cases


def run_unmutated(module: str) -> Ended:
    """Run all that mutants of *module* meet on the module as it is."""
    source = file_of(module).read_text()
    return in_fork(lambda: _noticed(module, source), 3600)


def run_mutant(mutant: Mutant, unmutated: float) -> Ended:
    """Run a mutant where the module as it is took *unmutated* seconds."""
    at_most = max(configuration().patience, configuration().slowest * unmutated)
    return in_fork(lambda: _noticed(mutant.module, mutant.source), at_most)


def _noticed(module: str, source: str) -> str:
    affected = rules_affected_by(module)
    try:
        rules = reload_pack(module, source).rules
    except PluginError as error:
        return f"import: {error}"
    if not rules.keys() >= set(affected):
        return "import: a rule is missing"
    said = (_first(rules[id_]) for id_ in affected)
    return next(filter(None, said), "") or _in_tests(module) or _in_odd_values(affected, rules)


def _first(rule: Rule) -> str:
    """Return the first case of *rule* that comes out otherwise than expected."""
    return next((f"case of {rule.id}: {said}" for said in _different(rule)), "")


def _different(rule: Rule) -> Iterator[str]:
    for case in cases(rule.id):
        try:
            verdicts = case.judge(rule)
        except Exception as error:  # noqa: BLE001 - a mutated pack may raise anything
            yield f"{case.case}: {error!r}"
        else:
            if outcomes(verdicts) != case.outcomes or case.unsaid(verdicts):
                yield case.case


def _in_odd_values(affected: list[str], rules: dict[str, Rule]) -> str:
    for id_ in affected[:1]:
        for case, tables in _odd(id_):
            if any(verdict.cause == "failed" for verdict in case.judge(rules[id_], tables=tables).values()):
                return f"odd values of {id_}: {case.case}"
    return ""


def _odd(rule: str) -> list[tuple[Case, Tables]]:
    found = [(case, tables) for case in cases(rule) for tables in with_odd_values(case.tables)]
    return found[:: 1 + len(found) // configuration().odd_values]


def _in_tests(module: str) -> str:
    """Run tests that the module has besides, if any."""
    paths = configuration().tests_of(module)
    if not paths:
        return ""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    with (
        Path(os.devnull).open("w") as nowhere,
        redirect_stdout(nowhere),
        redirect_stderr(nowhere),
        suppress(SystemExit),
    ):
        ended = pytest.main([*paths, "-x", "-q", "-p", "no:cacheprovider"])
    return f"tests: {' '.join(paths)}" if ended else ""
