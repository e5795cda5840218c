"""A plugin of a third party, installed by itself and found through the entry point, as any that is on an index."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tenantlint.testing import LocalGraph
from tests.commands import Ended, run
from tests.installing import install_into

ACME = Path(__file__).parent / "packs" / "acme"
OURS = ("acme-group-contact", "acme-group-region", "acme-trusted-launch")
Tenantlint = Callable[..., Ended]


@pytest.fixture(scope="session")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the pack into a folder of its own."""
    return install_into(tmp_path_factory.mktemp("packs") / "acme", ACME)


@pytest.fixture
def tenantlint(acme: Path, tmp_path: Path) -> Tenantlint:
    """Return a function that runs tenantlint where the pack is installed."""
    return lambda *arguments: run(*arguments, cwd=tmp_path, env={"PYTHONPATH": str(acme)})


def verdicts(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def test_it_is_listed_with_what_it_contributes(tenantlint: Tenantlint) -> None:
    (line,) = (line for line in tenantlint("plugins").out.splitlines() if line.startswith("tenantlint_acme"))

    assert "3.2.1" in line
    for said in ("2 tables", "3 rules", "1 facts", "1 reports"):
        assert said in line


def test_its_rules_are_listed_and_explained(tenantlint: Tenantlint) -> None:
    listed = tenantlint("rules").out

    for rule in OURS:
        assert rule in listed
        page = tenantlint("explain", rule)
        assert page.code == 0
        assert f"# {rule}" in page.out
        assert "must" in page.out.splitlines()[2]
        assert "https://acme.example/" in page.out


def test_its_rules_judge_by_table_query_and_fact(
    tenantlint: Tenantlint, tmp_path: Path, local_graph: LocalGraph, demo_tenant: Path
) -> None:
    options = [f"--rule={rule}" for rule in OURS]
    ended = tenantlint("scan", "--demo", *options, "--report", f"json={tmp_path / 'all.jsonl'}")
    found = verdicts(tmp_path / "all.jsonl")
    violating = {(each["rule"], each["resource"].lower()) for each in found if each["verdict"] == "violation"}
    graph = local_graph(demo_tenant)
    groups = graph.ask("ResourceContainers | where type == 'microsoft.resources/subscriptions/resourcegroups'")
    vms = graph.ask("Resources | where type == 'microsoft.compute/virtualmachines'")
    regions = [(group["subscriptionId"], group["location"]) for group in groups]
    bare = [vm for vm in vms if "securityType" not in ((vm["properties"] or {}).get("securityProfile") or {})]

    assert (ended.code, ended.err) == (1, "")
    assert violating == {
        *(("acme-group-contact", group["id"].lower()) for group in groups),
        *(
            ("acme-group-region", group["id"].lower())
            for group in groups
            if regions.count((group["subscriptionId"], group["location"])) == 1
        ),
        *(("acme-trusted-launch", vm["id"].lower()) for vm in bare),
    }
    assert 0 < len(bare) < len(vms)
    assert sum(each["rule"] == "acme-trusted-launch" for each in found) == len(vms)


def test_it_changes_nothing_that_other_rules_say(tenantlint: Tenantlint, tmp_path: Path) -> None:
    ours = run("scan", "--demo", "--report", f"json={tmp_path / 'without.jsonl'}", cwd=tmp_path)
    both = tenantlint("scan", "--demo", "--report", f"json={tmp_path / 'with.jsonl'}")

    assert (ours.code, both.code) == (1, 1)
    kept = [each for each in verdicts(tmp_path / "with.jsonl") if each["rule"] not in OURS]
    assert kept == verdicts(tmp_path / "without.jsonl")


def test_its_report_is_a_format(tenantlint: Tenantlint, tmp_path: Path) -> None:
    options = [f"--rule={rule}" for rule in OURS]
    tenantlint("scan", "--demo", *options, "--report", f"acme-count={tmp_path / 'counts.json'}")
    counts = json.loads((tmp_path / "counts.json").read_text("utf-8"))

    assert set(counts) <= set(OURS)
    assert counts["acme-group-contact"] > 10


def test_its_version_is_in_the_full_sarif(tenantlint: Tenantlint, tmp_path: Path) -> None:
    tenantlint("scan", "--demo", "--rule=acme-trusted-launch", "--report", f"sarif-full={tmp_path / 'full.sarif'}")
    (found,) = json.loads((tmp_path / "full.sarif").read_text("utf-8"))["runs"]

    assert {"name": "tenantlint_acme", "version": "3.2.1"} in found["tool"]["extensions"]
    assert "acme-trusted-launch" in {rule["id"] for rule in found["tool"]["driver"]["rules"]}


@pytest.mark.parametrize("name", ["tenantlint_acme", "acme-group-region"])
def test_it_can_be_left_out_as_a_whole_or_rule_by_rule(name: str, tenantlint: Tenantlint) -> None:
    listed = tenantlint("rules", "--without", name).out

    assert "acme-group-region" not in listed
    assert ("acme-trusted-launch" in listed) == (name != "tenantlint_acme")


def test_where_it_is_not_installed_nobody_knows_it(tmp_path: Path) -> None:
    assert run("explain", "acme-group-region", cwd=tmp_path).code == 2
