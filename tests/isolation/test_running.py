"""Judging apart gives what judging here would give, however many processes and partitions there are."""

import dataclasses
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tenantlint import Verdict
from tenantlint.catalog import Catalog
from tenantlint.config import read_settings
from tenantlint.demo import __file__ as demo_file
from tenantlint.evaluate import Evaluation, Job
from tenantlint.isolation.answers import as_told
from tenantlint.isolation.apart import NOBODY, Apart
from tenantlint.isolation.budget import Budget
from tenantlint.isolation.plan import Isolation, Plan, isolate, third_party
from tenantlint.isolation.prints import Prints
from tenantlint.isolation.process import Process
from tenantlint.isolation.running import judged_apart
from tenantlint.plugins import load_plugins
from tenantlint.results import Judgement, Summary
from tenantlint.rules import Rule
from tenantlint.settings import Settings
from tenantlint.snapshot import Snapshot, SnapshotReader
from tenantlint.wanted import Wanted
from tests.isolation.hostile import PARTITIONS, five_partitions, write_rule
from tests.isolation.processes import is_running, until
from tests.makers import collect_copy
from tests.rule_files_texts import LISTED
from tests.tenant_copies import catalog

DEMO = Path(demo_file).parent

PACK = """
from tenantlint import Context, Dated, Document, FactTables, Setting, Violation, fact, rule

SOURCES = [Document("Policy", "2015-03-01", "https://acme.example/p")]

@fact(name="acme_vms", reads=["virtual_machines"])
def vms(tables):
    return sorted(vm.name for vm in tables.rows("virtual_machines", "name"))

@fact(name="acme_broken", reads=["virtual_machines"])
def broken(tables):
    raise ValueError("cannot count")

@fact(name="acme_needy", reads=["acme_broken"])
def needy(tables):
    return 1

def several(vm, ctx):
    names = ctx.fact("acme_vms", list)
    evidence = {"names": tuple(names), "deep": {"n": 1.5}}
    return vm.violations([Violation(f"is one of {len(names)}", "error", evidence, part) for part in "ab"])

def looks(vm, ctx):
    disks = ctx.tenant.owned("protected_items", vm)
    subscription = ctx.tenant.by_id("subscriptions", f"/subscriptions/{vm.subscription_id}")
    vaults = ctx.tenant.where("vaults", "name", "none")
    return vm.not_applicable(f"{len(disks)} {disks.unread} {subscription.name} {len(vaults)} {vaults.unread} {vm.id}")

def by_settings(vm, ctx):
    limit = ctx.limit("disks")
    return vm.violation(f"{limit.value} {limit.since} {ctx.settings['who']} {ctx.edition} {ctx.now}", level="warning")

def unknown(vm, ctx):
    if vm.name.endswith("a"):
        return vm.not_evaluable(absent="properties.x", evidence={"properties.x": None, "ü": "€"})
    return vm.not_evaluable(unobservable="cannot be seen")

def missing(vm, ctx):
    return vm.not_applicable(vm.find("properties.noSuchColumn"))

def sly(vm, ctx):
    return ctx.tenant.by_id("vaults", vm.id)

def make(judge, **more):
    judge.__doc__ = "VMs must be told."
    name = judge.__name__.replace("_", "-")
    return rule(**{"id": f"acme-{name}", "on": "virtual_machines", "level": "error", "sources": SOURCES, **more})(judge)

several = make(several, reads=["acme_vms"])
looks = make(looks, reads=["protected_items", "subscriptions", "vaults"])
by_settings = make(
    by_settings, limits={"disks": Dated({"2015-10": 16, "2026-01": 32})}, settings=[Setting("who", "Who.", str, "you")]
)
unknown = make(unknown)
missing = make(missing)
sly = make(sly)
on_a_fact_that_breaks = make(lambda vm, ctx: vm.compliant(), id="acme-broken", reads=["acme_needy"])
on_a_whole_table = make(lambda it, ctx: it.not_applicable(it.name), id="acme-whole", on="subscriptions")
on_owned_rows = make(lambda it, ctx: it.not_applicable(it.name), id="acme-owned", on="protected_items")
"""


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return five_partitions(tmp_path_factory.mktemp("five"))


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("pack") / "acme.py"
    file.write_text(PACK, "utf-8")
    return file


