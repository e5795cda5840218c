"""Rules of third parties that do what they should not, on one resource of five partitions."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from tenantlint.checking import Target, check
from tenantlint.isolation.budget import Budget
from tenantlint.isolation.plan import Isolation, third_party
from tenantlint.plugins import load_plugins
from tenantlint.reports.json import JsonReport
from tenantlint.reports.sarif_full import SarifFullReport
from tenantlint.results import Summary
from tenantlint.selection import select
from tenantlint.settings import Settings
from tenantlint.snapshot import Snapshot
from tenantlint.wanted import Wanted
from tests.makers import collect_copy
from tests.tenant_copies import catalog, subscription_row, vm_row, write_copy

PARTITIONS = 5
OURS = "too-many-data-disks"

RULE = '''
import os, signal, subprocess, sys, threading, time
from tenantlint import Document, Verdict, Violation, fact, rule

@rule(id="{id}", on="virtual_machines", level="note", sources=[Document("Policy", "2026-03-01", "https://acme.example/p")])
def judge(vm, ctx):
    """VMs must be tame."""
    {body}
    return vm.compliant()
'''


@dataclass(frozen=True)
class Outcome:
    """What a scan gave: its summary, its notes, the lines of its json report by rule, its archive."""

    summary: Summary
    notes: list[str]
    lines: dict[str, list[bytes]]
    archive: dict[str, Any]

    def others(self, rule: str) -> dict[str, list[bytes]]:
        """Return the lines of all rules but one."""
        return {name: lines for name, lines in self.lines.items() if name != rule}

    def told(self, rule: str) -> list[tuple[str, str]]:
        """Return the verdict and the message of one rule on every resource, in the order of resources."""
        return [(line["verdict"], line["message"]) for line in map(orjson.loads, self.lines[rule])]


def five_partitions(folder: Path) -> Snapshot:
    """Collect a snapshot of five subscriptions, each a partition, with the VMs `vm1a` and `vm1b` … `vm5b`."""
    numbers = range(1, PARTITIONS + 1)
    vms = [vm_row(number, f"vm{number}{letter}", 33 * (number == 2)) for number in numbers for letter in "ab"]
    rows = {"Resources": vms, "ResourceContainers": [subscription_row(number) for number in numbers]}
    tables = catalog().needed_tables(catalog().rules.values())
    return collect_copy(write_copy(folder / "copy", rows, subscriptions=numbers), tables, folder / "snapshot", 2)


def write_rule(file: Path, id_: str, body: str = "pass") -> Path:
    """Write a plugin file with one rule."""
    file.write_text(RULE.format(id=id_, body=body.replace("\n", "\n    ")), "utf-8")
    return file


def scan(snapshot: Snapshot, files: list[Path], into: Path, budget: Budget | None = None) -> Outcome:
    """Judge by one rule of ours and all of the plugin files, which judge apart."""
    wanted = Wanted(tuple(files))
    loaded = load_plugins(wanted)
    rules = [
        rule for rule in select(loaded, (), Settings()) if rule.id == OURS or loaded.origins[rule.id] in _names(files)
    ]
    isolation = Isolation(third_party(loaded, rules), wanted, {}, None, budget or Budget())
    into.mkdir(exist_ok=True)
    lines, archive = into / "verdicts.jsonl", into / "archive.sarif"
    summary, notes = check(
        snapshot,
        loaded,
        rules,
        [Target(JsonReport(), lines), Target(SarifFullReport(), archive)],
        settings=Settings(),
        now=snapshot.manifest.ended_at,
        isolation=isolation,
    )
    by_rule: dict[str, list[bytes]] = {rule.id: [] for rule in rules}
    for line in lines.read_bytes().splitlines():
        by_rule[orjson.loads(line)["rule"]].append(line)
    return Outcome(summary, notes, by_rule, orjson.loads(archive.read_bytes()))


def _names(files: list[Path]) -> set[str]:
    return {file.stem for file in files}
