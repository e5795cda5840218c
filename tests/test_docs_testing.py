"""The page on testing a rule: its tests pass as they are printed, and it names everything that there is."""

import re
import subprocess
import sys
from pathlib import Path

import tenantlint.demo
from tenantlint import testing
from tests.commands import run
from tests.installing import ROOT

PAGE = ROOT / "docs" / "testing-a-rule.md"
FILE = re.compile(r'^```\w+ title="(?P<title>[^"]+)"\n(?P<text>.*?)^```$', re.MULTILINE | re.DOTALL)


def pytest_in(folder: Path, *options: str) -> str:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error", *options]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_the_tests_of_the_page_pass(tmp_path: Path) -> None:
    for block in FILE.finditer(PAGE.read_text("utf-8")):
        file = tmp_path / block["title"]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(block["text"], "utf-8")

    ended = run("capture", tmp_path / "recorded", "--graph", tenantlint.demo.__path__[0], "--scrub", cwd=tmp_path)
    assert ended.code == 0, ended.err

    assert "1 failed, 9 passed" in pytest_in(tmp_path)  # nobody has read the report yet
    assert "10 passed" in pytest_in(tmp_path, "--update-golden")
    assert "10 passed" in pytest_in(tmp_path)
    assert "acme-production-backup" in (tmp_path / "golden" / "demo.txt").read_text("utf-8")


def test_everything_that_authors_may_import_is_on_the_page() -> None:
    page = PAGE.read_text("utf-8")

    assert [name for name in testing.__all__ if not re.search(rf"`{name}\b", page)] == []
