"""A pack as `tenantlint new plugin` writes it: its checks pass, and from its wheel it works beside tenantlint's."""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.commands import Ended, run
from tests.installing import SOURCES, Environment, build_wheel, clean_environment

RULES = ("globex-closed-storage", "globex-standard-public-ip", "globex-vm-contact")
CONTACT = "globex-vm-contact"


@dataclass(frozen=True)
class Pack:
    """The pack, where it is installed, and the wheels beside its own."""

    folder: Path
    environment: Environment
    wheels: tuple[Path, ...]

    def tenantlint(self, *arguments: object, cwd: Path) -> Ended:
        return self.environment.tenantlint(*arguments, cwd=cwd)


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """Write a pack, build its wheel, and install that beside tenantlint's own in an environment without sources."""
    work = tmp_path_factory.mktemp("new")
    assert run("new", "plugin", "globex", cwd=work).code == 0
    folder = work / "tenantlint-globex"
    wheels = (build_wheel(SOURCES.parent, work / "tenantlint"),) if SOURCES.is_dir() else ()
    return Pack(folder, clean_environment(work / "env", [build_wheel(folder, work / "pack"), *wheels]), wheels)


def test_nothing_comes_from_sources(pack: Pack, tmp_path: Path) -> None:
    code = "import tenantlint, tenantlint_globex as g; print(tenantlint.__file__); print(g.__file__)"
    ended = pack.environment.run("-P", "-c", code, cwd=tmp_path)
    ours, theirs = map(Path, ended.out.split())

    assert pack.environment.folder in theirs.parents
    assert SOURCES not in ours.parents
    assert not SOURCES.is_dir() or pack.environment.folder in ours.parents


def test_its_tests_pass_as_written_with_warnings_as_errors(pack: Pack) -> None:
    ended = pack.environment.run("-m", "pytest", "-W", "error", "-p", "no:cacheprovider", cwd=pack.folder)

    assert ended.code == 0, ended.out + ended.err
    assert " passed" in ended.out
    assert "skipped" not in ended.out


@pytest.mark.parametrize(
    "tool", ["ruff check --no-cache", "ruff format --check --no-cache", "mypy --cache-dir=/dev/null"]
)
def test_its_checks_pass_as_written(tool: str, pack: Pack) -> None:
    ended = pack.environment.run("-m", *tool.split(), cwd=pack.folder)

    assert ended.code == 0, ended.out + ended.err


def test_its_queries_are_in_no_trap_of_resource_graph(pack: Pack) -> None:
    ended = pack.tenantlint("lint-kql", "src", "--fail-on", "note", cwd=pack.folder)

    assert ended.code == 0, ended.out + ended.err
    assert "in 1 quer" in ended.out


