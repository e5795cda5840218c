"""`tenantlint trend`: night after night in one table."""

import shutil
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.cli.conftest import Call
from tests.nights import RULE, keep_night, unread, vm


def trend(call: Call, tmp_path: Path, *more: object) -> list[dict[str, Any]]:
    ended = call("trend", tmp_path / "nights", *RULE, "--format", "json", *more)
    assert ended.code == 0, ended.err
    rows: list[dict[str, Any]] = orjson.loads(ended.out)
    return rows


def column(rows: list[dict[str, Any]], name: str) -> list[Any]:
    return [row[name] for row in rows]


def only(tmp_path: Path, suffix: str) -> None:
    """Leave nights of one kind; those in JSON Lines have the day in their names and nothing else."""
    for path in (tmp_path / "nights").iterdir():
        if path.is_dir() and suffix:
            shutil.rmtree(path)
        elif path.is_file() and path.suffix != suffix:
            path.unlink()


@pytest.mark.parametrize("suffix", ["", ".sarif", ".jsonl"])
def test_what_comes_goes_and_comes_again_is_counted_in_the_order_of_the_nights(
    call: Call, tmp_path: Path, suffix: str
) -> None:
    keep_night(call, tmp_path, 3, [vm("a", 33), vm("b", 33), vm("c", 17)])
    keep_night(call, tmp_path, 1, [vm("a", 33), vm("b", 17), vm("c", None)])
    keep_night(call, tmp_path, 2, [vm("a", 3), vm("b", 17), vm("c", 3)])
    only(tmp_path, suffix)

    rows = trend(call, tmp_path)

    assert [at[:10] for at in column(rows, "at")] == ["2026-11-01", "2026-11-02", "2026-11-03"]
    assert column(rows, "errors") == [1, 0, 2]
    assert column(rows, "warnings") == [1, 1, 1]
    assert column(rows, "new") == [None, 0, 1]
    assert column(rows, "fixed") == [None, 1, 0]
    assert column(rows, "reopened") == [None, 0, 1]
    assert column(rows, "not_evaluable") == [1, 0, 0]


@pytest.mark.parametrize("suffix", ["", ".sarif"])
def test_a_night_that_was_incomplete_is_marked_and_fixes_nothing(call: Call, tmp_path: Path, suffix: str) -> None:
    keep_night(call, tmp_path, 1, [vm("a", 33), vm("far", 33, 2), vm("gone", 33, 2)])
    keep_night(call, tmp_path, 2, [vm("a", 3)], missing=[unread(2)])
    keep_night(call, tmp_path, 3, [vm("a", 3), vm("far", 33, 2)])
    only(tmp_path, suffix)

    rows = trend(call, tmp_path)

    assert column(rows, "incomplete") == [False, True, False]
    assert column(rows, "fixed") == [None, 0, 2]
    assert column(rows, "no_longer_known") == [None, 2, 0]
    assert column(rows, "new") == [None, 0, 0]
    assert column(rows, "reopened") == [None, 0, 0]


def test_the_table_says_which_night_was_incomplete_and_how_much_was_not_read(call: Call, tmp_path: Path) -> None:
    keep_night(call, tmp_path, 1, [vm("a", 33)])
    keep_night(call, tmp_path, 2, [vm("a", 33)], missing=[unread(2)])
    only(tmp_path, "")
    ended = call("trend", tmp_path / "nights", *RULE)

    lines = ended.out.splitlines()
    assert lines[0].startswith("night             errors  warnings")
    assert lines[1].split() == ["2026-11-01", "02:00", "1", "0", "0", "-", "-", "-", "-", "0", "0"]
    assert lines[2].split() == ["2026-11-02", "02:00", "1", "0", "0", "0", "0", "0", "0", "0", "1", "incomplete"]


def test_reports_of_a_night_that_is_there_as_a_snapshot_are_left_out(call: Call, tmp_path: Path) -> None:
    keep_night(call, tmp_path, 1, [vm("a", 33)])
    (tmp_path / "nights" / "readme.txt").write_text("x", "utf-8")
    (tmp_path / "nights" / "2026-11-01.jsonl").unlink()
    ended = call("trend", tmp_path / "nights", *RULE)

    assert len(ended.out.splitlines()) == 2
    assert "2026-11-01.sarif is left out: it is of the same time as" in ended.err
    assert "note: 1 files or folders in" in ended.err


def test_no_cell_of_the_csv_is_a_formula(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    night = keep_night(call, tmp_path, 1, [vm("a", 33)])
    (tmp_path / "=x").mkdir()
    shutil.copy(f"{night}.jsonl", tmp_path / "=x" / "2026-11-01.jsonl")
    monkeypatch.chdir(tmp_path)
    ended = call("trend", "=x", *RULE, "--format", "csv")

    assert ended.out == (
        "at,errors,warnings,notes,new,fixed,reopened,no_longer_known,not_evaluable,unread_subscriptions,incomplete,name\n"
        "2026-11-01T00:00:00Z,1,0,0,,,,,0,,false,'=x/2026-11-01.jsonl\n"
    )


def test_a_report_that_does_not_tell_its_day_is_refused_with_a_hint(call: Call, tmp_path: Path) -> None:
    night = keep_night(call, tmp_path, 1, [vm("a", 33)])
    Path(f"{night}.jsonl").rename(tmp_path / "nights" / "last.jsonl")
    ended = call("trend", tmp_path / "nights", *RULE)

    assert ended.code == 2
    assert "does not tell of which time it is\nhint: name it by its day" in ended.err


def test_a_folder_without_nights_ends_with_2(call: Call, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    assert "there is no night in" in call("trend", "empty").err
    assert call("trend", "nowhere").code == 2


def test_nights_of_two_tenants_are_refused(call: Call, tmp_path: Path) -> None:
    keep_night(call, tmp_path, 1, [vm("a", 33)])
    night = keep_night(call, tmp_path, 2, [vm("a", 33)])
    report = Path(f"{night}.sarif")
    report.write_bytes(report.read_bytes().replace(b"aaaaaaaa-0000", b"cccccccc-0000"))
    shutil.rmtree(night)
    ended = call("trend", tmp_path / "nights", *RULE)

    assert ended.code == 2
    assert "is of another tenant than" in ended.err
