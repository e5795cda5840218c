"""`tenantlint scan`: collects, judges, reports, and ends with a code that says how it stands."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from tenantlint.selection import select
from tenantlint.settings import Settings
from tests.cli.conftest import FORMATS, Call, every_report
from tests.commands import run, run_on_terminal
from tests.tenant_copies import catalog, subscription, subscription_row, vm_row, write_copy

ONE = ["--rule", "too-many-data-disks"]
HEAD = "tenant copy copy, 2 subscriptions, as of 2026-11-20 02:00 UTC\n"
ROW = "| too-many-data-disks | 1 | 1 | . | 1 | . | . | . | . | . | 3 |"
FINDINGS = """\
error    too-many-data-disks  VM 'big' in subscription 'Shop' has 33 data disks; Azure Backup supports up to 32.
warning  too-many-data-disks  VM 'mid' in subscription 'Shop' has 17 data disks; 'Support matrix for Azure VM backup' \
(2019-07-02) allowed 16, 'Support matrix for Azure VM backup' (2023-07-05) raised that to 32.

3 verdicts of 1 rule; resources in violation, by worst level: 1 error, 1 warning, 0 note; not evaluable: 0.
"""


def is_report(text: str) -> bool:
    """Tell whether *text* is the whole report on the disks of the tenant."""
    head, *table = text.removesuffix(FINDINGS).splitlines(keepends=True)
    row = " ".join(table[4].split()) if len(table) == 6 else ""
    return (head, row, text.endswith(FINDINGS)) == (HEAD, ROW, True)


def clean_copy(folder: Path, **more: Any) -> Path:  # noqa: ANN401 - what write_copy() takes
    rows = {"Resources": [vm_row(1, "web")], "ResourceContainers": [subscription_row(1)]}
    return write_copy(folder, rows, subscriptions=[1], **more)


def test_violations_end_a_scan_with_1_and_are_printed(tenant: Path) -> None:
    ended = run("scan", "--graph", tenant, *ONE)

    assert (ended.code, is_report(ended.out), ended.err) == (1, True, "")


def test_a_scan_without_violations_ends_with_0(tmp_path: Path, call: Call) -> None:
    ended = call("scan", "--graph", clean_copy(tmp_path / "copy"), *ONE)

    assert (ended.code, ended.err) == (0, "")
    assert "0 error, 0 warning, 0 note; not evaluable: 0." in ended.out


def test_a_scan_of_what_is_not_there_ends_with_2(tmp_path: Path) -> None:
    ended = run("scan", "--graph", "nowhere", cwd=tmp_path)

    assert (ended.code, ended.out) == (2, "")
    assert ended.err == (
        "error: cannot read nowhere/copy.json: No such file or directory\n"
        "hint: a tenant copy is a folder with copy.json and one .jsonl file per table\n"
    )


def test_a_scan_that_could_not_read_everything_ends_with_3_violations_or_not(tmp_path: Path) -> None:
    unread = [{"subscription": subscription(2), "reason": "no permission"}]
    ended = run("scan", "--graph", clean_copy(tmp_path / "copy", unread=unread), "--rule", "unprotected-vm")

    assert (ended.code, ended.err) == (3, "")
    assert f"  unread  subscription {subscription(2)} was not read: no permission\n" in ended.out
    assert re.search(r"^error +unprotected-vm", ended.out, re.MULTILINE)


def test_a_rule_that_breaks_ends_a_scan_with_3(tenant: Path, call: Call, rule_file: Callable[..., Path]) -> None:
    ended = call(
        "scan", "--graph", tenant, "--plugin", rule_file("1 / 0"), "--rule", "acme-small", "--fail-on", "never"
    )

    assert ended.code == 3
    assert "failed  acme-small: 3 resources could not be judged because something broke" in ended.out


@pytest.mark.parametrize("arguments", [[], ["--demo", "--graph", "x"], ["--graph", ""]], ids=" ".join)
def test_what_is_scanned_must_be_said_once(arguments: list[str], call: Call) -> None:
    ended = call("scan", *arguments)

    assert (ended.code, ended.err) == (
        2,
        "error: what is to be scanned?\nhint: give either --demo or --graph azure|URL|PATH\n",
    )


@pytest.mark.parametrize(
    ("levels", "fail_on", "code"),
    [
        ("error", "error", 1),
        ("error", "warning", 1),
        ("error", "note", 1),
        ("error", "never", 0),
        ("warning", "error", 0),
        ("warning", "warning", 1),
        ("warning", None, 1),
        ("note", "error", 0),
        ("note", "warning", 0),
        ("note", None, 0),
        ("note", "note", 1),
        ("note", "never", 0),
    ],
)
def test_the_exit_code_is_1_from_the_level_that_is_asked_for(
    levels: str, fail_on: str | None, code: int, check: Call, rule_file: Callable[..., Path]
) -> None:
    file = rule_file(f"return vm.violation('is there', level='{levels}')")
    asked = [] if fail_on is None else ["--fail-on", fail_on]

    assert check("--plugin", file, "--rule", "acme-small", *asked).code == code


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("2027-01-02T03:04:05Z", "2027-01-02 03:04"),
        ("2027-01-02T03:04:05+02:00", "2027-01-02 01:04"),
        ("2027-01-02T03:04", "2027-01-02 03:04"),
        ("2027-01-02", "2027-01-02 00:00"),
    ],
)
def test_the_moment_of_judging_can_be_said_with_or_without_zone(said: str, shown: str, check: Call) -> None:
    ended = check(*ONE, "--as-of", said)

    assert ended.out.startswith(f"tenant copy copy, 2 subscriptions, as of {shown} UTC\n")


@pytest.mark.parametrize(
    "said", ["yesterday", "", "2026-13-01", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00"]
)
def test_a_moment_that_is_none_is_refused(said: str, call: Call) -> None:
    ended = call("scan", "--demo", "--as-of", said)

    assert (ended.code, ended.out) == (2, "")
    assert f"'{said}' is not a time such as 2026-11-20T02:00:00Z" in ended.err


def test_rules_can_be_chosen_more_than_one_and_twice(check: Call) -> None:
    ended = check(*ONE, *ONE, "--rule", "unprotected-vm")

    assert "6 verdicts of 2 rules" in ended.out


@pytest.mark.parametrize(
    ("arguments", "error", "hint"),
    [
        (["--rule", "unprotected-vms"], "there is no rule 'unprotected-vms'", "did you mean 'unprotected-vm'?"),
        (["--report", "sarf=x"], "there is no report format 'sarf'", "did you mean 'sarif'?"),
        (
            ["--report", "xml=x"],
            "there is no report format 'xml'",
            "there is csv, json, junit, markdown, sarif, sarif-full, text",
        ),
        (["--report", "json"], "--report json: where to?", "--report json=FILE, or json=- for standard output"),
        (["--report", "json="], "--report json=: where to?", "--report json=FILE, or json=- for standard output"),
        (
            ["--report", "json=-", "--report", "text=-"],
            "two reports cannot both go to standard output",
            "name another file for one of them",
        ),
        (
            ["--report", "json=x", "--report", "sarif=./y/../x"],
            "two reports cannot both go to x",
            "name another file for one of them",
        ),
        (["--report", "json=/proc/nowhere/x"], "cannot write /proc/nowhere/x: No such file or directory", ""),
        (["--report", "json=."], "cannot write .: it is a folder", ""),
        (["--config", "none.toml"], "cannot read none.toml: No such file or directory", ""),
        (["--without", "unprotected"], "there is no plugin or rule 'unprotected'", "did you mean 'unprotected-vm'?"),
        (
            ["--without", "tenantlint_backup"],
            "there is no rule to judge by",
            "leave less out, switch on more, or ask for a later --edition",
        ),
        (["--plugin", "none.py"], "there is no plugin file none.py", ""),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_meant_is_told_with_a_hint_and_leaves_nothing(
    arguments: list[str], error: str, hint: str, check: Call, tmp_path: Path
) -> None:
    ended = check(*arguments)

    assert (ended.code, ended.out) == (2, "")
    assert ended.err == f"error: {error}\n" + (f"hint: {hint}\n" if hint else "")
    assert list(tmp_path.iterdir()) == []


def test_typing_errors_are_told_before_anything_is_read(call: Call) -> None:
    ended = call("scan", "--graph", "nowhere", "--rule", "unprotected-vms")

    assert "there is no rule 'unprotected-vms'" in ended.err


def test_a_plugin_that_cannot_be_loaded_stops_the_run_with_3(call: Call, tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text("import nowhere\n")
    ended = call("scan", "--demo", "--plugin", "bad.py")

    assert (ended.code, ended.out) == (3, "")
    assert ended.err == (
        "error: plugin 'bad' cannot be loaded: ModuleNotFoundError: No module named 'nowhere'\n"
        "hint: go on without it: --without bad\n"
    )


def test_a_plugin_that_cannot_be_loaded_can_be_left_out_knowingly(check: Call, tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text("import nowhere\n")

    assert check(*ONE, "--plugin", "bad.py", "--without", "bad").code == 1


def test_a_rule_can_be_left_out(check: Call) -> None:
    ended = check("--without", "unprotected-vm", "--without", "no-vault-in-region")

    assert "unprotected-vm" not in ended.out
    assert f"of {len(select(catalog(), (), Settings())) - 2} rules" in ended.out


SETTING_FILE = '''
"""VMs must be few."""
from tenantlint import Document, Setting, rule

def number(value):
    if not isinstance(value, int):
        raise ValueError(f"expected a number, not {value!r}")
    return value

@rule(id="acme-few", on="virtual_machines", level="note", sources=[Document("x", "2026-01-01", "https://acme.example")],
      settings=[Setting("most", "How many.", number, 7)])
def acme_few(vm, ctx):
    return vm.violation(f"is over {ctx.settings['most']}", level="note")
'''


@pytest.mark.parametrize(
    ("file", "option", "said"),
    [
        (None, [], "is over 7."),
        ("tenantlint.toml", [], "is over 3."),
        ("other.toml", [], "is over 7."),
        ("other.toml", ["--config", "other.toml"], "is over 3."),
    ],
)
def test_settings_come_from_the_file_in_the_working_folder_or_the_one_that_is_named(
    file: str | None, option: list[str], said: str, check: Call, tmp_path: Path
) -> None:
    (tmp_path / "few.py").write_text(SETTING_FILE)
    if file:
        (tmp_path / file).write_text("[rules.acme-few]\nmost = 3\n")

    ended = check("--plugin", "few.py", "--rule", "acme-few", *option)

    assert (ended.code, ended.err) == (0, "")
    assert ended.out.count(said) == 3


@pytest.mark.parametrize(
    ("toml", "error", "hint"),
    [
        ("[rules.acme-few]\nmots = 3", "[rules.acme-few] has no key 'mots'", "did you mean 'most'?"),
        ("[rules.acme-few]\nmost = 'x'", "rules.acme-few.most: expected a number, not 'x'", ""),
        ("[rule]", "the file has no key 'rule'", "did you mean 'rules'?"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_told(toml: str, error: str, hint: str, check: Call, tmp_path: Path) -> None:
    (tmp_path / "few.py").write_text(SETTING_FILE)
    (tmp_path / "tenantlint.toml").write_text(toml)

    ended = check("--plugin", "few.py")

    assert (ended.code, ended.err) == (2, f"error: {error}\n" + (f"hint: {hint}\n" if hint else ""))


def test_text_goes_to_standard_output_beside_reports_in_files(check: Call, tmp_path: Path) -> None:
    ended = check(*ONE, "--report", "json=new/v.jsonl", "--report", "text=report.txt")

    assert (is_report(ended.out), ended.err) == (True, "")
    assert (tmp_path / "report.txt").read_text() == ended.out
    assert len((tmp_path / "new" / "v.jsonl").read_bytes().splitlines()) == 3


@pytest.mark.parametrize("format_", ["json", "sarif", "sarif-full"])
def test_text_gives_way_to_another_report_on_standard_output(format_: str, check: Call, tmp_path: Path) -> None:
    ended = check(*ONE, "--report", f"{format_}=-", "--report", f"text={tmp_path / 'report.txt'}")

    assert [orjson.loads(line) for line in ended.out.splitlines()]
    assert is_report((tmp_path / "report.txt").read_text())


def test_what_a_report_leaves_out_is_noted_on_standard_error(call: Call, tmp_path: Path) -> None:
    copy = clean_copy(tmp_path / "copy", unread=[{"subscription": subscription(2), "reason": "no permission"}])
    ended = call("scan", "--graph", copy, *ONE, "--report", "sarif=x.sarif")

    assert ended.code == 3
    assert ended.err.splitlines()[0] == (
        "note: not fully read and left out, so that alerts stay as they are: 1 subscription"
    )
    assert len(orjson.loads((tmp_path / "x.sarif").read_bytes())["runs"]) == 1


NOTING_REPORT = """
from tenantlint import hookimpl