def isolation_of(
    file: Path, config: dict[str, Any] | None = None, edition: str | None = None
) -> tuple[Isolation, Catalog]:
    wanted = Wanted((file,))
    loaded = load_plugins(wanted)
    rules = third_party(loaded, loaded.rules.values())
    return Isolation(rules, wanted, config or {}, edition, Budget(60)), loaded


def judged(
    snapshot: Snapshot, loaded: Catalog, rules: Sequence[Rule], settings: Settings, apart: Apart
) -> tuple[Summary, list[Judgement]]:
    job = Job(snapshot.manifest, rules, loaded.facts, settings, snapshot.manifest.ended_at, apart)
    evaluation = Evaluation(job)
    with SnapshotReader(snapshot) as reader:
        found = [judgement for batch in evaluation.judgements(reader) for judgement in batch]
    return evaluation.summary, found


def told(judgements: Sequence[Judgement]) -> list[tuple[str, str, Verdict]]:
    return [(each.rule.id, each.subject.id, each.verdict) for each in judgements]


@pytest.mark.parametrize("edition", [None, "2020-01"])
@pytest.mark.parametrize("at_once", [1, 3])
def test_judging_apart_gives_what_judging_here_gives(
    edition: str | None, at_once: int, pack: Path, snapshot: Snapshot
) -> None:
    config = {"rules": {"acme-by-settings": {"who": "me", "level": "note"}, "acme-several": {"level": "warning"}}}
    isolation, loaded = isolation_of(pack, config, edition)
    settings = read_settings(config, loaded, edition)
    rules = [loaded.rules[name] for name in sorted(isolation.rules)]
    summary, here = judged(snapshot, loaded, rules, settings, NOBODY)
    with judged_apart(isolation, rules, snapshot, snapshot.manifest.ended_at, at_once=at_once) as apart:
        apart_summary, there = judged(snapshot, loaded, rules, settings, apart)

    assert len(here) == 2 * PARTITIONS * (len(rules) - 2) + PARTITIONS
    assert told(there) == [(rule, id_, as_told(verdict)) for rule, id_, verdict in told(here)]
    assert apart_summary == summary
    assert {verdict.cause for _, _, verdict in told(here)} >= {None, "absent", "unobservable", "unread", "failed"}
    assert apart.notes == ()


def test_partitions_change_nothing(pack: Path, snapshot: Snapshot, tmp_path: Path) -> None:
    isolation, loaded = isolation_of(pack)
    rules = [loaded.rules[name] for name in sorted(isolation.rules)]
    tables = catalog().needed_tables(catalog().rules.values())
    whole = collect_copy(snapshot.folder.parent / "copy", tables, tmp_path / "whole")
    assert (len(whole.manifest.partitions), len(snapshot.manifest.partitions)) == (1, PARTITIONS)
    found = []
    for each in (whole, snapshot):
        settings = Settings({"acme-by-settings": {"who": "you"}})
        with judged_apart(isolation, rules, each, each.manifest.ended_at) as apart:
            found.append(sorted(told(judged(each, loaded, rules, settings, apart)[1]), key=str))
    assert found[0] == found[1]