def test_its_workflow_is_one_that_github_takes(pack: Pack) -> None:
    workflow = pack.folder / ".github" / "workflows" / "ci.yml"
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows"]
    done = subprocess.run([*command, workflow], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def test_it_is_listed_explained_and_found_in_plugins(pack: Pack, tmp_path: Path) -> None:
    assert "tenantlint_globex" in pack.tenantlint("plugins", cwd=tmp_path).out
    listed = pack.tenantlint("rules", cwd=tmp_path).out
    for rule in RULES:
        assert rule in listed
        assert f"# {rule}" in pack.tenantlint("explain", rule, cwd=tmp_path).out


def test_its_rules_have_pages_of_documentation(pack: Pack, tmp_path: Path) -> None:
    ended = pack.tenantlint("explain", "--into", "pages", "--only-plugins", "tenantlint-globex", cwd=tmp_path)

    assert ended.code == 0, ended.err
    for rule in RULES:
        page = (tmp_path / "pages" / f"{rule}.md").read_text("utf-8")
        assert page.startswith(f"# {rule}\n")
        assert "\n## Documents\n" in page


def test_scrubbing_names_its_rule_that_reads_tags(pack: Pack, tmp_path: Path) -> None:
    code = "from tenantlint.scrub.report import exempt_rules as e; from tenantlint.plugins import load_plugins as l"
    ended = pack.environment.run("-P", "-c", f"{code}; print(e(l()))", cwd=tmp_path)

    assert CONTACT in ended.out


def test_each_kind_of_rule_finds_its_violation_in_the_demo_tenant_and_tells_it_in_sarif(
    pack: Pack, tmp_path: Path
) -> None:
    options = [f"--rule={rule}" for rule in RULES]
    ended = pack.tenantlint("scan", "--demo", "--baseline=none", *options, "--report=sarif=found.sarif", cwd=tmp_path)
    runs = json.loads((tmp_path / "found.sarif").read_text("utf-8"))["runs"]
    results = [result["ruleId"] for each in runs for result in each["results"]]
    described = {rule["id"]: rule for each in runs for rule in each["tool"]["driver"]["rules"]}

    assert ended.code == 1, ended.err
    assert set(results) == set(RULES)
    for rule in RULES:
        assert "must" in described[rule]["fullDescription"]["text"]
        assert "## Why" in described[rule]["help"]["text"]


def test_its_violations_can_be_waived(pack: Pack, tmp_path: Path) -> None:
    first = pack.tenantlint("scan", "--demo", f"--rule={CONTACT}", "--report=json=found.jsonl", cwd=tmp_path)
    found = [json.loads(line) for line in (tmp_path / "found.jsonl").read_text("utf-8").splitlines()]
    where = {each["resource"].split("/")[2] for each in found if each["verdict"] == "violation"}
    expires = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    for subscription in where:
        scope = ("--subscription", f"/subscriptions/{subscription}", "--expires", expires)
        said = ("--reason", "the example rule of a test", "--owner", "tests")
        assert pack.tenantlint("waive", "--rule", CONTACT, *scope, *said, cwd=tmp_path).code == 0
    then = pack.tenantlint("scan", "--demo", f"--rule={CONTACT}", cwd=tmp_path)

    assert (first.code, then.code) == (1, 0), then.out + then.err
    assert "waived" in then.out


def test_its_violations_can_be_known_from_before(pack: Pack, tmp_path: Path) -> None:
    options = ("--demo", "--rule", CONTACT, "--fail-on", "new-warning")
    pack.tenantlint(
        "scan", "--demo", "--rule", CONTACT, "--snapshot", "night", "--report=json=night.jsonl", cwd=tmp_path
    )

    for known in ("night", "night.jsonl"):
        assert pack.tenantlint("scan", *options, "--fail-on=new-warning", "--baseline", known, cwd=tmp_path).code == 0
    (tmp_path / "empty.jsonl").write_text((tmp_path / "night.jsonl").read_text("utf-8").splitlines()[0] + "\n", "utf-8")
    assert pack.tenantlint("diff", "night.jsonl", "night", "--rule", CONTACT, cwd=tmp_path).code == 0
    assert pack.tenantlint("diff", "empty.jsonl", "night", "--rule", CONTACT, cwd=tmp_path).code == 1


def test_rules_that_are_added_pass_the_packs_tests(pack: Pack, tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    assert pack.tenantlint("new", "plugin", "initech", "--into", folder, cwd=tmp_path).code == 0
    for kind in ("python", "kql", "yaml"):
        ended = pack.tenantlint("new", "rule", f"initech-of-{kind}", "--kind", kind, cwd=folder)
        assert ended.code == 0, ended.err
    environment = clean_environment(tmp_path / "env", [build_wheel(folder, tmp_path / "dist"), *pack.wheels])
    tests = environment.run("-m", "pytest", "-v", "-p", "no:cacheprovider", cwd=folder)

    assert tests.code == 0, tests.out + tests.err
    for kind in ("python", "kql", "yaml"):
        assert f"test_case[initech-of-{kind}: " in tests.out


def test_a_pack_without_its_examples_is_a_pack_to_which_rules_are_added(pack: Pack, tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    assert pack.tenantlint("new", "plugin", "hooli", "--into", folder, cwd=tmp_path).code == 0
    shutil.rmtree(folder / "tests" / "cases")
    for file in (folder / "src" / "tenantlint_hooli" / "rules").glob("hooli*"):
        file.unlink()
    environment = clean_environment(tmp_path / "env", [build_wheel(folder, tmp_path / "dist"), *pack.wheels])
    tests = environment.run("-m", "pytest", "-W", "error", "-p", "no:cacheprovider", cwd=folder)

    assert tests.code == 0, tests.out + tests.err
    assert "2 passed, 2 skipped" in tests.out
    assert pack.tenantlint("new", "rule", "hooli-vm-owner", cwd=folder).code == 0
