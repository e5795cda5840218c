"""The examples of the documentation, run as a reader would."""

import json
import re
import subprocess
import sys
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from tenantlint import demo
from tenantlint.config import read_settings
from tenantlint.errors import KqlError
from tenantlint.exclusions import Exclusion
from tenantlint.graph.copies import read_copy
from tenantlint.graph.local import LocalGraph
from tenantlint.plugins import load_plugins
from tests.pages import BIN, ROOT, blocks, commands, run, write_files

TITLED = ["README.md", "docs/kql.md", "docs/rule-files.md"]


@pytest.mark.parametrize("page", TITLED)
def test_every_command_of_a_page_works_as_written(page: str, tmp_path: Path) -> None:
    write_files(page, tmp_path)
    demo = subprocess.check_output([BIN / "python", "-c", "import tenantlint.demo as d; print(*d.__path__)"], text=True)
    (tmp_path / "tenant-copy").symlink_to(demo.strip())

    ended = {line: run(line, tmp_path) for line in commands(page)}

    assert ended
    for line, result in ended.items():
        assert result.returncode in (0, 1), f"{line}\n{result.stderr}"
        assert result.stdout, line


def test_the_rule_of_the_readme_is_the_tutorials_and_has_fifteen_lines() -> None:
    rules = {
        block["text"]
        for page in ("README.md", "docs/writing-a-rule.md")
        for block in blocks(page)
        if block["title"] == "acme_vm_contact.py"
    }

    assert len(rules) == 1
    assert len(rules.pop().splitlines()) <= 15


def test_the_settings_of_the_readme_are_accepted(tmp_path: Path) -> None:
    write_files("README.md", tmp_path)

    result = run("tenantlint scan --demo --rule key-vault-lacks-backup-access --fail-on never", tmp_path)

    assert result.returncode == 0, result.stderr
    assert "inferred" not in result.stdout


KQL = [block for block in blocks("docs/kql.md") if block["language"] != "console"]


@pytest.mark.parametrize(("query", "answer"), list(zip(KQL[::2], KQL[1::2], strict=True)))
def test_every_query_of_the_page_on_kql_is_answered_or_refused_as_it_says(
    query: re.Match[str], answer: re.Match[str], tmp_path: Path
) -> None:
    copy = read_copy(Path(*demo.__path__))
    assert query["language"] == "kusto"
    with LocalGraph(copy, tmp_path) as graph:
        if answer["language"] == "json":
            graph.fetch(query["text"], tmp_path / "rows.jsonl", in_order=True)
            rows = [json.loads(line) for line in (tmp_path / "rows.jsonl").read_text("utf-8").splitlines()]
            assert rows == json.loads(answer["text"])
            assert [list(row) for row in rows] == [list(row) for row in json.loads(answer["text"])]
        else:
            with pytest.raises(KqlError) as error:
                graph.fetch(query["text"], tmp_path / "rows.jsonl")
            assert str(error.value).partition("\n")[0] == answer["text"].strip()


@pytest.mark.parametrize("at", range(len(blocks("docs/settings.md"))))
def test_the_settings_of_the_page_on_settings_are_accepted(at: int) -> None:
    settings = tomllib.loads(blocks("docs/settings.md")[at]["text"])

    read_settings(settings, load_plugins())


def test_every_key_of_an_exclusion_is_on_the_page_on_settings() -> None:
    page = (ROOT / "docs" / "settings.md").read_text("utf-8")

    assert re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE) == [field.name for field in fields(Exclusion)]


def test_the_generated_pages_are_fresh() -> None:
    result = subprocess.run(
        [sys.executable, ROOT / "docs" / "build.py", "--check"], capture_output=True, text=True, check=False
    )

    assert result.returncode == 0, result.stdout


def test_every_page_that_the_readme_links_to_exists() -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", (ROOT / "README.md").read_text("utf-8"))

    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_readme_lists_every_rule() -> None:
    pages = {page.stem for page in (ROOT / "docs" / "rules").glob("*.md")} - {"README"}

    assert set(re.findall(r"^\| \[`([a-z-]+)`\]", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)) == pages
