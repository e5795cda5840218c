"""The report for people: its numbers add up, and nobody who may name a resource can draw on the reader's terminal."""

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from tenantlint.model import CAUSES, LEVELS
from tenantlint.reports.text import MOST, TextReport
from tenantlint.results import Judgement, Problem
from tests.judgements import compliant, not_applicable, owner, scan, subject, unknown, violates, write

STYLE = re.compile(r"\x1b\[[0-9;]*m")
UNSEEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")
HOSTILE = [
    "\x1b[2J\x1b[31mred",
    "\x9b31mred",
    "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "two\r\nlines",
    "[bold red]markup[/bold red]",
    "[/]",
    "[link=https://evil.example]click[/link]",
    ":skull:",
    "\u202efdp.exe",
    "tab\tand\x00nul\x07bell\x08\x08\x08",
]


def text_of(
    tmp_path: Path, judgements: Iterable[Judgement], problems: Iterable[Problem] = (), graph: str = "tenant copy test"
) -> str:
    path = tmp_path / "report.txt"
    assert write(TextReport(), path, scan(graph=graph), judgements, problems) == []
    return path.read_bytes().decode()


def on_a_terminal(
    judgements: Iterable[Judgement],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    problems: Iterable[Problem] = (),
    columns: int = 160,
) -> str:
    """Write the report as a terminal would get it: rich takes FORCE_COLOR for one."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", str(columns))
    write(TextReport(), None, scan(), judgements, problems)
    return capsys.readouterr().out


@pytest.fixture(autouse=True)
def _neither_color_nor_width(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FORCE_COLOR", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)


def numbers(text: str) -> dict[str, list[int]]:
    """Return the rows of the table by rule."""
    rows = [re.split(r"[|│\s]+", line.strip(" |")) for line in text.splitlines() if re.match(r"[| ]+acme-", line)]
    return {name: [0 if cell == "." else int(cell) for cell in cells] for name, *cells in rows}


ALL_KINDS = [
    violates(subject("a"), "warning", "error"),
    violates(subject("b"), "warning", "note"),
    violates(subject("c"), "note"),
    violates(subject("d"), "note"),
    compliant(subject("e")),
    *[not_applicable(subject(name)) for name in ("f", "g", "h")],
    *[unknown(subject(cause), cause) for cause in CAUSES],
    unknown(subject("again"), "absent"),
]


WHOLE = """\
tenant copy test, 1 subscription, as of 2026-12-01 12:30 UTC
+-------------+-------+---------+------+-----------+-----+----------------+--------+--------+--------+-----------+
|             |       |         |      |           |     | not evaluable: |        |        |        |           |
| rule        | error | warning | note | compliant | n/a |   unobservable | absent | unread | failed | resources |
+-------------+-------+---------+------+-----------+-----+----------------+--------+--------+--------+-----------+
| acme-backup |     . |       . |    . |         . |   . |              . |      . |      . |      . |         0 |
| acme-owner  |     1 |       1 |    2 |         1 |   3 |              1 |      2 |      1 |      1 |        13 |
+-------------+-------+---------+------+-----------+-----+----------------+--------+--------+--------+-----------+
error    acme-owner  VM 'a' in subscription 'One' has no owner.
warning  acme-owner  VM 'a' in subscription 'One' has no owner.
warning  acme-owner  VM 'b' in subscription 'One' has no owner.
note     acme-owner  VM 'b' in subscription 'One' has no owner.
note     acme-owner  VM 'c' in subscription 'One' has no owner.
note     acme-owner  VM 'd' in subscription 'One' has no owner.

