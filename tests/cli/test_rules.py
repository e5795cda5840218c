"""`tenantlint rules`: one line a rule."""

from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Call
from tests.commands import run
from tests.tenant_copies import catalog


def test_every_rule_has_a_line_with_level_id_topic_table_and_title() -> None:
    ended = run("rules")

    assert (ended.code, ended.err) == (0, "")
    assert [tuple(line.split(maxsplit=4)) for line in ended.out.splitlines()] == [
        (rule.level if rule.enabled else f"({rule.level})", rule.id, rule.topic, rule.on, rule.page.title)
        for _, rule in sorted(catalog().rules.items())
    ]


def test_columns_are_aligned(call: Call) -> None:
    lines = call("rules").out.splitlines()
    rules = sorted(catalog().rules.values(), key=lambda rule: rule.id)

    assert len({line.index(rule.page.title) for line, rule in zip(lines, rules, strict=True)}) == 1
    assert len({line.index(rule.id) for line, rule in zip(lines, rules, strict=True)}) == 1


def test_rules_of_a_plugin_file_are_among_them(call: Call, rule_file: Callable[..., Path]) -> None:
    first = call("rules", "--plugin", rule_file()).out.splitlines()[0]

    assert first.split(maxsplit=4) == ["note", "acme-small", "-", "virtual_machines", "VMs must be small."]


def test_a_rule_that_is_left_out_is_not_listed(call: Call) -> None:
    ended = call("rules", "--without", "unprotected-vm")

    assert ended.code == 0
    assert "unprotected-vm" not in ended.out


def test_without_any_rule_there_is_no_line(call: Call) -> None:
    ended = call("rules", "--without", "tenantlint_backup")

    assert (ended.code, ended.out.strip()) == (0, "")


def test_a_plugin_that_cannot_be_loaded_ends_with_3(call: Call, tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text("def broken(:\n")
    ended = call("rules", "--plugin", "bad.py")

    assert (ended.code, ended.out) == (3, "")
    assert ended.err.startswith("error: plugin 'bad' cannot be loaded: SyntaxError: ")
