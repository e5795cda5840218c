"""What `scan --demo` writes is what is kept in fixtures/golden; `pytest --update-golden` keeps what it writes now.

Of all rules the text is kept, and a line for each verdict but the good ones; the other reports are of a few rules only.
SARIF is kept indented, so that a difference can be read, and without the version of tenantlint.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tenantlint.testing import Golden, normalised
from tests.commands import Ended, run

GOLDEN = Path(__file__).parents[1] / "fixtures" / "golden"

# A rule on VMs, one on subscriptions, one with facts and limits that changed.
FEW = ("--rule=too-many-data-disks", "--rule=no-vault-in-region", "--rule=key-vault-lacks-backup-access")
VERDICTS = "demo.verdicts.txt"

# The reports by the name of their golden file: the format, and by which rules it is.
REPORTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "demo.txt": ("text", ()),
    "demo.sarif": ("sarif", FEW),
    "demo.full.sarif": ("sarif-full", FEW),
    "demo.jsonl": ("json", FEW),
    "demo.md": ("markdown", FEW),
    "demo.csv": ("csv", FEW),
    "demo.junit.xml": ("junit", FEW),
}


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ended]:
    """Scan the demo tenant from an empty folder; return where the reports are, and what was printed."""
    folder, empty = tmp_path_factory.mktemp("reports"), tmp_path_factory.mktemp("empty")
    few = [f"--report={format_}={folder / name}" for name, (format_, rules) in REPORTS.items() if rules]
    run("scan", "--demo", "--baseline=none", *FEW, *few, cwd=empty)
    reports = [f"--report=text={folder / 'demo.txt'}", f"--report=json={folder / 'all.jsonl'}"]
    ended = run("scan", "--demo", *reports, cwd=empty)
    assert list(empty.iterdir()) == []
    return folder, ended


def verdicts(folder: Path) -> Iterator[str]:
    """Yield a line for each verdict of all rules that is not compliant and not for want of anything to judge."""
    for line in (folder / "all.jsonl").read_text("utf-8").splitlines():
        verdict = json.loads(line)
        if verdict["verdict"] in ("violation", "not-evaluable"):
            levels = ",".join(violation["level"] for violation in verdict["violations"])
            what = levels or f"{verdict['verdict']}: {verdict['cause']}"
            where = verdict["resource"].partition("/resourceGroups/")[2] or verdict["resource"]
            yield f"{verdict['rule']}  {where}  {what}\n"


def test_the_verdicts_on_the_demo_tenant_are_what_is_kept(scanned: tuple[Path, Ended], golden: Golden) -> None:
    golden(GOLDEN / VERDICTS, "".join(sorted(verdicts(scanned[0]))))


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_on_the_demo_tenant_is_what_is_kept(name: str, scanned: tuple[Path, Ended], golden: Golden) -> None:
    golden(GOLDEN / name, normalised((scanned[0] / name).read_text("utf-8")))


def test_the_text_is_what_is_printed_and_the_exit_code_says_that_there_are_violations(
    scanned: tuple[Path, Ended],
) -> None:
    folder, ended = scanned

    assert (ended.code, ended.out, ended.err) == (1, (folder / "demo.txt").read_text("utf-8"), "")


def test_every_kept_file_is_compared() -> None:
    assert {file.name for file in GOLDEN.iterdir()} == {*REPORTS, VERDICTS}