class Noting:
    name = description = module = "noting"
    everything = False
    def open(self, path, scan): return self
    def add(self, judgements): pass
    def finish(self, summary): return ["left out: \\x1b[2J"]

@hookimpl
def register_reports(): return [Noting()]
"""


def test_a_note_shows_no_control_characters(check: Call, tmp_path: Path) -> None:
    (tmp_path / "noting.py").write_text(NOTING_REPORT)

    assert check(*ONE, "--plugin", "noting.py", "--report=noting=-").err == "note: left out: \ufffd[2J\n"


def test_a_snapshot_goes_to_a_new_folder_only(tenant: Path, call: Call, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "notes.txt").touch()
    ended = call("scan", "--graph", tenant, *ONE, "--snapshot", "kept")

    assert (ended.code, ended.out) == (2, "")
    assert "kept exists already\n" in ended.err
    assert [entry.name for entry in tmp_path.rglob("*")] == ["kept", "notes.txt"]


def test_the_snapshot_of_a_scan_gives_the_same_bytes_again_in_another_time_zone(scanned: Path, tmp_path: Path) -> None:
    ended = run("check", scanned / "kept", *every_report(tmp_path), env={"TZ": "America/St_Johns"})

    assert (ended.code, ended.err) == (1, "")
    for file in FORMATS.values():
        assert (tmp_path / file).read_bytes() == (scanned / file).read_bytes()


PROGRESS = r"starting|(reading \w+|judging|writing the snapshot) …"


def plain(shown: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown)


def test_no_progress_is_shown_in_a_pipe_even_where_colors_are_forced(
    check: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    ended = check(*ONE)

    assert (ended.err, "\x1b[1;31merror" in ended.out) == ("", True)


def test_a_narrow_terminal_shows_progress_then_the_report_in_color_with_every_number(tenant: Path) -> None:
    ended = run_on_terminal("scan", "--graph", tenant, *ONE, columns=40)

    assert ended.code == 1
    assert re.search(PROGRESS, ended.err)
    assert "\x1b[1;31merror" in ended.err
    assert plain(ended.err).endswith(FINDINGS)
    assert re.search(r"too-many-data-disks +1 +1 +\. +1 +\. +\. +\. +\. +\. +3", plain(ended.err))


def test_a_report_that_goes_to_a_file_is_plain_and_whole_though_progress_is_shown(
    snapshot: Path, tmp_path: Path
) -> None:
    ended = run_on_terminal("check", snapshot, *ONE, out=tmp_path / "report.txt")

    assert (ended.code, is_report(ended.out)) == (1, True)
    assert re.search(PROGRESS, ended.err)
    assert "data disks" not in ended.err


def test_an_upload_by_some_of_the_rules_says_what_it_would_close(tenant: Path, tmp_path: Path) -> None:
    report = ["--report", f"sarif={tmp_path / 'some.sarif'}"]
    note = "note: the sarif report leaves out "

    assert re.search(f"{note}[a-z-]+, .* and [0-9]+ more: uploading", run("scan", "--graph", tenant, *ONE, *report).err)
    assert note not in run("scan", "--graph", tenant, *report).err
    assert note not in run("scan", "--graph", tenant, *ONE).err
    assert note not in run("scan", "--graph", tenant, *ONE, *report, "--baseline", "none").err


LEFT_OUT = "note: the sarif report leaves out too-many-data-disks: uploading it closes their alerts\n"


@pytest.mark.parametrize("way", ["--without", "the settings", "--edition"])
def test_an_upload_without_a_rule_that_judges_by_default_says_so(
    call: Call, tenant: Path, tmp_path: Path, way: str
) -> None:
    if way == "the settings":
        (tmp_path / "tenantlint.toml").write_text("[rules.too-many-data-disks]\nenabled = false\n")
    options = {"--without": ["--without", "too-many-data-disks"], "--edition": ["--edition", "2018-12"]}.get(way, [])
    ended = call("scan", "--graph", tenant, "--report", "sarif=x.sarif", *options)

    assert "note: the sarif report leaves out " in ended.err
    assert (LEFT_OUT in ended.err) == (way != "--edition")


def test_a_copy_of_which_no_subscription_was_read_is_not_clean(tmp_path: Path) -> None:
    copy = write_copy(tmp_path / "copy", {"Resources": [], "ResourceContainers": []}, subscriptions=[])
    ended = run("scan", "--graph", copy, *ONE)

    assert ended.code == 3
    assert "  unread  no subscription was fully read\n" in ended.out