def test_no_process_is_started_where_no_rule_is_of_others(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    def started(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(subprocess, "Popen", started)
    loaded = load_plugins()
    rules = list(loaded.rules.values())
    isolation = Isolation(third_party(loaded, rules))

    assert isolation.rules == frozenset()
    with judged_apart(isolation, rules, snapshot, snapshot.manifest.ended_at) as apart:
        assert apart is NOBODY


def test_nothing_of_a_third_party_is_run_here_that_can_be_run_apart(snapshot: Snapshot, tmp_path: Path) -> None:
    file, seen = tmp_path / "acme.py", tmp_path / "seen"
    file.write_text(
        PACK.replace("    return sorted(", f"    note({str(seen)!r})\n    return sorted(")
        + "\nimport os\ndef note(file): open(file, 'a').write(f'{os.getpid()}\\n')\n"
        + f"def spying(vm, ctx):\n    note({str(seen)!r})\n    return vm.compliant()\nspying = make(spying)\n"
    )
    isolation, loaded = isolation_of(file)
    rules = [loaded.rules["acme-several"], loaded.rules["acme-spying"]]
    with judged_apart(isolation, rules, snapshot, snapshot.manifest.ended_at) as apart:
        judged(snapshot, loaded, rules, Settings(), apart)
    pids = set(seen.read_text().split())

    assert len(pids) == len(rules)
    assert str(os.getpid()) not in pids


@dataclasses.dataclass(frozen=True)
class OfHost:
    """A judge as the host makes them for rule files."""

    def __call__(self, *_: object) -> Verdict:
        """VMs must be fine."""
        return Verdict("compliant")


OfHost.__module__ = "tenantlint.rule_files.made_up"


def test_what_rule_files_say_is_run_by_the_host_and_is_not_apart(pack: Path) -> None:
    loaded = isolation_of(pack)[1]
    rule = loaded.rules["acme-unknown"]

    assert third_party(loaded, [rule]) == {rule.id}
    assert third_party(loaded, [dataclasses.replace(rule, judge=OfHost())]) == frozenset()
    assert third_party(loaded, [loaded.rules["unprotected-vm"]]) == frozenset()


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        ("time.sleep(60)", "the facts that it reads took longer than 3 s"),
        ("os._exit(2)", "its process ended with exit code 2"),
        ("raise KeyboardInterrupt", "it ended the process: KeyboardInterrupt:"),
    ],
)
def test_facts_are_held_to_the_same_budget(fact: str, said: str, snapshot: Snapshot, tmp_path: Path) -> None:
    file = write_rule(tmp_path / "acme.py", "acme-rule")
    text = f"\n@fact(name='acme_fact', reads=[])\ndef compute(tables):\n    {fact}\n"
    file.write_text(file.read_text().replace('level="note"', 'level="note", reads=["acme_fact"]') + text)
    isolation, loaded = isolation_of(file)
    isolation = dataclasses.replace(isolation, budget=Budget(3))
    rules = [loaded.rules["acme-rule"]]
    with judged_apart(isolation, rules, snapshot, snapshot.manifest.ended_at) as apart:
        summary, found = judged(snapshot, loaded, rules, Settings(), apart)

    assert summary.tallies["acme-rule"].causes == {"failed": 2 * PARTITIONS}
    assert {each.verdict.message for each in found} == {f"the rule was stopped: {said}"}
    assert apart.notes == (f"rule 'acme-rule' was stopped in {PARTITIONS} of {PARTITIONS} partitions: {said}",)


def test_a_plugin_that_loads_only_in_the_host_fails_and_says_so(snapshot: Snapshot, tmp_path: Path) -> None:
    file = write_rule(tmp_path / "acme.py", "acme-rule")
    file.write_text(f"{file.read_text()}\nassert os.getpid() == {os.getpid()}, 'not here'\n")
    isolation, loaded = isolation_of(file)
    rules = [loaded.rules["acme-rule"]]
    with judged_apart(isolation, rules, snapshot, snapshot.manifest.ended_at) as apart:
        found = judged(snapshot, loaded, rules, Settings(), apart)[1]

    (said,) = {each.verdict.message for each in found}
    assert said.startswith("the rule was stopped: it ended the process: PluginError: plugin 'acme' cannot be loaded: ")


