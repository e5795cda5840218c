"""The command line as a whole: help that costs nothing, errors in words, and exit codes that mean what they say."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import pytest

from tenantlint import __version__
from tenantlint.cli import COMMANDS, cli
from tests.cli.conftest import Call
from tests.commands import TENANTLINT, environment, run

WRITES_MODULES = (
    "import sys; from tenantlint.cli import main\ntry: main()\nfinally: print(*sys.modules, file=sys.stderr)"
)


def test_help_tells_the_commands_and_the_exit_codes() -> None:
    ended = run("--help")

    assert (ended.code, ended.err) == (0, "")
    for name, sentence in COMMANDS.items():
        assert f"  {name} " in ended.out
        assert sentence in ended.out
    for code, meaning in {
        0: "nothing at or above --fail-on",
        1: "violations at or above --fail-on",
        2: "the command, the configuration or an input is at fault",
        3: "incomplete: something was not read or broke (outranks 1, but not with --violations-first)",
    }.items():
        assert f"    {code}  {meaning}\n" in ended.out


@pytest.mark.parametrize("option", ["--help", "-h"])
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str, option: str, call: Call) -> None:
    ended = call(command, option)

    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(f"Usage: tenantlint {command}")
    assert f"Examples:\n    tenantlint {command}" in ended.out


def test_every_command_is_a_file_of_its_own() -> None:
    folder = Path(sys.modules["tenantlint.cli"].__path__[0])

    assert {name for name in COMMANDS if (folder / f"{name.replace('-', '_')}.py").is_file()} == set(COMMANDS)


def test_commands_are_listed_in_the_order_of_a_working_day() -> None:
    assert cli.list_commands(click.Context(cli)) == list(COMMANDS)


def test_the_version_is_the_installed_one() -> None:
    ended = run("--version")

    assert (ended.code, ended.out, ended.err) == (0, f"tenantlint {__version__}\n", "")


def test_without_a_command_there_is_help_and_an_error() -> None:
    ended = run()

    assert (ended.code, ended.out) == (2, "")
    assert "Commands:" in ended.err


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["scan", "--help"]], ids=" ".join)
def test_help_waits_for_nothing_that_only_a_scan_needs(arguments: list[str]) -> None:
    command = [sys.executable, "-c", WRITES_MODULES, *arguments]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=True)
    packages = {module.partition(".")[0] for module in done.stderr.split()}

    assert "tenantlint" in packages
    assert packages & {"azure", "duckdb", "duckdb_kql", "rich", "sarif_om"} == set()


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_fits_a_narrow_terminal(command: str, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    ended = call(*command.split(), "--help")

    options = ended.out.partition("\nOptions:\n")[2].splitlines()
    assert (ended.code, ended.err) == (0, "")
    assert 0 < max(map(len, options)) <= 50  # click draws no narrower


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["scna"], "No such command 'scna'"),
        (["--colour"], "No such option"),
        (["scan", "--colour"], "No such option"),
        (["scan", "--demo", "--fail-on", "fatal"], "'fatal' is not one of"),
        (["scan", "--demo", "extra"], "unexpected extra argument"),
        (["check"], "Missing argument 'SNAPSHOT'"),
        (["explain"], "name a rule, or a folder for the pages of all rules: --into DIR"),
        (["query", "."], "Missing argument 'KQL'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_is_not_understood_is_told_with_exit_code_2(arguments: list[str], said: str, call: Call) -> None:
    ended = call(*arguments)

    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
    assert "Traceback" not in ended.err


def test_a_typing_error_ends_a_real_process_with_2_too() -> None:
    assert run("scan", "--demo", "--colour").code == 2


def test_an_error_shows_no_control_characters_and_keeps_long_paths(call: Call) -> None:
    long = "/".join(["nowhere"] * 60)
    ended = call("scan", "--graph", f"\x1b[2J/{long}")

    assert ended.code == 2
    assert ended.err.startswith("error: cannot read \ufffd[2J/nowhere/")
    assert "\x1b" not in ended.err


BROKEN_REPORT = """
from tenantlint import hookimpl

