"""`tenantlint diff`: what is new, fixed, changed or no longer known, and never fixed because it was not read."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.cli.conftest import Call
from tests.nights import RULE, keep_night, unread, vm

Keep = Callable[..., Path]
KINDS = ("", ".jsonl", ".sarif")


@pytest.fixture
def keep(call: Call, tmp_path: Path) -> Keep:
    return lambda day, *vms, **more: keep_night(call, tmp_path, day, vms, **more)


@pytest.fixture
def diff(call: Call) -> Callable[..., tuple[int, dict[str, str], dict[str, Any]]]:
    """Return a function that compares two nights, and gives the exit code, states by name of the VM, and everything."""

    def run(old: object, new: object, *more: object) -> tuple[int, dict[str, str], dict[str, Any]]:
        ended = call("diff", old, new, *RULE, "--format", "json", *more)
        assert ended.out, ended.err
        said = orjson.loads(ended.out)
        return ended.code, {each["resource"].rpartition("/")[2]: each["state"] for each in said["changes"]}, said

    return run


Diffed = Callable[..., tuple[int, dict[str, str], dict[str, Any]]]


@pytest.mark.parametrize("now", KINDS)
@pytest.mark.parametrize("then", KINDS)
def test_what_is_new_fixed_and_changed_is_told_of_any_two_kinds_of_nights(
    keep: Keep, diff: Diffed, then: str, now: str
) -> None:
    old = keep(19, vm("stays", 33), vm("more", 17), vm("mended", 40))
    new = keep(20, vm("Stays", 33), vm("more", 34), vm("mended", 3), vm("fresh", 18))

    code, states, said = diff(f"{old}{then}", f"{new}{now}")

    assert states == {"more": "changed", "mended": "fixed", "fresh": "new"}
    assert code == 1
    assert said["rules"]["too-many-data-disks"]["unchanged"] == 1


def test_a_change_names_what_was_and_what_is(keep: Keep, diff: Diffed) -> None:
    _, _, said = diff(keep(19, vm("more", 17)), keep(20, vm("more", 33)))

    changes = {each["property"]: (each["old"], each["new"]) for each in said["changes"][0]["changes"]}
    assert changes["level"] == ("warning", "error")
    assert (17, 33) in changes.values()


def test_a_level_that_is_worse_than_it_was_makes_the_exit_code_1(keep: Keep, diff: Diffed) -> None:
    old, new = keep(19, vm("more", 17)), keep(20, vm("more", 33))

    assert diff(old, new, "--fail-on", "new-error")[0] == 1
    assert diff(new, old, "--fail-on", "new-note")[0] == 0
    assert diff(old, new, "--fail-on", "never")[0] == 0


def test_what_is_not_evaluable_any_more_is_not_fixed(keep: Keep, diff: Diffed) -> None:
    code, states, said = diff(keep(19, vm("blank", 33)), keep(20, vm("blank", None)))

    assert states == {"blank": "no-longer-known"}
    assert said["changes"][0]["why"].startswith("cannot be judged (absent): ")
    assert code == 0


@pytest.mark.parametrize("now", KINDS)
def test_what_was_not_read_is_no_longer_known_and_ends_with_3(keep: Keep, diff: Diffed, now: str) -> None:
    old = keep(19, vm("hidden", 33, 2), vm("here", 33))
    new = keep(20, vm("here", 33), missing=[unread(2)])

    code, states, said = diff(old, f"{new}{now}")

    assert (code, states) == (3, {"hidden": "no-longer-known"})
    assert said["incomplete"] is True


@pytest.mark.parametrize(("now", "state"), [("", "gone"), (".sarif", "gone"), (".jsonl", "no-longer-known")])
def test_a_resource_is_gone_where_it_is_proven(keep: Keep, diff: Diffed, now: str, state: str) -> None:
    old, new = keep(19, vm("deleted", 33), vm("here", 3)), keep(20, vm("here", 3))

    code, states, _ = diff(old, f"{new}{now}")

    assert (code, states) == (0 if state == "gone" else 3, {"deleted": state})


@pytest.mark.parametrize("then", KINDS)
def test_a_large_drop_of_resources_proves_nothing(keep: Keep, diff: Diffed, then: str) -> None:
    old = keep(19, *(vm(f"vm{n}", 33) for n in range(12)))
    new = keep(20, vm("vm0", 33))

    code, states, said = diff(f"{old}{then}", new)

    assert (code, set(states.values())) == (3, {"no-longer-known"})
    assert "which may be a mistake" in said["changes"][0]["why"]


def test_a_rule_that_did_not_judge_in_one_of_the_nights_is_not_compared(
    keep: Keep, call: Call, rule_file: Callable[..., Path]
) -> None:
    old, new = keep(19, vm("vm", 33)), keep(20, vm("vm", 33))
    plugin = rule_file("return vm.violation('is there', level='note')")
    ended = call("diff", f"{old}.sarif", new, "--plugin", plugin, "--rule", "acme-small", *RULE)

    assert ended.code == 3
    assert "Not compared (1):" in ended.out
    assert "note: not compared, since they did not judge in the earlier night: acme-small" in ended.err


def test_a_waived_violation_is_told_and_does_not_count(keep: Keep, diff: Diffed, tmp_path: Path) -> None:
    old, new = keep(19, vm("vm", 3)), keep(20, vm("vm", 33))
    waiver = f'rule = "too-many-data-disks"\nresource = "{vm("vm", 1)["id"]}"\nreason = "r"\nowner = "o"\n'
    (tmp_path / "waivers.toml").write_text(f"[[waiver]]\n{waiver}expires = 2026-12-24\n", "utf-8")

    code, states, said = diff(old, new)

    assert (code, states, said["changes"][0]["waived"]) == (0, {"vm": "new"}, True)


def test_the_text_has_a_table_and_the_worst_first(keep: Keep, call: Call) -> None:
    old, new = keep(19, vm("old", 33)), keep(20, vm("b", 33), vm("a", 17), vm("old", 3))
    ended = call("diff", old, new, *RULE, "--limit", "1")

    lines = ended.out.splitlines()
    assert ended.code == 1
    assert lines[0] == f"old: 2026-11-19 02:00 UTC, {old}"
    assert lines[3].split() == ["rule", "new", "fixed", "unchanged"]
    assert lines[4].split() == ["too-many-data-disks", "2", "1", "-"]
    assert lines[7] == "New (2):"
    assert lines[8].startswith("  error    too-many-data-disks  /subscriptions/")
    assert lines[9] == "  … and 1 more; --limit 2 or --format json shows all of them"


def test_the_same_nights_give_the_same_bytes(keep: Keep, call: Call) -> None:
    old, new = keep(19, vm("a", 33), vm("b", 17)), keep(20, vm("b", 33), vm("c", 17))

    assert call("diff", old, new, *RULE).out == call("diff", old, new, *RULE).out


def test_hostile_text_in_a_report_is_made_visible(keep: Keep, call: Call, tmp_path: Path) -> None:
    old = keep(19, vm("vm", 33))
    line = orjson.loads(Path(f"{old}.jsonl").read_bytes().splitlines()[0])
    violation = {**line["violations"][0], "message": "has\n::error::\x1b[2J", "part": "\u202ep"}
    line = {**line, "resource": f"{line['resource']}\n::set-output\x1b", "violations": [violation]}
    (tmp_path / "hostile.jsonl").write_bytes(orjson.dumps(line) + b"\n")
    ended = call("diff", f"{old}.jsonl", "hostile.jsonl", *RULE)

    assert "\x1b" not in ended.out
    assert "\u202e" not in ended.out
    assert not [line for line in ended.out.splitlines() if line.startswith("::")]


def cut(content: bytes) -> bytes:
    return content[:-20]


def run_of(content: bytes) -> bytes:
    return orjson.dumps(orjson.loads(content)["runs"][0])


BROKEN: Mapping[str, tuple[str, Callable[[bytes], bytes], str]] = {
    "lines that are cut": (".jsonl", cut, "line 1 of"),
    "lines that are no JSON": (".jsonl", lambda content: content + b"{]\n", "line 2 of"),
    "a verdict without a rule": (".jsonl", lambda content: content + b'{"rule":1}\n', "is no verdict"),
    "a cause that is none": (".jsonl", lambda text: text.replace(b'"cause":null', b'"cause":["x"]'), "is no verdict"),
    "an archive that is cut": (".sarif", cut, "was cut short"),
    "an archive of somebody else": (".sarif", lambda text: text.replace(b'"tenantlint"', b'"lint"', 1), "another name"),
    "an archive with two runs": (".sarif", lambda text: text[:-2] + b',{"results":[]}]}', "which part of an archive"),
    "an archive with a part too many": (".sarif", lambda text: text[:-2] + b"," + run_of(text) + b"]}", "part 1 of 1"),
    "an archive that is not UTF-8": (".sarif", lambda text: text.replace(b"vm", b"\xff\xfe", 1), "is not an archive"),
    "something deep": (".sarif", lambda _: b'{"runs":[{"x":' + b"[" * 100_000, "is not an archive"),
    "nothing": (".sarif", lambda _: b"", "is empty"),
    "something else": (".sarif", lambda _: b"PK\x03\x04", "is neither a snapshot nor a report"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_report_that_cannot_be_used_is_refused_with_a_hint(keep: Keep, call: Call, case: str) -> None:
    kind, spoil, said = BROKEN[case]
    old = keep(19, vm("vm", 33))
    report = Path(f"{old}{kind}")
    report.write_bytes(spoil(report.read_bytes()))
    ended = call("diff", report, old, *RULE)

    assert ended.code == 2
    assert said in ended.err
    assert "\nhint: " in ended.err


def test_another_tenant_is_refused(keep: Keep, call: Call) -> None:
    old = keep(19, vm("vm", 33))
    report = Path(f"{old}.sarif")
    report.write_bytes(report.read_bytes().replace(b"aaaaaaaa-0000", b"cccccccc-0000"))
    lines = Path(f"{old}.jsonl")
    lines.write_bytes(lines.read_bytes().replace(b"bbbbbbbb-0000", b"cccccccc-0000"))

    assert "is of another tenant" in call("diff", report, old, *RULE).err
    ended = call("diff", lines, old, *RULE)
    assert ended.code == 2
    assert "has no subscription in common" in ended.err


def test_other_settings_are_told(keep: Keep, call: Call, tmp_path: Path) -> None:
    old = keep(19, vm("vm", 33))
    (tmp_path / "tenantlint.toml").write_text('[rules.too-many-data-disks]\nlevel = "note"\n', "utf-8")
    ended = call("diff", f"{old}.sarif", old, *RULE)

    assert "was judged by other settings: those of too-many-data-disks" in ended.err