def test_modules_are_found_where_the_host_finds_them(
    snapshot: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "acme_library.py").write_text("WHY = 'is known'\n")
    monkeypatch.syspath_prepend(tmp_path / "library")
    file = write_rule(
        tmp_path / "acme.py", "acme-rule", "import acme_library\nreturn vm.not_applicable(acme_library.WHY)"
    )
    isolation, loaded = isolation_of(file)
    rules = [loaded.rules["acme-rule"]]
    with judged_apart(isolation, rules, snapshot, snapshot.manifest.ended_at) as apart:
        found = judged(snapshot, loaded, rules, Settings(), apart)[1]

    assert {each.verdict.message for each in found} == {"is known"}


def test_a_snapshot_that_changed_meanwhile_gives_no_verdicts(snapshot: Snapshot, pack: Path) -> None:
    isolation, loaded = isolation_of(pack)
    rules = [loaded.rules["acme-unknown"]]
    with judged_apart(isolation, rules, snapshot, snapshot.manifest.ended_at) as apart:
        (answers,) = apart.answers.values()
        swapped = dict(zip(answers._places, reversed(answers._places.values()), strict=True))  # noqa: SLF001 - as if files had been swapped
        answers._places.update(swapped)  # noqa: SLF001 - likewise
        found = judged(snapshot, loaded, rules, Settings(), apart)[1]

    others = {each.verdict.message for each in found if each.verdict.cause == "failed"}
    assert others == {"the process of the rule judged other resources than these"}
    assert sum(each.verdict.cause == "failed" for each in found) == 2 * (PARTITIONS - 1)


ORPHAN = """
import sys, threading
from pathlib import Path
from tenantlint.snapshot import open_snapshot
from tests.isolation.test_running import isolation_of
from tenantlint.isolation.running import judged_apart

snapshot = open_snapshot(Path(sys.argv[1]))
isolation, loaded = isolation_of(Path(sys.argv[2]))
with judged_apart(isolation, [loaded.rules["acme-rule"]], snapshot, snapshot.manifest.ended_at):
    pass
"""


NOTING = "open({!r}, 'w').write(f'{}')\nwhile True: pass"
ENDLESS = "import re\nre.match('(a+)+$', 'a' * 60 + 'b')"


def test_no_process_outlives_a_host_that_is_killed(snapshot: Snapshot, tmp_path: Path) -> None:
    noted = tmp_path / "pids"
    body = f"child = subprocess.Popen(['sleep', '60'])\n{NOTING.format(str(noted), '{os.getpid()} {child.pid} ')}"
    file = write_rule(tmp_path / "acme.py", "acme-rule", body)
    with subprocess.Popen(
        [sys.executable, "-c", ORPHAN, str(snapshot.folder), str(file)], cwd=Path(__file__).parents[2]
    ) as host:
        until(lambda: noted.exists() and noted.read_text().endswith(" "))
        host.kill()
    pids = [int(pid) for pid in noted.read_text().split()]

    assert len(pids) == 2
    until(lambda: not any(map(is_running, pids)))


@pytest.mark.skipif(sys.platform == "win32", reason="there a process that holds the interpreter ends itself later")
def test_no_process_outlives_a_host_that_is_killed_while_a_rule_holds_the_interpreter(
    snapshot: Snapshot, tmp_path: Path
) -> None:
    noted = tmp_path / "pids"
    held = NOTING.format(str(noted), "{os.getpid()} ").replace("while True: pass", ENDLESS)
    file = write_rule(tmp_path / "acme.py", "acme-rule", held)
    with subprocess.Popen(
        [sys.executable, "-c", ORPHAN, str(snapshot.folder), str(file)], cwd=Path(__file__).parents[2]
    ) as host:
        until(lambda: noted.exists() and noted.read_text().endswith(" "))
        time.sleep(0.5)  # until it holds it
        host.kill()

    until(lambda: not is_running(int(noted.read_text())))


