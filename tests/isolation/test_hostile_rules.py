"""Whatever a rule of a third party does, the verdicts of all others stay the same, byte by byte."""

import os
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from tenantlint.isolation.budget import IN_A_ROW, Budget
from tenantlint.snapshot import Snapshot
from tests.isolation.hostile import OURS, PARTITIONS, Outcome, five_partitions, scan, write_rule
from tests.isolation.processes import is_running, until

SECONDS = 2.0
SLOW = f"the rule was stopped: it took longer than {SECONDS:g} s for one partition"
ENDED = "the rule was stopped: its process "
NONSENSE = "the rule gave no verdict but "
BROKE = "the rule broke: "

PRINTED = {"prints": 16, "prints bytes": 5, "lets programs print": 12}

# What the rule does to `vm3a`, and how what is said of it starts; None where it is a verdict like any other.
SLOWLY = {
    "loops": ("while True: pass", SLOW),
    "sleeps": ("time.sleep(60)", SLOW),
    "loops and catches everything": (
        "while True:\n    try:\n        while True: time.sleep(0.01)\n    except BaseException: pass",
        SLOW,
    ),
    "loops and ignores signals": (
        "for number in (signal.SIGINT, signal.SIGTERM): signal.signal(number, signal.SIG_IGN)\nwhile True: pass",
        SLOW,
    ),
    "prints for ever": ("while True: print('x' * 1000)", SLOW),
    "waits for a program that waits": ("subprocess.run(['sleep', '60'])", SLOW),
    "splits in two that wait": ("os.fork()\ntime.sleep(60)", SLOW),
    "leaves its pipes to a process that gets away": (
        "if os.fork():\n    os._exit(0)\nos.setsid()\ntime.sleep(6)",
        SLOW,
    ),
}
QUICKLY = {
    "ends the process": ("os._exit(0)", f"{ENDED}ended with exit code 0"),
    "ends the process oddly": ("os._exit(3)", f"{ENDED}ended with exit code 3"),
    "is killed": ("os.kill(os.getpid(), signal.SIGKILL)", f"{ENDED}was ended by SIGKILL"),
    "crashes": ("os.abort()", f"{ENDED}was ended by SIGABRT"),
    "closes every file": ("os.closerange(0, 1000)", "the rule was stopped: "),
    "interrupts": ("raise KeyboardInterrupt", "the rule was stopped: it ended the process: KeyboardInterrupt:"),
    "says too much": (
        "return vm.violation('x' * 70_000_000, level='note')",
        "the rule was stopped: it said more than ",
    ),
}
ODD = {
    "raises": ("raise ValueError('no')", f"{BROKE}ValueError: no"),
    "exits": ("sys.exit(0)", f"{BROKE}SystemExit: 0"),
    "recurses": ("return judge.judge(vm, ctx)", f"{BROKE}RecursionError: "),
    "reads standard input": ("input()", f"{BROKE}EOFError: "),
    "takes more memory than there is": ("bytearray(12 * 2**30)", f"{BROKE}MemoryError:"),
    "returns nothing": ("return None", f"{NONSENSE}None"),
    "returns a list": ("return [vm.compliant()]", f"{NONSENSE}[Verdict("),
    "says half a character": ("return vm.violation('\\ud800', level='note')", f"{BROKE}TypeError: "),
    "has odd evidence": ("return vm.violation('x', level='note', evidence={1: {2}})", f"{BROKE}TypeError: "),
}
HARMLESS = {
    "returns a verdict of its own making": (
        "class Mine(Verdict):\n    def __reduce__(self): raise ValueError\nreturn Mine('compliant')",
        None,
    ),
    "has a number that is none": ("return vm.violation('x', level='note', evidence={'n': float('nan')})", "x"),
    "prints": ("print('\\x1b[2Jhello')\nprint('there', file=sys.stderr)", None),
    "prints bytes": ("os.write(1, b'\\xff\\n')\nos.write(2, b'err')", None),
    "lets programs print": ("subprocess.run(['echo', 'hello'])\nos.system('echo there >&2')", None),
    "closes its streams": ("sys.stdout.close()\nsys.stderr.close()\nfor n in range(3): os.close(n)", None),
    "splits in two": ("os.fork()", None),
    "leaves a thread running": ("threading.Thread(target=time.sleep, args=(60,)).start()", None),
    "leaves a program running": ("subprocess.Popen(['sleep', '20'], start_new_session=True)", None),
    "goes elsewhere": ("os.chdir('/')\nos.environ.clear()\nsys.path.clear()", None),
    "leaves files": ("import tempfile\ntempfile.mkdtemp()\ntempfile.NamedTemporaryFile(delete=False)", None),
    "changes what it is given": (
        "vm.find('properties.storageProfile').clear()\nvm.find('tags')['x'] = 1\nvm.id = ''\nctx.settings.clear()",
        None,
    ),
    "changes the host": (
        """import tenantlint.judge, tenantlint.model
tenantlint.judge._is_sound = lambda verdict: True
object.__setattr__(tenantlint.model.COMPLIANT, 'message', 'changed')
return vm.not_applicable('has seen enough')""",
        "has seen enough",
    ),
}


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return five_partitions(tmp_path_factory.mktemp("five"))


