"""A month of nights by the command line: what is known to be wrong is open at GitHub, and nothing else."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import orjson
import pytest

from tests.cli.conftest import Call
from tests.code_scanning import CodeScanning
from tests.github_rules import problems
from tests.makers import Row
from tests.nights import RULE, unread, vm
from tests.tenant_copies import subscription_row, write_copy

DELETED_ON, MADE_ON, FAILED_ON = 7, 9, (4, 12)
FROM_SNAPSHOTS_ON = 11
NIGHTS = 18
EVERYTHING = {"reason": "throttled", "subscription": "", "table": "Resources"}


@dataclass
class Machine:
    number: int
    disks: int

    @property
    def is_wrong(self) -> bool:
        return self.disks > 16


@dataclass
class Tenant:
    """Machines by name. Of what is `hidden` nobody can tell anything; in what is `unread`, rows may be missing."""

    dice: random.Random
    subscriptions: list[int] = field(default_factory=lambda: [1, 2, 3, 4])
    machines: dict[str, Machine] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    unread: set[int] = field(default_factory=set)
    shown: set[str] = field(default_factory=set)

    def make(self, count: int) -> None:
        for _ in range(count):
            machine = Machine(self.dice.choice(self.subscriptions), self.dice.choice((0, 0, 17, 33)))
            self.machines[f"VM-{self.dice.randrange(10**9)}"] = machine

    def live(self, day: int) -> None:
        """Break, mend, delete and add; on two days a subscription goes and another comes."""
        for name in self.dice.sample(sorted(self.machines), 6):
            self.machines[name].disks = self.dice.choice((0, 17, 33))
        for name in self.dice.sample(sorted(self.machines), 2):
            del self.machines[name]
        if day in (DELETED_ON, DELETED_ON + FROM_SNAPSHOTS_ON - 4):
            self.forget(self.subscriptions.pop())
        if day == MADE_ON:
            self.subscriptions.append(5)
        self.make(3)
        self.unread = {each for each in self.subscriptions if self.dice.random() < 0.15}
        self.hidden = {name for name in self.machines if self.dice.random() < 0.1 and day < FROM_SNAPSHOTS_ON - 1}

    def forget(self, number: int) -> None:
        self.machines = {name: machine for name, machine in self.machines.items() if machine.number != number}

    def rows(self) -> list[Row]:
        """Return what Resource Graph shows tonight, in any spelling and order."""
        unread, dice = self.unread, self.dice
        self.shown = {name for name, each in self.machines.items() if each.number not in unread or dice.random() < 0.4}
        rows = [dict(self._row(name)) for name in sorted(self.shown)]
        dice.shuffle(rows)
        return rows

    def _row(self, name: str) -> Mapping[str, object]:
        machine, spelled = self.machines[name], self.dice.choice((name, name.upper(), name.lower()))
        return vm(spelled, None if name in self.hidden else machine.disks, machine.number)


@dataclass
class Known:
    """Who was wrong when they were judged last, and of whom there is an alert, each with the subscription."""

    wrong: dict[str, int] = field(default_factory=dict)
    open: dict[str, int] = field(default_factory=dict)

    def learn(self, tenant: Tenant, *, failed: bool) -> None:
        """Learn from a night; where it *failed*, nothing was fully read."""
        unread = set(range(9)) if failed else tenant.unread
        judged = {name: tenant.machines[name] for name in tenant.shown - tenant.hidden}
        wrong = {name: number for name, number in self.wrong.items() if number in unread or name in tenant.hidden}
        self.wrong = {name: number for name, number in wrong.items() if name not in judged}
        self.wrong |= {name: each.number for name, each in judged.items() if each.is_wrong}
        left = {name: number for name, number in self.open.items() if number in unread}
        self.open = left | {name: number for name, number in self.wrong.items() if number not in unread}


def scan(call: Call, tenant: Tenant, day: int, baseline: str, gaps: list[dict[str, str]]) -> Path:
    """Scan on a day; return the snapshot, beside which the upload and the archive lie."""
    rows = {"Resources": tenant.rows(), "ResourceContainers": [subscription_row(each) for each in tenant.subscriptions]}
    read = set(tenant.subscriptions) - tenant.unread
    copy = write_copy(Path(f"copy-{day}"), rows, subscriptions=read, unread=gaps)
    head = orjson.loads((copy / "copy.json").read_bytes())
    (copy / "copy.json").write_bytes(orjson.dumps({**head, "captured_at": f"2026-11-{day:02}T02:00:00Z"}))
    kept = Path(f"night-{day:02}")
    reports = (f"--report=sarif={kept}.up.sarif", f"--report=sarif-full={kept}.sarif")
    ended = call(
        "scan", "--graph", copy, "--snapshot", kept, *RULE, *reports, f"--baseline={baseline}", "--fail-on=never"
    )
    assert ended.code == (3 if gaps else 0), ended.err
    return kept


@pytest.mark.parametrize("seed", range(2))
def test_in_a_month_what_is_known_to_be_wrong_is_open_and_nothing_else(call: Call, seed: int) -> None:
    github, known, tenant = CodeScanning(), Known(), Tenant(random.Random(seed))  # noqa: S311 - the same month for a seed
    tenant.make(40)
    baseline, ever = "none", set[str]()
    for day in range(1, NIGHTS + 1):
        tenant.live(day)
        failed = day in FAILED_ON
        kept = scan(call, tenant, day, baseline, [EVERYTHING] if failed else [*map(unread, sorted(tenant.unread))])
        logs = [orjson.loads(file.read_bytes()) for file in sorted(Path().glob(f"{kept}.up*.sarif"))]
        assert [problem for log in logs for problem in problems(log, "upload")] == []
        github.upload(logs)
        known.learn(tenant, failed=failed)
        ever |= known.open.keys()

        assert {path.rpartition("/")[2] for _, _, path in github.open} == {name.lower() for name in known.open}, day
        baseline = str(kept) if day >= FROM_SNAPSHOTS_ON else f"{kept}.sarif"

    assert len(github.alerts) == len(ever) > 40
