"""`tenantlint explain`: the page of a rule, as Markdown."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Call
from tests.commands import run
from tests.tenant_copies import catalog

FULL = '''
"""VMs must be few.

## Why
They cost.

## Fix
Delete some.

## Limits
It counts
two lines.
"""
from tenantlint import Dated, Document, Setting, rule

@rule(
    id="acme-few", on="virtual_machines", level="note",
    limits={"vms": Dated({"2015-10": 16, "2026-01": 32})},
    settings=[Setting("most", "How many there may be.", int, 7)],
    sources=[Document("Guide", "2026-01-02", "https://acme.example/new"),
             Document("Old guide", "2015-10-01", "https://acme.example/old")],
)
def acme_few(vm, ctx):
    return vm.compliant()
'''


def test_the_page_says_what_is_demanded_why_how_to_fix_it_and_where_that_is_written() -> None:
    ended = run("explain", "too-many-data-disks")
    page = catalog().rules["too-many-data-disks"].page

    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(
        f"# too-many-data-disks\n\n{page.title}\n\nJudges `virtual_machines`; worst level: error.\n"
    )
    for heading, text in {"Why": page.why, "Fix": page.fix, "Limits": page.limits}.items():
        assert f"\n## {heading}\n\n{text}\n" in ended.out
    assert "\n## Thresholds\n\n- `data_disks`: 16 since 2015-10\n- `data_disks`: 16 since 2019-07\n" in ended.out
    assert "\n## Documents\n\n- [Support matrix for Azure VM backups](https://" in ended.out


def test_the_whole_page_of_a_rule_that_has_everything(call: Call, tmp_path: Path) -> None:
    (tmp_path / "few.py").write_text(FULL)

    assert call("explain", "acme-few", "--plugin", "few.py").out == (
        "# acme-few\n\nVMs must be few.\n\nJudges `virtual_machines`; worst level: note.\n\n"
        "## Why\n\nThey cost.\n\n## Fix\n\nDelete some.\n\n## Limits\n\nIt counts\ntwo lines.\n\n"
        "## Thresholds\n\n- `vms`: 16 since 2015-10\n- `vms`: 32 since 2026-01\n\n"
        "## Settings\n\n- `[rules.acme-few.most]`: How many there may be.\n\n"
        "## Documents\n\n- [Guide](https://acme.example/new), 2026-01-02\n"
        "- [Old guide](https://acme.example/old), 2015-10-01\n"
    )


def test_a_page_leaves_out_what_a_rule_does_not_have(call: Call, rule_file: Callable[..., Path]) -> None:
    assert call("explain", "acme-small", "--plugin", rule_file()).out == (
        "# acme-small\n\nVMs must be small.\n\nJudges `virtual_machines`; worst level: note.\n\n"
        "## Documents\n\n- [Acme's policy](https://acme.example/policy), 2026-03-01\n"
    )


@pytest.mark.parametrize("rule", sorted(catalog().rules))
def test_every_rule_has_a_page(rule: str, call: Call) -> None:
    ended = call("explain", rule)

    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(f"# {rule}\n")


def test_a_rule_that_is_not_there_is_told_with_the_nearest() -> None:
    ended = run("explain", "to-many-data-disks")

    assert (ended.code, ended.out) == (2, "")
    assert ended.err == "error: there is no rule 'to-many-data-disks'\nhint: did you mean 'too-many-data-disks'?\n"


def test_the_pages_of_all_rules_are_written_to_a_folder_with_a_list(call: Call, tmp_path: Path) -> None:
    (tmp_path / "few.py").write_text(FULL)
    ended = call("explain", "--into", "pages/rules", "--plugin", "few.py")
    known, pages = catalog().rules, tmp_path / "pages" / "rules"

    assert ended.code == 0, ended.err
    assert ended.out == f"wrote the pages of {len(known) + 1} rules to {Path('pages/rules')}\n"
    assert {page.name for page in pages.iterdir()} == {"README.md", "acme-few.md", *(f"{name}.md" for name in known)}
    for name in ("acme-few", "too-many-data-disks"):
        shown = call("explain", name, "--plugin", "few.py").out
        assert (pages / f"{name}.md").read_text("utf-8") == shown
        assert f"- [`{name}`]({name}.md): " in (pages / "README.md").read_text("utf-8")


def test_one_page_is_written_and_nothing_is_written_over(call: Call, tmp_path: Path) -> None:
    assert call("explain", "too-many-data-disks", "--into", "one").code == 0
    assert sorted(page.name for page in (tmp_path / "one").iterdir()) == ["README.md", "too-many-data-disks.md"]
    again = call("explain", "--into", "one")

    assert again.code == 2
    assert "one exists already" in again.err
    assert call("explain").code == 2