@pytest.fixture(scope="module")
def expected(snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """Return what a scan gives in which nobody does anything wrong."""
    return scan_with(snapshot, tmp_path_factory.mktemp("tame"), "pass")


@pytest.fixture
def temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make an empty folder the one for temporary files."""
    folder = tmp_path / "temp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def scan_with(snapshot: Snapshot, folder: Path, body: str, budget: Budget | None = None) -> Outcome:
    """Scan with a good rule and a bad one."""
    return scan_with_all(snapshot, folder, {"bad": body}, budget)


def scan_with_all(snapshot: Snapshot, folder: Path, bodies: Mapping[str, str], budget: Budget | None = None) -> Outcome:
    """Scan with a good rule and with bad ones, by the names of what they do."""
    bad = [write_rule(folder / f"{id_of(name)}.py", id_of(name), body) for name, body in bodies.items()]
    return scan(snapshot, [write_rule(folder / "good.py", "acme-good"), *bad], folder / "reports", budget)


def id_of(name: str) -> str:
    return f"acme-{name.replace(' ', '-')}"


def on_one(body: str) -> str:
    return "if vm.name == 'vm3a':\n    " + body.replace("\n", "\n    ")


def of_others(outcome: Outcome) -> list[list[bytes]]:
    """Return the lines of the rules that did nothing wrong."""
    return [outcome.lines[rule] for rule in (OURS, "acme-good")]


def notifications(outcome: Outcome) -> list[str]:
    (run,) = outcome.archive["runs"]
    return [said["message"]["text"] for said in run["invocations"][0].get("toolExecutionNotifications", ())]


@pytest.mark.usefixtures("temp")
@pytest.mark.parametrize(("bodies", "seconds"), [(SLOWLY, SECONDS), (QUICKLY, 30)], ids=["over time", "ended"])
def test_a_rule_that_is_stopped_fails_in_that_partition_and_changes_nothing_else(
    bodies: Mapping[str, tuple[str, str]], seconds: float, snapshot: Snapshot, expected: Outcome, tmp_path: Path
) -> None:
    started = time.monotonic()
    bad = {name: on_one(body) for name, (body, _) in bodies.items()}
    found = scan_with_all(snapshot, tmp_path, bad, Budget(seconds))

    assert time.monotonic() - started < 10 * len(bodies)
    assert of_others(found) == of_others(expected)
    assert list((tmp_path / "temp").iterdir()) == []
    assert found.summary.incomplete
    for name, (_, said) in bodies.items():
        told, rule = found.told(id_of(name)), id_of(name)
        failed = told[4][1]
        assert failed.startswith(said), name
        fine = ("compliant", "")
        assert told == [*[fine] * 4, *[("not-evaluable", failed)] * 2, *[fine] * 4], name
        (problem,) = [problem for problem in found.summary.problems if problem.rule == rule]
        assert problem.message == f"2 resources could not be judged because {failed}"
        assert any(problem.message in text for text in notifications(found))
        why = failed.removeprefix("the rule was stopped: ")
        assert found.notes.count(f"rule {rule!r} was stopped in 1 of {PARTITIONS} partitions: {why}") == 1


def test_a_rule_that_breaks_fails_on_that_resource_and_changes_nothing_else(
    snapshot: Snapshot, expected: Outcome, tmp_path: Path
) -> None:
    found = scan_with_all(snapshot, tmp_path, {name: on_one(body) for name, (body, _) in ODD.items()})

    assert of_others(found) == of_others(expected)
    assert found.summary.incomplete
    for name, (_, said) in ODD.items():
        told = found.told(id_of(name))
        assert [verdict for verdict, _ in told] == [*["compliant"] * 4, "not-evaluable", *["compliant"] * 5], name
        assert told[4][1].startswith(said), name
        assert any(id_of(name) in text for text in notifications(found))


@pytest.mark.usefixtures("temp")
def test_a_rule_that_only_makes_a_mess_makes_it_for_itself(
    snapshot: Snapshot, expected: Outcome, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    here, environment = Path.cwd(), dict(os.environ)
    found = scan_with_all(snapshot, tmp_path, {name: on_one(body) for name, (body, _) in HARMLESS.items()})

    assert of_others(found) == of_others(expected)
    assert not found.summary.incomplete
    for name, (_, said) in HARMLESS.items():
        messages = [message for _, message in found.told(id_of(name))]
        assert messages[:5] == [*[""] * 4, said or ""], name
    assert list((tmp_path / "temp").iterdir()) == []
    assert (Path.cwd(), dict(os.environ)) == (here, environment)
    assert capfd.readouterr() == ("", "")
    notes = {note.partition(" bytes")[0] for note in found.notes}
    assert notes == {f"rule {id_of(name)!r} printed {count}" for name, count in PRINTED.items()}


def test_who_gets_away_and_comes_back_judges_nothing(snapshot: Snapshot, tmp_path: Path) -> None:
    asked, away = tmp_path / "asked", tmp_path / "away"
    splits = f"if not os.fork():\n    os.setsid()\n    open({str(away)!r}, 'w').write(f'{{os.getpid()}} ')"
    found = scan_with(snapshot, tmp_path, f"open({str(asked)!r}, 'a').write(f'{{os.getpid()}} ')\n{on_one(splits)}")

    assert set(found.told("acme-bad")) == {("compliant", "")}
    until(lambda: away.exists() and away.read_text().endswith(" "))
    until(lambda: not is_running(int(away.read_text())))
    assert int(away.read_text()) not in map(int, asked.read_text().split())
    assert len(set(asked.read_text().split())) == 1


def test_what_is_printed_is_counted_and_its_first_line_is_told_once(snapshot: Snapshot, tmp_path: Path) -> None:
    found = scan_with(snapshot, tmp_path, "print()\nprint(f'\\x1b[2J{vm.name}', flush=True)")

    assert found.notes == ["rule 'acme-bad' printed 100 bytes, which are in no report; the first line: '\ufffd[2Jvm1a'"]


def test_a_rule_that_is_stopped_again_and_again_is_not_asked_any_more(snapshot: Snapshot, tmp_path: Path) -> None:
    found = scan_with(snapshot, tmp_path, "if vm.name != 'vm1a' and vm.name != 'vm1b': os._exit(1)")
    told = found.told("acme-bad")
    ended = "the rule was stopped: its process ended with exit code 1"
    given_up = f"the rule was stopped: it was not asked any more after {IN_A_ROW} partitions in a row"

    assert [message for _, message in told[2:]] == [*[ended] * 2 * IN_A_ROW, *[given_up] * 2]
    assert [verdict for verdict, _ in told[:2]] == ["compliant"] * 2


def test_a_rule_that_is_stopped_now_and_then_is_asked_again(snapshot: Snapshot, tmp_path: Path) -> None:
    found = scan_with(snapshot, tmp_path, "if vm.name in ('vm1a', 'vm2b', 'vm4a'): os._exit(1)")

    failed, fine = ["not-evaluable"] * 2, ["compliant"] * 2
    assert [verdict for verdict, _ in found.told("acme-bad")] == [*failed, *failed, *fine, *failed, *fine]


def test_a_program_that_a_rule_started_ends_with_it(snapshot: Snapshot, tmp_path: Path) -> None:
    started = tmp_path / "started"
    waits = (
        f"child = subprocess.Popen(['sleep', '60'])\nopen({str(started)!r}, 'w').write(str(child.pid))\nchild.wait()"
    )
    scan_with(snapshot, tmp_path, on_one(waits), Budget(SECONDS))

    until(lambda: not is_running(int(started.read_text())))


@pytest.mark.parametrize(("most", "failed"), [(0, 2), (1, 1), (2, 1)])
def test_a_rule_that_breaks_too_often_in_a_partition_gives_no_verdict_there(
    most: int, failed: int, snapshot: Snapshot, tmp_path: Path
) -> None:
    found = scan_with(snapshot, tmp_path, on_one("raise ValueError('no')"), Budget(failures=most))

    assert found.summary.tallies["acme-bad"].causes == {"failed": failed}
    said = "the rule was stopped: it failed on more than 0 resources of one partition: it broke: ValueError: no"
    assert found.told("acme-bad")[5][1] == (said if failed == 2 else found.told("acme-bad")[0][1])


def test_rules_do_not_meet_each_other(snapshot: Snapshot, expected: Outcome, tmp_path: Path) -> None:
    good, bad = write_rule(tmp_path / "good.py", "acme-good"), tmp_path / "bad.py"
    write_rule(bad, "acme-bad", "import good_state\ngood_state.calls += 1")
    (tmp_path / "good_state.py").write_text("calls = 0\n")
    write_rule(
        good, "acme-good", f"sys.path.append({str(tmp_path)!r})\nimport good_state\nassert good_state.calls == 0"
    )
    found = scan(snapshot, [good, bad], tmp_path / "reports")

    assert found.lines["acme-good"] == expected.lines["acme-good"]
    assert found.lines[OURS] == expected.lines[OURS]
