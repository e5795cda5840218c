"""Every rule has something to say of the synthetic tenant, so that a benchmark measures the whole pack at work."""

from collections.abc import Iterator

import pytest

from bench.generate import generate
from tenantlint import Rule
from tenantlint.checking import check
from tenantlint.collect import collect
from tenantlint.config import read_settings
from tenantlint.graph.copies import read_copy
from tenantlint.graph.local import LocalGraph
from tenantlint.plugins import load_plugins
from tenantlint.results import Summary, Tally
from tenantlint.selection import select
from tenantlint.snapshot import Snapshot, open_snapshot

VMS = 4_000
"""The smallest tenant in which every rule finds something, but for vaults that are full: these come with 8,000 VMs."""

OFF_BY_DEFAULT = ("vault-customer-managed-key", "vault-public-network-access")
SETTINGS = {"rules": {rule: {"enabled": True} for rule in OFF_BY_DEFAULT} | {"vault-too-full": {"vms": 500}}}
NEVER_COMPLIANT = {"classic-vms", "disk-encryption-retirement", "luks-encrypted-disks"}

CATALOG = load_plugins()


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("synthetic")
    generate(VMS, 1, folder / "copy")
    (folder / "work").mkdir()
    with LocalGraph(read_copy(folder / "copy"), folder / "work") as graph:
        collect(graph, list(CATALOG.tables.values()), folder / "snapshot")
    return open_snapshot(folder / "snapshot")


@pytest.fixture(scope="module")
def summaries(snapshot: Snapshot) -> list[Summary]:
    """Judge by all rules of today, and by those that the documents lifted since as of when they were stated."""
    lifted = {rule.id for rule in CATALOG.select(())} - {rule.id for rule in _demanded(None)}
    stated = {CATALOG.rules[id_].history[0].document.date[:7] for id_ in lifted}
    return [_judge(snapshot, None), *(_judge(snapshot, edition, lifted) for edition in sorted(stated))]


def _demanded(edition: str | None) -> list[Rule]:
    return select(CATALOG, (), read_settings(SETTINGS, CATALOG, edition))


def _judge(snapshot: Snapshot, edition: str | None, among: set[str] | None = None) -> Summary:
    settings, now = read_settings(SETTINGS, CATALOG, edition), snapshot.manifest.ended_at
    rules = [rule for rule in _demanded(edition) if among is None or rule.id in among]
    summary, _ = check(snapshot, CATALOG, rules, [], settings=settings, now=now)
    return summary


def _tallies(summaries: list[Summary]) -> Iterator[tuple[str, Tally]]:
    return (found for summary in summaries for found in summary.tallies.items())


def test_everything_is_read_and_judged(summaries: list[Summary]) -> None:
    assert [problem for summary in summaries for problem in summary.problems] == []
    assert not any(summary.incomplete for summary in summaries)


def test_every_rule_finds_something(summaries: list[Summary]) -> None:
    finding = {rule for rule, tally in _tallies(summaries) if tally.outcomes["violation"]}

    assert {rule.id for rule in CATALOG.select(())} - finding == set()


def test_every_rule_that_can_be_content_is_content_with_something(summaries: list[Summary]) -> None:
    content = {rule for rule, tally in _tallies(summaries) if tally.outcomes["compliant"]}

    assert {rule.id for rule in CATALOG.select(())} - content == NEVER_COMPLIANT


def test_no_rule_of_today_finds_fault_with_more_than_every_fifth_vm(summaries: list[Summary]) -> None:
    shares = {
        rule: tally.outcomes["violation"] / VMS
        for rule, tally in summaries[0].tallies.items()
        if CATALOG.rules[rule].on == "virtual_machines"
    }

    assert {rule: share for rule, share in shares.items() if share > 0.2} == {}
