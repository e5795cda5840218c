"""A tenant recorded with `capture --scrub` is a fixture: nobody is named, and it is judged as the tenant is."""

from collections import Counter
from pathlib import Path

import pytest

from tenantlint.testing import Golden, Judge, Judged, LocalGraph, a_protected_item, a_vault, a_vm
from tests.commands import run

RULES = ("unprotected-vm", "too-many-data-disks", "vault-redundancy")


@pytest.fixture
def recorded(local_graph: LocalGraph, tmp_path: Path) -> Path:
    """Record a served tenant in which somebody's VM is not backed up, as its administrator would."""
    vault = a_vault("contoso-vault")
    safe = a_vm("contoso-safe")
    resources = [a_vm("contoso-erp-anna"), safe, vault, a_protected_item(of=safe, in_=vault)]
    with local_graph(*resources).served() as url:
        ended = run("capture", tmp_path / "recorded", "--graph", url, "--scrub", cwd=tmp_path)
    assert ended.code == 0, ended.err
    return tmp_path / "recorded"


def outcomes(judged: Judged) -> Counter[tuple[str, str]]:
    return Counter((rule, each.outcome) for rule, said in judged.verdicts.items() for each in said.values())


def test_a_recorded_tenant_is_judged_as_the_tenant_was(recorded: Path, judge: Judge) -> None:
    assert outcomes(judge(recorded, *RULES)) == {
        ("unprotected-vm", "compliant"): 1,
        ("unprotected-vm", "violation"): 1,
        ("too-many-data-disks", "compliant"): 2,
        ("vault-redundancy", "compliant"): 1,
    }


def test_a_recorded_tenant_names_nobody_and_answers_kql(recorded: Path, local_graph: LocalGraph) -> None:
    assert not any(b"contoso" in file.read_bytes().lower() for file in recorded.iterdir())
    vms = local_graph(recorded).ask("Resources | where type == 'microsoft.compute/virtualmachines' | count")
    assert vms == [{"Count": 2}]


def test_its_reports_can_be_kept(recorded: Path, judge: Judge, golden: Golden, tmp_path: Path) -> None:
    first = judge(recorded, *RULES).golden("sarif")
    (tmp_path / "golden.sarif").write_text(first, "utf-8", newline="\n")

    golden(tmp_path / "golden.sarif", judge(recorded, *RULES).golden("sarif"))
