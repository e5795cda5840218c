"""The reference of the hooks: every hook with its signature, and examples that work once they are installed."""

import inspect
import json
import os
import re
import subprocess
from collections import Counter
from pathlib import Path

from tenantlint import hookspecs
from tests.pages import BIN, ROOT, write_files

HOOKS = sorted(file.stem for file in (ROOT / "docs" / "hooks").glob("*.py"))


def install(module: str, folder: Path) -> dict[str, str]:
    """Install a module of docs/hooks.md as a package would be; return the environment in which it is found."""
    write_files("docs/hooks.md", folder)
    told = folder / "acme_example-1.0.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-example\nVersion: 1.0\n")
    (told / "entry_points.txt").write_text(f"[tenantlint]\nacme = {module}\n")
    return {**os.environ, "PYTHONPATH": str(folder)}


def scan_with(hook: str, folder: Path, *options: str) -> list[dict[str, object]]:
    command = [str(BIN / "tenantlint"), "scan", "--demo", "--report", "json=x.jsonl", "--fail-on", "never", *options]
    environment = install(hook, folder)
    ended = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return [json.loads(line) for line in (folder / "x.jsonl").read_text("utf-8").splitlines()]


def verdicts(found: list[dict[str, object]]) -> dict[object, int]:
    return Counter(each["verdict"] for each in found)


def test_every_hook_has_an_example_and_its_signature_in_the_reference() -> None:
    page = (ROOT / "docs" / "hooks.md").read_text("utf-8")

    assert sorted(name for name in vars(hookspecs) if name.startswith("register_")) == HOOKS
    for name in HOOKS:
        function = getattr(hookspecs, name)
        assert f"def {name}() -> {inspect.signature(function).return_annotation}: ..." in page
        assert f"\n{inspect.getdoc(function)}\n" in page


def test_the_links_inside_the_hook_reference_lead_somewhere() -> None:
    page = (ROOT / "docs" / "hooks.md").read_text("utf-8")

    assert set(re.findall(r"\(#([^)]+)\)", page)) <= {
        line.lower() for line in re.findall(r"^##+ (.*)$", page, re.MULTILINE)
    }


def test_the_plugin_of_the_reference_that_brings_a_rule_judges(tmp_path: Path) -> None:
    assert verdicts(scan_with("register_rules", tmp_path, "--rule", "acme-vm-data-class")) == {
        "compliant": 2,
        "violation": 152,
    }


def test_the_plugin_of_the_reference_that_brings_a_table_judges_it(tmp_path: Path) -> None:
    found = scan_with("register_queries", tmp_path, "--rule", "acme-group-name")

    assert verdicts(found) == {"compliant": 62, "violation": 3}


def test_the_plugin_of_the_reference_that_brings_a_fact_judges_by_it(tmp_path: Path) -> None:
    found = scan_with("register_facts", tmp_path, "--rule", "acme-lonely-vm")

    assert verdicts(found) == {"compliant": 145, "violation": 9}


def test_the_plugin_of_the_reference_that_brings_a_report_writes_it(tmp_path: Path) -> None:
    options = ("--rule", "storage-lacks-trusted-services", "--report", "acme-ids=ids.txt")
    found = scan_with("register_reports", tmp_path, *options)

    ids = (tmp_path / "ids.txt").read_text("utf-8").splitlines()
    assert ids
    assert ids == sorted(str(each["resource"]).lower() for each in found if each["verdict"] == "violation")
