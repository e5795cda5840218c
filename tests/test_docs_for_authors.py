"""The pages for authors of rules, line by line: files are written, commands run, and what they print compared."""

import re
import subprocess
import sys
from pathlib import Path

from tests.installing import install_into
from tests.pages import ROOT, blocks, follow

TUTORIAL = "docs/writing-a-rule.md"
PORTING = "docs/porting.md"
INSTALL = 'python -m pip install --editable ".[dev]"'


def test_the_tutorial_works_from_an_empty_folder_line_by_line(tmp_path: Path) -> None:
    followed = follow(TUTORIAL, tmp_path, instead={INSTALL: lambda pack: install_into(tmp_path / "site", pack)})

    assert INSTALL in followed
    assert {command.split()[1] for command in followed if command.startswith("tenantlint")} >= {
        *("scan", "query", "lint-kql", "new", "plugins"),
    }
    assert (tmp_path / "tenantlint-acme" / "acme.sarif").stat().st_size


def test_the_tutorial_shows_every_kind_of_rule() -> None:
    titles = [block["title"] for block in blocks(TUTORIAL) if block["title"]]

    assert {Path(title).suffix for title in titles} == {".kql", ".py", ".yaml"}


def test_what_is_ported_works_line_by_line(tmp_path: Path) -> None:
    assert follow(PORTING, tmp_path)


def test_every_link_of_the_pages_for_authors_leads_somewhere() -> None:
    for page in (TUTORIAL, PORTING, "docs/hooks.md", "docs/lint-kql.md"):
        links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", (ROOT / page).read_text("utf-8"))

        assert links
        assert [link for link in links if not (ROOT / "docs" / link).exists()] == []


def test_what_the_tutorial_ships_is_what_it_tried(tmp_path: Path) -> None:
    for block in blocks(TUTORIAL):
        if block["language"] == "python" and not block["title"]:
            file = tmp_path / "example.py"
            file.write_text(block["text"], "utf-8")
            command = [sys.executable, "-m", "py_compile", str(file)]
            assert subprocess.run(command, capture_output=True, check=False).returncode == 0
