"""The command line, run in this process: quick, and in an empty folder of its own."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tenantlint.cli import main
from tenantlint.quiet import give_stdout_back
from tests import commands
from tests.commands import Ended
from tests.tenant_copies import subscription_row, vm_row, write_copy

Call = Callable[..., Ended]


@pytest.fixture
def call(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Call:
    """Return a function that runs tenantlint with arguments and gives what it ended with and printed."""
    monkeypatch.chdir(tmp_path)
    for name in ("FORCE_COLOR", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: object) -> Ended:
        capfd.readouterr()
        monkeypatch.setattr(sys, "argv", ["tenantlint", *map(str, arguments)])
        try:
            with pytest.raises(SystemExit) as ended:
                main()
        finally:
            give_stdout_back()
        printed = capfd.readouterr()
        assert isinstance(ended.value.code, int)
        return Ended(ended.value.code, printed.out, printed.err)

    return run


@pytest.fixture(scope="session")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a copy of a tenant in which `big` has 33 data disks, `mid` has 17, and nothing is backed up."""
    vms = [vm_row(1, "big", disks=33), vm_row(1, "mid", disks=17), vm_row(2, "Göteborg")]
    rows = {"Resources": vms, "ResourceContainers": [subscription_row(1, "Shop"), subscription_row(2)]}
    return write_copy(tmp_path_factory.mktemp("tenant") / "copy", rows, subscriptions=[1, 2])


FORMATS = {
    "text": "report.txt",
    "markdown": "page.md",
    "sarif": "x.sarif",
    "sarif-full": "full.sarif",
    "json": "v.jsonl",
    "csv": "v.csv",
    "junit": "junit.xml",
}


def every_report(folder: Path) -> list[str]:
    """Return the options that write every report into a folder, as on a first night."""
    return ["--baseline=none", *(f"--report={name}={folder / file}" for name, file in FORMATS.items())]


@pytest.fixture(scope="session")
def scanned(tenant: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Scan that tenant in a process in Tokyo; return the folder with the snapshot `kept` and the reports."""
    folder = tmp_path_factory.mktemp("scanned")
    options = ["--snapshot", folder / "kept", *every_report(folder)]
    ended = commands.run("scan", "--graph", tenant, *options, env={"TZ": "Asia/Tokyo"})
    assert (ended.code, ended.err) == (1, "")
    assert ended.out == (folder / "report.txt").read_text("utf-8")
    return folder


@pytest.fixture(scope="session")
def snapshot(scanned: Path) -> Path:
    """Return the snapshot of that tenant."""
    return scanned / "kept"


@pytest.fixture
def check(call: Call, snapshot: Path) -> Call:
    """Return a function that runs `tenantlint check` on that snapshot, with more arguments."""
    return lambda *arguments: call("check", snapshot, *arguments)


RULE_FILE = '''
"""VMs must be small."""
from tenantlint import Document, rule

POLICY = Document("Acme's policy", "2026-03-01", "https://acme.example/policy")

@rule(id="acme-small", on="virtual_machines", noun="VM", level="note", sources=[POLICY], tags=["size"])
def acme_small(vm, ctx):
    {body}
'''


@pytest.fixture
def rule_file(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a plugin file with one rule, whose body is given."""

    def write(body: str = "return vm.compliant()", name: str = "acme.py") -> Path:
        file = tmp_path / name
        file.write_text(RULE_FILE.format(body=body))
        return file

    return write