class Bad:
    name = description = module = "bad"
    everything = True

    def open(self, path, scan):
        raise ZeroDivisionError("a defect")

@hookimpl
def register_reports():
    return [Bad()]
"""


def test_a_defect_keeps_its_traceback_and_never_looks_like_violations(check: Call, tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text(BROKEN_REPORT)
    ended = check("--plugin", "bad.py", "--rule", "unprotected-vm", "--report", "bad=x")

    assert (ended.code, ended.out) == (3, "")
    assert ended.err.startswith("Traceback")
    assert ended.err.endswith("ZeroDivisionError: a defect\n")


LOUD = """
import atexit, os, subprocess, sys, threading, time

def print_for_ever():
    while True:
        print("LOUD", flush=True)
        os.write(1, b"LOUD\\n")
        time.sleep(0.001)

threading.Thread(target=print_for_ever, daemon=True).start()
atexit.register(print, "LOUD")
atexit.register(subprocess.run, ["echo", "LOUD"])
"""


@pytest.mark.parametrize("command", ["check", "explain", "plugins", "rules"])
def test_what_a_plugin_prints_at_any_time_is_not_on_standard_output(
    command: str, snapshot: Path, rule_file: Callable[..., Path], tmp_path: Path
) -> None:
    of_check: list[object] = [snapshot, "--rule", "acme-small", "--report", "json=-"]
    given: dict[str, list[object]] = {"check": of_check, "explain": ["acme-small"]}
    arguments = given.get(command, [])
    file = rule_file()
    quiet = run(command, *arguments, "--plugin", file, cwd=tmp_path)
    file.write_text(file.read_text() + LOUD)
    loud = run(command, *arguments, "--plugin", file, cwd=tmp_path)

    assert (loud.code, loud.out) == (quiet.code, quiet.out)
    assert quiet.out
    assert loud.err.count("LOUD\n") > 3


def test_names_that_an_encoding_lacks_are_spelled_out(snapshot: Path) -> None:
    ended = run("check", snapshot, "--rule", "unprotected-vm", env={"PYTHONIOENCODING": "ascii"})

    assert (ended.code, ended.err) == (1, "")
    assert "VM 'G\\xf6teborg'" in ended.out


SLOW_QUERY = (
    "Resources | extend k = 1 "
    + "| join kind=inner (Resources | extend k = 1) on k " * 3
    + ("| where tostring(properties) contains tostring(properties1) | summarize count()")
)


@contextmanager
def started(*arguments: object, **changes: str) -> Iterator[subprocess.Popen[str]]:
    pipe = subprocess.PIPE
    command = [TENANTLINT, *map(str, arguments)]
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=environment(**changes)) as process:
        yield process
        process.kill()


@pytest.mark.parametrize(("told", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)], ids=str)
def test_an_interrupted_scan_ends_as_a_shell_tells_it_and_leaves_nothing(
    told: signal.Signals, code: int, rule_file: Callable[..., Path], tenant: Path, tmp_path: Path
) -> None:
    file = rule_file("import time, pathlib; pathlib.Path(__file__).with_suffix('.on').touch(); time.sleep(60)")
    report = tmp_path / "reports" / "x.sarif"
    arguments = ["--graph", tenant, "--plugin", file, "--rule", "acme-small", "--report", f"sarif={report}"]
    with started("scan", *arguments, TMPDIR=str(tmp_path)) as process:
        wait_for(file.with_suffix(".on").exists)
        process.send_signal(told)
        out, err = process.communicate(timeout=30)

    assert (process.returncode, out, err) == (code, "", "error: interrupted\n")
    assert list(report.parent.iterdir()) == []
    assert list(tmp_path.glob("tenantlint-*")) == []


def test_a_signal_that_is_ignored_stays_ignored(rule_file: Callable[..., Path], snapshot: Path, tmp_path: Path) -> None:
    file = rule_file("import os, signal; os.kill(os.getppid(), signal.SIGHUP); return vm.compliant()")
    command = ["nohup", TENANTLINT, "check", str(snapshot), "--plugin", str(file), "--rule", "acme-small"]
    done = subprocess.run(command, cwd=tmp_path, env=environment(), capture_output=True, check=False)

    assert done.returncode == 0


@pytest.mark.parametrize("raised", ["KeyboardInterrupt", "BrokenPipeError"])
def test_what_ends_a_program_from_outside_leaves_the_reports_of_earlier_scans(
    raised: str, check: Call, rule_file: Callable[..., Path], tmp_path: Path
) -> None:
    (tmp_path / "x.sarif").write_text("older")
    rule = rule_file("return vm.violation('is there', level='note')")
    rule.write_text(rule.read_text() + ENDING_REPORT.format(raised=raised))
    ended = check("--plugin", rule, "--rule", "acme-small", "--report=sarif=x.sarif", "--report=ending=-")

    said = {"KeyboardInterrupt": (130, "error: interrupted\n"), "BrokenPipeError": (141, "")}
    assert (ended.code, ended.err) == said[raised]
    assert (tmp_path / "x.sarif").read_text() == "older"


def test_an_interrupted_query_ends_with_130(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    row = '{"id":"/%d","type":"t","properties":{"a":"%s"}}\n'
    copy.mkdir()
    (copy / "Resources.jsonl").write_text("".join(row % (number, "x" * 50) for number in range(600)))
    head = (
        '{"captured_at":"2026-11-20T02:00:00Z","cloud":"c","tenant_id":"t","subscriptions":[],"tables":["Resources"]}'
    )
    (copy / "copy.json").write_text(head)
    with started("query", copy, SLOW_QUERY, TMPDIR=str(tmp_path)) as process:
        wait_for(lambda: any(tmp_path.glob("tenantlint-*/answer.parquet")))
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)

    assert (process.returncode, out, err) == (130, "", "error: interrupted\n")
    assert list(tmp_path.glob("tenantlint-*")) == []


ENDING_REPORT = """
from tenantlint import hookimpl

