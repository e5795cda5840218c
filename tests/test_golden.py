"""What `scan --demo` writes is what is kept in fixtures/golden; `pytest --update-golden` keeps what it writes now.

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

# The reports by the name of their golden file: the format, and whether it is SARIF.
REPORTS = {
    "demo.txt": ("text", False),
    "demo.sarif": ("sarif", True),
    "demo.full.sarif": ("sarif-full", True),
    "demo.jsonl": ("json", False),
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
    folder = tmp_path_factory.mktemp("reports")
    reports = [f"--report={format_}={folder / name}" for name, (format_, _) in REPORTS.items()]
    empty = tmp_path_factory.mktemp("empty")
    ended = run("scan", "--demo", *reports, cwd=empty)
    assert list(empty.iterdir()) == []
    return folder, ended


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
    assert {file.name for file in GOLDEN.iterdir()} == set(REPORTS)
