"""Real scans that are killed, interrupted, signed out or cut off, and gone on with."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path

import pytest

from bench.generate import generate
from tenantlint.cli import main
from tenantlint.graph.azure import access
from tenantlint.graph.azure.requests import Sender
from tenantlint.graph.azure.units import Unit, in_order
from tenantlint.graph.copies import read_copy
from tenantlint.graph.server import paging
from tenantlint.graph.server.effects import Effect, Expire, Reset, Slow
from tenantlint.graph.server.faults import GRAPH, Fault, Seen
from tenantlint.graph.server.serving import Options, serving
from tenantlint.snapshot import open_snapshot
from tests.commands import TENANTLINT, environment, run
from tests.graph.azure.conftest import UNCOUNTED
from tests.graph.azure.live_makers import COVERING, stored
from tests.tenant_copies import catalog, subscription

PAGE = 30
RULES = [option for rule in COVERING for option in ("--rule", rule)]
KQL = {table.kql for table in catalog().tables.values()}
EFFECTS: dict[str, Effect] = {"signed out": Expire(), "cut off": Reset(), "slow": Slow(30)}


@dataclass
class Plan:
    """What happens from the request *after* on, counted since the plan was made, and what was asked meanwhile."""

    name: str = ""
    after: int = 0
    act: Callable[[], None] = lambda: None
    seen: list[Seen] = field(default_factory=list)

    def start(self, name: str = "", after: int = 0, act: Callable[[], None] = lambda: None) -> None:
        self.name, self.after, self.act = name, after, act
        self.seen = []

    def watch(self, seen: Seen) -> bool:
        self.seen.append(seen)
        if len(self.seen) == self.after:
            self.act()
        return False

    def is_due(self, name: str, _: Seen) -> bool:
        return name == self.name and len(self.seen) >= self.after


@dataclass(frozen=True)
class Tenant:
    """A server with a plan, and what a scan that nobody disturbs makes of it."""

    url: str
    plan: Plan
    tables: object


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenant]:
    plan, folder = Plan(), tmp_path_factory.mktemp("tenant")
    generate(150, 1, folder / "copy")
    paths = (GRAPH, "/subscriptions")
    faults = [
        Fault(effect, path=path, times=0, when=partial(plan.is_due, name))
        for name, effect in EFFECTS.items()
        for path in paths
    ]
    options = Options(faults=[Fault(Slow(0), times=0, when=plan.watch), *faults], quota=UNCOUNTED)
    with ExitStack() as stack:
        stack.enter_context(pytest.MonkeyPatch.context()).setattr(paging, "LARGEST_PAGE", PAGE)
        url = stack.enter_context(serving(read_copy(folder / "copy"), options)).url
        assert run("scan", "--graph", url, *RULES, "--snapshot", folder / "snapshot", "--fail-on", "never").code == 0
        assert not (folder / "snapshot.unfinished").exists()
        yield Tenant(url, plan, tables_of(folder / "snapshot"))


def tables_of(folder: Path) -> object:
    return stored(open_snapshot(folder).manifest)


def command(tenant: Tenant, into: Path, *more: str) -> list[str]:
    return ["scan", "--graph", tenant.url, *RULES, "--snapshot", str(into), "--fail-on", "never", *more]


def finished(into: Path) -> list[str]:
    """Return the queries of all parts that are on disk."""
    folder = into.with_name(f"{into.name}.unfinished")
    found = []
    for kql in KQL:
        for file in (folder / sha256(kql.encode()).hexdigest()[:16]).glob("*.jsonl"):
            group, remainder, _, modulus = file.stem.split("-")
            found.append(Unit(int(group[1:]), int(modulus), int(remainder)).kql(in_order(kql)))
    return found


def go_on(tenant: Tenant, into: Path) -> None:
    """Go on with the scan, and hold what it asks, and what comes of it, against what was there."""
    before = finished(into)
    tenant.plan.start()

    ended = run(*command(tenant, into, "--resume"))

    assert (ended.code, ended.err.count("error")) == (0, 0)
    assert before
    assert {seen.query for seen in tenant.plan.seen}.isdisjoint(before)
    assert tables_of(into) == tenant.tables
    assert not into.with_name("snapshot.unfinished").exists()


def start(tenant: Tenant, into: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [TENANTLINT, *command(tenant, into)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        text=True,
    )


@pytest.mark.parametrize("after", [4, 12, 19, 24])
def test_a_scan_that_was_killed_goes_on_where_it_was(tenant: Tenant, tmp_path: Path, after: int) -> None:
    into = tmp_path / "snapshot"
    started: list[subprocess.Popen[str]] = []
    tenant.plan.start(after=after, act=lambda: os.kill(started[0].pid, signal.SIGKILL))
    started.append(start(tenant, into))
    started[0].communicate(timeout=60)

    assert started[0].returncode == -signal.SIGKILL
    assert not into.exists()
    assert into.with_name("snapshot.unfinished").exists()
    if finished(into):
        refused = run(*command(tenant, into))
        assert refused.code == 2
        assert "was not finished" in refused.err
        assert "--resume" in refused.err
        go_on(tenant, into)
    else:
        assert after == 4


def test_a_scan_that_was_killed_twice_goes_on_twice(tenant: Tenant, tmp_path: Path) -> None:
    into = tmp_path / "snapshot"
    for more in ([], ["--resume"]):
        tenant.plan.start("signed out", after=8)
        assert run(*command(tenant, into, *more)).code == 3

    go_on(tenant, into)


def test_a_sign_in_that_ends_keeps_what_was_read(tenant: Tenant, tmp_path: Path) -> None:
    into = tmp_path / "snapshot"
    tenant.plan.start("signed out", after=12)

    ended = run(*command(tenant, into))

    assert ended.code == 3
    assert "sign in again" in ended.err
    assert "--resume" in ended.err.partition("hint:")[2]
    go_on(tenant, into)


def test_a_network_that_is_lost_keeps_what_was_read(
    tenant: Tenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    into = tmp_path / "snapshot"
    tenant.plan.start("cut off", after=12)
    monkeypatch.setattr(access, "Sender", partial(Sender, haste=0.01))  # or it would be patient for a minute
    monkeypatch.setattr(sys, "argv", ["tenantlint", *command(tenant, into)])

    with pytest.raises(SystemExit) as ended:
        main()

    said = capsys.readouterr().err
    assert ended.value.code == 3
    assert "cannot be reached any more" in said
    assert "--resume" in said.partition("hint:")[2]
    go_on(tenant, into)


def test_another_scan_is_not_gone_on_with(tenant: Tenant, tmp_path: Path) -> None:
    into = tmp_path / "snapshot"
    tenant.plan.start("signed out", after=12)
    run(*command(tenant, into))

    for more in (["--cloud", "china"], ["--subscription", subscription(1)], ["--tenant", subscription(2)]):
        ended = run(*command(tenant, into, "--resume", *more))
        assert ended.code == 2
        assert "reads something else" in ended.err
    go_on(tenant, into)


def test_what_was_half_written_is_read_anew(tenant: Tenant, tmp_path: Path) -> None:
    into = tmp_path / "snapshot"
    tenant.plan.start("signed out", after=12)
    run(*command(tenant, into))
    file = next(into.with_name("snapshot.unfinished").rglob("g0-0-of-1.jsonl"))
    file.rename(file.with_name(f"{file.name}.new"))

    go_on(tenant, into)


def test_a_run_of_which_nothing_can_be_read_is_told(tenant: Tenant, tmp_path: Path) -> None:
    into = tmp_path / "snapshot"
    tenant.plan.start("signed out", after=12)
    run(*command(tenant, into))
    into.with_name("snapshot.unfinished").joinpath("run.json").write_bytes(b'{"format": 1')

    ended = run(*command(tenant, into, "--resume"))

    assert ended.code == 2
    assert "cannot be gone on with" in ended.err
    assert "Traceback" not in ended.err


def test_ctrl_c_ends_a_long_read_at_once_and_says_how_to_go_on(tenant: Tenant, tmp_path: Path) -> None:
    into = tmp_path / "snapshot"
    tenant.plan.start("slow", after=14)
    process = start(tenant, into)
    while len(tenant.plan.seen) < 14:
        assert process.poll() is None
        time.sleep(0.01)
    time.sleep(0.3)

    process.send_signal(signal.SIGINT)
    sent = time.monotonic()
    _, said = process.communicate(timeout=20)

    assert time.monotonic() - sent < 2
    assert process.returncode == 130
    assert "--resume" in said.partition("hint:")[2]
    assert "Traceback" not in said
    go_on(tenant, into)