INCOMPLETE: what was not read or broke is not known to be fine.
13 verdicts of 2 rules; resources in violation, by worst level: 1 error, 1 warning, 2 note; not evaluable: 5.
"""


def test_the_whole_report(tmp_path: Path) -> None:
    assert text_of(tmp_path, ALL_KINDS) == WHOLE


def test_the_numbers_of_a_row_add_up_to_its_resources(tmp_path: Path) -> None:
    for *counts, resources in numbers(text_of(tmp_path, ALL_KINDS * 7)).values():
        assert len(counts) == len(LEVELS) + 2 + len(CAUSES)
        assert sum(counts) == resources


@pytest.mark.parametrize("columns", [20, 40, 160])
def test_no_number_is_cut_however_narrow_the_terminal(
    columns: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = STYLE.sub("", on_a_terminal(ALL_KINDS * 100, capsys, monkeypatch, columns=columns))

    assert numbers(shown)["acme-owner"] == [100, 100, 200, 100, 300, 100, 200, 100, 100, 1300]


def test_no_number_is_cut_however_long_the_name_of_a_rule(tmp_path: Path) -> None:
    long = replace(owner, id="acme-" + "very-" * 40 + "long")

    rows = numbers(text_of(tmp_path, [compliant(subject(), by=long)]))

    assert rows[long.id] == [0, 0, 0, 1, 0, 0, 0, 0, 0, 1]


@pytest.mark.parametrize("extra", [0, 1, 10])
def test_the_worst_violations_are_spelled_out_and_the_rest_is_counted(extra: int, tmp_path: Path) -> None:
    notes = [violates(subject(f"n{number:03}"), "note") for number in range(MOST - 1 + extra)]
    text = text_of(tmp_path, [*notes, violates(subject("worst"), "error")])

    spelled = [line for line in text.splitlines() if line.endswith("has no owner.")]
    assert len(spelled) == MOST
    assert spelled[0].startswith("error    acme-owner  VM 'worst'")
    assert [line.split("'")[1] for line in spelled[1:]] == [f"n{number:03}" for number in range(MOST - 1)]
    assert (f"… and {extra} more; --report json=FILE writes all of them.\n" in text) == bool(extra)


def test_violations_are_in_the_same_order_however_they_come(tmp_path: Path) -> None:
    judgements = [violates(subject(name), "error", "note") for name in ("b", "A", "c")]

    assert text_of(tmp_path, judgements) == text_of(tmp_path, judgements[::-1])


def test_without_violations_there_is_nothing_between_the_table_and_the_sum(tmp_path: Path) -> None:
    assert re.search(r"-\+\n1 verdicts of 2 rules; .*: 0 error, 0 warning", text_of(tmp_path, [compliant(subject())]))


def test_what_was_not_read_or_broke_is_told_with_the_rule_that_suffers(tmp_path: Path) -> None:
    problems = [
        Problem("unread", "subscription s2 was not read: no permission", subscription="s2"),
        Problem(
            "failed", "unknown column 'colour' (line 2, column 9)\n\n2 | where colour\n            ^", "acme-owner"
        ),
    ]

    assert text_of(tmp_path, [], problems).splitlines()[-7:] == [
        "INCOMPLETE: what was not read or broke is not known to be fine.",
        "  unread  subscription s2 was not read: no permission",
        "  failed  acme-owner: unknown column 'colour' (line 2, column 9)",
        "  ",
        "  2 | where colour",
        "              ^",
        "0 verdicts of 2 rules; resources in violation, by worst level: 0 error, 0 warning, 0 note; not evaluable: 0.",
    ]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_cannot_draw_on_a_plain_report(name: str, tmp_path: Path) -> None:
    judgement = violates(subject(name), "error", message=f"refers to '{name}'")
    text = text_of(tmp_path, [judgement], [Problem("failed", f"broke at {name}")], graph=f"tenant copy {name}")

    assert UNSEEN.findall(text) == []
    assert len(text.splitlines()) - len(name.splitlines()) == 12  # a message, unlike a name, may have lines


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_gets_no_style_on_a_terminal_but_its_lines(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def shown(named: str) -> str:
        judgement = violates(subject(named), "error", message=f"refers to '{named}'")
        return on_a_terminal([judgement], capsys, monkeypatch, [Problem("failed", f"broke at {named}")])

    hostile = shown(name)

    assert STYLE.findall(hostile) == STYLE.findall(shown("harmless"))
    assert UNSEEN.findall(STYLE.sub("", hostile)) == []
    assert name.startswith(("[", ":")) == (f"VM '{name}'" in hostile)


def test_a_name_of_a_megabyte_is_cut(tmp_path: Path) -> None:
    text = text_of(tmp_path, [violates(subject("x" * 1_000_000), "error")])

    assert f"VM '{'x' * 255}…' in subscription 'One' has no owner.\n" in text


def test_a_terminal_gets_colors_and_drawn_lines(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = on_a_terminal([violates(subject(), "error")], capsys, monkeypatch)

    assert "\x1b[1;31merror" in shown
    assert "━" in shown


def test_a_pipe_gets_neither_however_the_terminal_around_it_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("TERM", "xterm-256color")
    write(TextReport(), None, scan(), ALL_KINDS)
    shown = capsys.readouterr().out

    assert shown.isascii()
    assert "\x1b" not in shown
    assert "VM 'a' in subscription 'One' has no owner.\n" in shown


def test_a_file_gets_neither_even_where_colors_are_forced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = text_of(tmp_path, ALL_KINDS)
    monkeypatch.setenv("FORCE_COLOR", "1")

    assert text_of(tmp_path, ALL_KINDS) == plain


@pytest.mark.parametrize("to_file", [True, False])
def test_what_is_discarded_leaves_nothing(
    to_file: bool,  # noqa: FBT001 - pytest gives parameters by name
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    writer = TextReport().open(tmp_path / "report.txt" if to_file else None, scan())
    writer.add(ALL_KINDS)
    writer.discard()

    assert (list(tmp_path.iterdir()), capsys.readouterr().out) == ([], "")