class Ending:
    name = description = module = "ending"
    everything = True

    def open(self, path, scan):
        return self

    def add(self, judgements):
        raise {raised}

    def discard(self):
        pass

@hookimpl
def register_reports():
    return [Ending()]

@hookimpl
def register_rules():
    return [acme_small]
"""


def wait_for(ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not ready():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])
@pytest.mark.parametrize("arguments", [["--help"], ["rules"]], ids=" ".join)
def test_that_nobody_reads_on_is_no_error(arguments: list[str], unbuffered: str) -> None:
    assert ended_without_reader(*arguments, PYTHONUNBUFFERED=unbuffered) == (141, b"")


def test_reports_in_files_are_complete_where_nobody_reads_the_one_on_standard_output(
    snapshot: Path, tmp_path: Path
) -> None:
    files = {"json": tmp_path / "v.jsonl", "sarif": tmp_path / "x.sarif"}
    reports = [f"--report={name}={file}" for name, file in files.items()]

    assert ended_without_reader("check", snapshot, "--baseline=none", *reports, PYTHONUNBUFFERED="1") == (141, b"")
    assert all(file.stat().st_size for file in files.values())


def ended_without_reader(*arguments: object, **changes: str) -> tuple[int, bytes]:
    """Run tenantlint with an output that nobody reads; return its exit code and what it says of that."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as out:
        command = [TENANTLINT, *map(str, arguments)]
        done = subprocess.run(command, stdout=out, stderr=subprocess.PIPE, env=environment(**changes), check=False)
    return done.returncode, done.stderr


def test_the_head_of_a_report_can_be_piped(snapshot: Path) -> None:
    line = f"'{TENANTLINT}' check '{snapshot}' --report json=- | head -1"
    done = subprocess.run(line, shell=True, env=environment(), capture_output=True, text=True, check=False)  # noqa: S602 - a shell's pipe is what is tested

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith('{"rule":')
    assert done.stdout.count("\n") == 1


def test_standard_output_that_is_full_is_told_with_exit_code_3() -> None:
    with Path("/dev/full").open("wb") as full:
        command = [TENANTLINT, "rules"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, env=environment(), check=False)

    assert done.returncode == 3
    assert done.stderr.decode().endswith("No space left on device\n")
