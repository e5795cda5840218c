"""`tenantlint plugins`: what is installed, what it brings, and what a plugin may bring."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tenantlint import API_VERSION, __version__
from tests.cli.conftest import Call
from tests.commands import run
from tests.tenant_copies import catalog


def test_every_plugin_has_a_line_with_name_version_place_and_what_it_brings() -> None:
    ended = run("plugins")
    lines = {line.split()[0]: re.split("  +", line)[1:] for line in ended.out.splitlines()}
    rules, tables, facts = len(catalog().rules), len(catalog().tables), len(catalog().facts)

    assert (ended.code, ended.err) == (0, "")
    assert lines == {
        "tenantlint": [__version__, API_VERSION, "tenantlint: tenantlint.reports", "7 reports", "register_reports"],
        "tenantlint_backup": [
            *(__version__, API_VERSION, "tenantlint: tenantlint_backup"),
            *(f"{rules} rules, {facts} facts", "register_facts, register_rules"),
        ],
        "tenantlint_queries": [
            *(__version__, API_VERSION, "tenantlint: tenantlint_queries", f"{tables} tables", "register_queries"),
        ],
    }


def test_a_plugin_file_is_listed_without_a_version(call: Call, rule_file: Callable[..., Path]) -> None:
    file = rule_file()
    last = call("plugins", "--plugin", file).out.splitlines()[-1]

    assert re.split("  +", last) == ["acme", "-", "-", str(file), "1 rules", "-"]


def test_a_plugin_file_that_brings_nothing_is_refused_since_somebody_counts_on_it(call: Call, tmp_path: Path) -> None:
    (tmp_path / "empty.py").write_text("x = 1\n")
    ended = call("plugins", "--plugin", "empty.py")

    assert ended.code == 2
    assert ended.err.splitlines() == [
        "error: empty.py defines no rule, fact or hook",
        "hint: decorate a function with @rule(…)",
    ]


def test_a_plugin_whose_hooks_return_nothing_says_so(call: Call, tmp_path: Path) -> None:
    hook = "from tenantlint import hookimpl\n\n@hookimpl\ndef register_rules(): return []\n"
    (tmp_path / "bare.py").write_text(hook)

    last = call("plugins", "--plugin", "bare.py").out.splitlines()[-1]
    assert last.split() == ["bare", "-", "-", "bare.py", "-", "register_rules"]


def test_a_plugin_that_is_left_out_is_not_listed(call: Call) -> None:
    ended = call("plugins", "--without", "tenantlint_backup")

    assert ended.code == 0
    assert "tenantlint_backup" not in ended.out


def test_programs_get_all_of_it_by_name(call: Call, rule_file: Callable[..., Path]) -> None:
    ended = call("plugins", "--plugin", rule_file(), "--format", "json")
    listed = {plugin["name"]: plugin for plugin in json.loads(ended.out)}
    packs = [catalog().origins[rule] for rule in catalog().rules]

    assert (ended.code, ended.err) == (0, "")
    assert list(listed) == ["tenantlint", "tenantlint_backup", "tenantlint_queries", "acme"]
    assert len(listed["tenantlint_backup"]["rules"]) == packs.count("tenantlint_backup")
    assert listed["tenantlint_backup"]["distribution"] == "tenantlint"
    assert listed["acme"] == {
        "name": "acme",
        "version": "",
        "origin": listed["acme"]["origin"],
        "distribution": "",
        "api": "",
        "hooks": [],
        "tables": [],
        "rules": ["acme-small"],
        "facts": [],
        "reports": [],
    }
    hooks = json.loads(call("plugins", "--hooks", "--format", "json").out)
    assert hooks[1] == {"name": "register_rules", "description": "Return the rules that judge resources."}


def test_hooks_are_listed_with_what_they_return(call: Call) -> None:
    ended = call("plugins", "--hooks")

    assert (ended.code, ended.err) == (0, "")
    assert [tuple(line.split(maxsplit=1)) for line in ended.out.splitlines()] == [
        ("register_queries", "Return the tables that rules may judge and read."),
        ("register_rules", "Return the rules that judge resources."),
        ("register_facts", "Return the values that rules share, each computed once over the whole snapshot."),
        ("register_reports", "Return the formats that results can be written in."),
    ]


@pytest.mark.parametrize("name", ["nothing", "tenantlint"])
def test_what_is_not_there_or_is_the_scanner_itself_cannot_be_left_out(name: str, call: Call) -> None:
    ended = call("plugins", "--without", name)

    assert (ended.code, ended.out) == (2, "")
    assert f"'{name}'" in ended.err