def test_a_host_that_is_interrupted_ends_what_it_started(snapshot: Snapshot, tmp_path: Path) -> None:
    noted = tmp_path / "pids"
    file = write_rule(tmp_path / "acme.py", "acme-rule", NOTING.format(str(noted), "{os.getpid()} "))
    with subprocess.Popen(
        [sys.executable, "-c", ORPHAN, str(snapshot.folder), str(file)],
        cwd=Path(__file__).parents[2],
        stderr=subprocess.DEVNULL,
    ) as host:
        until(lambda: noted.exists() and noted.read_text().endswith(" "))
        host.send_signal(signal.SIGINT)
        assert host.wait(20) != 0
    (pid,) = map(int, noted.read_text().split())

    assert not is_running(pid)


def test_a_process_that_is_stopped_twice_says_the_same(snapshot: Snapshot, tmp_path: Path) -> None:
    file = write_rule(tmp_path / "acme.py", "acme-rule")
    plan = Plan(isolation_of(file)[0], "acme-rule", (), snapshot.folder, snapshot.manifest.ended_at, tuple(sys.path))
    process = Process(plan, tmp_path, Prints())

    assert process.stop() == process.stop() == "its process was ended by SIGKILL"
    assert process.next(1) is None


# -- beside rule files


@pytest.fixture
def rule_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "extra"
    folder.mkdir()
    (folder / "acme-large.kql").write_text(LISTED)
    return folder


def test_a_process_does_not_wait_for_rule_files_that_its_rule_does_not_look_into(
    rule_folder: Path, snapshot: Snapshot, tmp_path: Path
) -> None:
    wanted = Wanted((write_rule(tmp_path / "acme.py", "acme-rule"),), only=("acme", "extra"), rules=(str(rule_folder),))
    loaded = load_plugins(wanted)
    rules = [loaded.rules["acme-rule"], loaded.rules["acme-large"]]
    config = {"rules": {"acme-large": {"level": "note"}}, "isolation": {"seconds": 7}}
    isolation = isolate(loaded, rules, wanted, config, "2026-11")

    assert isolation == Isolation(
        frozenset({"acme-rule"}), Wanted(wanted.files, only=("acme",)), {"rules": {}}, "2026-11", Budget(7)
    )
    shutil.rmtree(rule_folder)
    with judged_apart(isolation, rules, snapshot, snapshot.manifest.ended_at) as apart:
        summary, _ = judged(snapshot, loaded, rules[:1], Settings(), apart)
    assert summary.tallies["acme-rule"].outcomes == {"compliant": 2 * PARTITIONS}


def test_nothing_else_is_let_in_where_only_rule_files_were_allowed(rule_folder: Path) -> None:
    wanted = Wanted(only=("extra",), rules=(str(rule_folder),))

    assert isolate(load_plugins(wanted), [], wanted, {}, None).wanted == Wanted(only=("tenantlint",))


def test_a_rule_that_looks_into_the_table_of_a_rule_file_finds_it(rule_folder: Path, tmp_path: Path) -> None:
    file = write_rule(tmp_path / "acme.py", "acme-rule", "return vm.not_applicable(vm.name)")
    file.write_text(file.read_text().replace('on="virtual_machines"', 'on="acme_large"'))
    wanted = Wanted((file,), rules=(str(rule_folder),))
    loaded = load_plugins(wanted)
    rules = [loaded.rules["acme-rule"]]
    snapshot = collect_copy(DEMO, loaded.needed_tables(rules), tmp_path / "snapshot")
    isolation = isolate(loaded, rules, wanted, {}, None)
    with judged_apart(isolation, rules, snapshot, snapshot.manifest.ended_at) as apart:
        summary, found = judged(snapshot, loaded, rules, Settings(), apart)

    assert len(found) == snapshot.manifest.tables["acme_large"].rows > 0
    assert summary.tallies["acme-rule"].outcomes == {"not-applicable": len(found)}
