"""What `scan --demo` writes is what is kept in fixtures/golden; `pytest --update-golden` keeps what it writes now.

Of all rules the text is kept, and a line for each verdict but the good ones; the other reports are of a few rules only.
SARIF is kept indented, so that a difference can be read, and without the version of tenantlint.
"""

import difflib
import json
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from tenantlint import __version__
from tests.commands import Ended, run

GOLDEN = Path(__file__).parents[1] / "fixtures" / "golden"
HINT = (
    "run `pytest --update-golden tests/test_golden.py` if that is meant, and read the difference before you commit it"
)
MOST_LINES = 60
ANY_VERSION = "VERSION"

# A rule on VMs, one on subscriptions, one with facts and limits that changed.
FEW = ("--rule=too-many-data-disks", "--rule=no-vault-in-region", "--rule=key-vault-lacks-backup-access")
VERDICTS = "demo.verdicts.txt"

# The reports by the name of their golden file: the format, whether it is SARIF, and by which rules it is.
REPORTS: dict[str, tuple[str, bool, tuple[str, ...]]] = {
    "demo.txt": ("text", False, ()),
    "demo.sarif": ("sarif", True, FEW),
    "demo.full.sarif": ("sarif-full", True, FEW),
    "demo.jsonl": ("json", False, FEW),
    "demo.md": ("markdown", False, FEW),
    "demo.csv": ("csv", False, FEW),
    "demo.junit.xml": ("junit", False, FEW),
}


def readable(content: str, *, is_sarif: bool) -> str:
    """Return a report as it is kept."""
    if not is_sarif:
        return content
    log: dict[str, Any] = json.loads(content)
    for run_ in log["runs"]:
        driver = run_["tool"]["driver"]
        for name in ("semanticVersion", "fullName"):
            driver[name] = driver[name].replace(__version__, ANY_VERSION)
    return json.dumps(log, indent=1, ensure_ascii=False) + "\n"


def difference(kept: str, written: str) -> Iterator[str]:
    """Yield the first lines of what differs, and the hint."""
    lines = difflib.unified_diff(kept.splitlines(), written.splitlines(), "kept", "written", lineterm="", n=2)
    yield from islice(lines, MOST_LINES)
    yield HINT


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ended]:
    """Scan the demo tenant from an empty folder; return where the reports are, and what was printed."""
    folder, empty = tmp_path_factory.mktemp("reports"), tmp_path_factory.mktemp("empty")
    few = [f"--report={format_}={folder / name}" for name, (format_, _, rules) in REPORTS.items() if rules]
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


@pytest.fixture
def keep(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Return a function that compares a report with the golden file, or writes that where it is asked to."""

    def compare(file: Path, written: str) -> None:
        if request.config.getoption("--update-golden"):
            file.parent.mkdir(exist_ok=True)
            file.write_text(written, "utf-8", newline="\n")
        kept = file.read_text("utf-8") if file.exists() else ""
        assert written == kept, "\n".join(difference(kept, written))

    return compare


def test_the_verdicts_on_the_demo_tenant_are_what_is_kept(
    scanned: tuple[Path, Ended], keep: Callable[[Path, str], None]
) -> None:
    keep(GOLDEN / VERDICTS, "".join(sorted(verdicts(scanned[0]))))


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_on_the_demo_tenant_is_what_is_kept(
    name: str, scanned: tuple[Path, Ended], keep: Callable[[Path, str], None]
) -> None:
    written = (scanned[0] / name).read_text("utf-8")

    keep(GOLDEN / name, readable(written, is_sarif=REPORTS[name][1]))


def test_the_text_is_what_is_printed_and_the_exit_code_says_that_there_are_violations(
    scanned: tuple[Path, Ended],
) -> None:
    folder, ended = scanned

    assert (ended.code, ended.out, ended.err) == (1, (folder / "demo.txt").read_text("utf-8"), "")


def test_a_difference_is_shown_with_what_to_do() -> None:
    shown = list(difference('{\n "a": 1,\n "b": 2\n}\n', '{\n "a": 1,\n "b": 3\n}\n'))

    assert shown[-1] == HINT
    assert {'- "b": 2', '+ "b": 3'} <= set(shown)


def test_a_kept_log_differs_where_anything_but_the_version_does() -> None:
    log = {"runs": [{"tool": {"driver": {"semanticVersion": __version__, "fullName": f"tenantlint {__version__}"}}}]}
    other = json.loads(json.dumps(log).replace(__version__, "9.9.9"))

    assert __version__ not in readable(json.dumps(log), is_sarif=True)
    assert "9.9.9" in readable(json.dumps(other), is_sarif=True)


def test_every_kept_file_is_compared() -> None:
    assert {file.name for file in GOLDEN.iterdir()} == {*REPORTS, VERDICTS}
