"""The fixtures for authors of plugins, in a pytest of their own: where tenantlint is installed, they are there."""

import subprocess
import sys
from pathlib import Path

import pytest

FIXTURES = """
import pytest
from tenantlint.testing import a_resource, a_vm

def test_graph(local_graph, demo_tenant):
    assert local_graph(demo_tenant).ask("Resources | count")[0]["Count"] > 900
    names = local_graph(a_vm("a"), a_resource("Acme/things", "b")).ask("Resources | project name | order by name asc")
    assert names == [{"name": "a"}, {"name": "b"}]

def test_judge(judge, copy_of):
    vm = a_vm("a")
    assert list(judge([vm], "unprotected-vm").violations("unprotected-vm")) == [vm["id"]]
    assert list(judge(copy_of(vm), "unprotected-vm").violations("unprotected-vm")) == [vm["id"]]

def test_golden(judge, golden, request):
    report = judge([a_vm("a")], "unprotected-vm").golden("text")
    golden("kept.txt", report)
    golden(request.path.with_name("kept.txt"), report)

def test_nothing_is_in_the_way(tmp_path, judge, copy_of):
    judge([a_vm("a")], "unprotected-vm")
    copy_of(a_vm("b")), copy_of(a_vm("c"))
    assert list(tmp_path.iterdir()) == []
"""


def run_pytest(folder: Path, *options: str, cwd: Path | None = None) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error", *options],
        cwd=cwd or folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def test_every_fixture_does_what_it_says(tmp_path: Path) -> None:
    (tmp_path / "test_fixtures.py").write_text(FIXTURES, "utf-8")

    assert "1 failed, 3 passed" in run_pytest(tmp_path)
    assert "4 passed" in run_pytest(tmp_path, "--update-golden")
    assert "unprotected-vm" in (tmp_path / "kept.txt").read_text("utf-8")
    assert "4 passed" in run_pytest(tmp_path, str(tmp_path), cwd=Path(sys.prefix))  # the file is beside the test


def test_pytest_starts_without_importing_any_of_tenantlint(tmp_path: Path) -> None:
    (tmp_path / "test_imports.py").write_text(
        "import sys\n\ndef test():\n    assert 'tenantlint' not in sys.modules\n", "utf-8"
    )

    assert "1 passed" in run_pytest(tmp_path)


def test_the_option_is_in_the_help_and_the_fixtures_are_listed(tmp_path: Path) -> None:
    assert "--update-golden" in run_pytest(tmp_path, "--help")
    (tmp_path / "test_one.py").write_text("def test(): pass\n", "utf-8")
    listed = run_pytest(tmp_path, "--fixtures")

    for name in ("demo_tenant", "copy_of", "local_graph", "judge", "golden"):
        assert f"\n{name} " in listed


@pytest.mark.parametrize("how", ["-p pytest_tenantlint", "-p no:pytest_tenantlint"])
def test_it_can_be_named_and_left_out(how: str, tmp_path: Path) -> None:
    (tmp_path / "test_one.py").write_text("def test(): pass\n", "utf-8")

    assert "1 passed" in run_pytest(tmp_path, *how.split())
