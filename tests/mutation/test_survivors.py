"""survivors.toml speaks of nothing but what is there, and says why."""

import re

import pytest

from tests.mutation.configuration import PACK, configuration, file_of
from tests.mutation.survivors import Pattern, Survivor, accepted
from tests.mutation.what_runs import what_runs

MODULES = [f"{name.removeprefix(f'{PACK}.')}" for name in configuration().modules()]
SURVIVORS = [entry for entry in accepted() if isinstance(entry, Survivor)]
PATTERNS = [entry for entry in accepted() if isinstance(entry, Pattern)]


def lines_of(module: str) -> set[str]:
    return {line.strip() for line in file_of(f"{PACK}.{module}").read_text().splitlines()}


@pytest.mark.parametrize("entry", SURVIVORS, ids=lambda entry: f"{entry.module}: {entry.before}")
def test_a_survivor_is_a_line_of_a_module(entry: Survivor) -> None:
    assert entry.module in MODULES
    assert entry.before in lines_of(entry.module)
    assert entry.before not in entry.after


@pytest.mark.parametrize("entry", PATTERNS, ids=lambda entry: entry.reason)
def test_a_pattern_matches_lines(entry: Pattern) -> None:
    assert any(re.search(entry.before, line) for module in MODULES for line in lines_of(module))


def test_every_survivor_has_a_reason_and_no_line_is_listed_twice() -> None:
    listed = [(entry.module, entry.before, after) for entry in SURVIVORS for after in entry.after]

    assert all(entry.reason and not entry.reason.endswith(".") for entry in accepted())
    assert len(set(listed)) == len(listed)


def test_modules_that_are_left_out_exist() -> None:
    assert all(file_of(module).is_file() and reason for module, reason in configuration().left_out.items())


@pytest.mark.parametrize(
    ("source", "same"),
    [
        ("def f(x: int | None) -> int:\n    return x\n", True),
        ('"""Other words."""\ndef f(x: int) -> int:\n    "And here."\n    return x\n', True),
        ("if not TYPE_CHECKING:\n    import re\ndef f(x: str) -> str:\n    return x\n", True),
        ("def f(x: int) -> int:\n    return not x\n", False),
        ("def f(x: int) -> int:\n    return x x\n", False),
    ],
)
def test_what_never_runs_makes_no_mutant(source: str, same: bool) -> None:  # noqa: FBT001 - a column of a table
    assert (what_runs(source) == what_runs("def f(x: int) -> int:\n    return x\n")) is same
