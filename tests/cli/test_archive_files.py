"""An archive in several files: whatever reads one takes them all, and says which is missing."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import orjson
import pytest

from tests.cli.conftest import Call
from tests.nights import RULE, keep_night, unread, vm

VMS = [vm(f"vm-{number:02}", 33 if number % 2 else 3) for number in range(20)]
LATER = [vm(f"vm-{number:02}", 33 if number % 3 else 3) for number in range(18)]


@pytest.fixture
def small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let readers of SARIF take next to nothing."""
    monkeypatch.setattr("tenantlint.reports.sarif_parts.RESULTS_PER_RUN", 4)
    monkeypatch.setattr("tenantlint.reports.sarif_files.RUNS_PER_FILE", 2)


def keep(call: Call, folder: Path, day: int, vms: Sequence[Mapping[str, object]]) -> Path:
    """Keep a night; return the first file of its archive."""
    return Path(f"{keep_night(call, folder, day, vms)}.sarif")


def later_files(archive: Path) -> list[Path]:
    found = archive.parent.glob(f"{archive.stem}-part*.sarif")
    return sorted(found, key=lambda file: int(file.stem.rpartition("part")[2]))


@pytest.mark.usefixtures("small_files")
def test_each_file_holds_some_parts_and_together_they_hold_all_once(call: Call, tmp_path: Path) -> None:
    archive = keep(call, tmp_path, 19, VMS)
    logs = [orjson.loads(file.read_bytes()) for file in (archive, *later_files(archive))]
    runs = [run for log in logs for run in log["runs"]]

    assert len(later_files(archive)) >= 2
    assert [len(log["runs"]) for log in logs[:-1]] == [2] * (len(logs) - 1)
    assert [run["automationDetails"]["id"].split("/")[2] for run in runs] == [
        f"part-{number}-of-{len(runs)}" for number in range(1, len(runs) + 1)
    ]
    assert len({result["guid"] for run in runs for result in run["results"]}) == len(VMS)


def test_diff_baseline_and_trend_tell_the_same_of_an_archive_in_several_files(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = []
    for name, size in (("whole", 5_000), ("parted", 4)):
        monkeypatch.setattr("tenantlint.reports.sarif_parts.RESULTS_PER_RUN", size)
        monkeypatch.setattr("tenantlint.reports.sarif_files.RUNS_PER_FILE", 2)
        folder = tmp_path / name
        old, new = keep(call, folder, 19, VMS), keep(call, folder, 20, LATER)
        assert bool(later_files(old)) == (name == "parted")
        snapshot = new.with_suffix("")
        told = [
            call("diff", old, new, *RULE, "--format", "json").out,
            call("check", snapshot, *RULE, "--baseline", old, "--fail-on", "new-warning").err,
        ]
        for night in (old, new):
            night.with_suffix(".jsonl").unlink()
            night.with_suffix("").rename(folder / f"snapshot-{night.stem}")
        told.append(call("trend", new.parent, *RULE, "--format", "csv").out)
        said.append([text.replace(str(folder), "") for text in told])

    assert "new" in said[0][0]
    assert said[0][2].count("\n") == 3
    assert said[0] == said[1]


@pytest.mark.usefixtures("small_files")
@pytest.mark.parametrize("which", [0, -1])
def test_a_file_that_is_missing_is_named(call: Call, tmp_path: Path, which: int) -> None:
    archive = keep(call, tmp_path, 19, VMS)
    (missing := later_files(archive)[which]).unlink()
    ended = call("diff", archive, archive, *RULE)

    assert ended.code == 2
    assert f"parts of an archive: there is no {missing.name} beside it" in ended.err
    assert "\nhint: keep all files of an archive in one folder\n" in ended.err


@pytest.mark.usefixtures("small_files")
def test_a_later_file_is_no_archive_by_itself(call: Call, tmp_path: Path) -> None:
    archive = keep(call, tmp_path, 19, VMS)
    ended = call("diff", later_files(archive)[0], archive, *RULE)

    assert ended.code == 2
    assert ended.err.endswith("is a later file of an archive\nhint: give the first of its files\n")


@pytest.mark.usefixtures("small_files")
def test_files_of_two_nights_are_not_taken_for_one(call: Call, tmp_path: Path) -> None:
    old, new = keep(call, tmp_path, 19, VMS), keep(call, tmp_path, 20, VMS)
    later_files(old)[0].write_bytes(later_files(new)[0].read_bytes())
    ended = call("diff", old, new, *RULE)

    assert ended.code == 2
    assert "as of 20261120T020000Z, is not what comes next" in ended.err


@pytest.mark.usefixtures("small_files")
def test_what_a_larger_archive_left_under_the_same_name_is_removed(call: Call, tmp_path: Path) -> None:
    archive = keep(call, tmp_path, 19, VMS)
    snapshot = archive.with_suffix("")
    assert later_files(archive)
    small = keep_night(call, tmp_path / "small", 20, VMS[:3])
    call("check", small, *RULE, "--report", f"sarif-full={archive}")

    assert later_files(archive) == []
    assert snapshot.is_dir()


@pytest.mark.usefixtures("small_files")
def test_standard_output_gets_all_parts_in_one_file(call: Call, tmp_path: Path) -> None:
    archive = keep(call, tmp_path, 19, VMS)
    runs = [run for file in (archive, *later_files(archive)) for run in orjson.loads(file.read_bytes())["runs"]]
    out = call("check", archive.with_suffix(""), *RULE, "--report", "sarif-full=-").out

    assert orjson.loads(out)["runs"] == runs
    (tmp_path / "piped.sarif").write_text(out, "utf-8")
    assert call("diff", "piped.sarif", archive, *RULE).code == 0


@pytest.mark.usefixtures("small_files")
def test_an_archive_in_several_files_tells_that_its_night_was_incomplete(call: Call, tmp_path: Path) -> None:
    keep_night(call, tmp_path, 19, VMS, missing=[unread(2)])
    ended = call("diff", "nights/2026-11-19.sarif", "nights/2026-11-19.sarif", *RULE)

    assert ended.code == 3
    assert "is incomplete" in ended.err
