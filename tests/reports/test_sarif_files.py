"""The files of an upload: no more in one than GitHub takes, none without a run, none left from an earlier scan."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from tenantlint.errors import UsageError
from tenantlint.reports.sarif_files import RESULTS_PER_FILE, RUNS_PER_FILE, SarifFiles


def write_runs(files: SarifFiles, count: int, results: int = 1) -> None:
    for number in range(count):
        files.start_run(b'{"run":%d,"results":[' % number)
        for result in range(results):
            files.write_result(b"%d" % result, first=result == 0)
        files.end_run(b"]}")


def runs_in(path: Path) -> list[Any]:
    log = orjson.loads(path.read_bytes())
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-schema-2.1.0.json")
    runs: list[Any] = log["runs"]
    return runs


def test_a_file_holds_the_runs_with_their_results_in_order(tmp_path: Path) -> None:
    files = SarifFiles(tmp_path / "x.sarif")
    write_runs(files, 2, results=3)

    assert files.commit() == 1
    assert runs_in(tmp_path / "x.sarif") == [{"run": 0, "results": [0, 1, 2]}, {"run": 1, "results": [0, 1, 2]}]


def test_a_run_may_have_no_results(tmp_path: Path) -> None:
    files = SarifFiles(tmp_path / "x.sarif")
    write_runs(files, 1, results=0)
    files.commit()

    assert runs_in(tmp_path / "x.sarif") == [{"run": 0, "results": []}]


@pytest.mark.parametrize(
    ("count", "expected"),
    [(1, [1]), (RUNS_PER_FILE, [20]), (RUNS_PER_FILE + 1, [20, 1]), (3 * RUNS_PER_FILE, [20, 20, 20])],
)
def test_more_runs_than_github_takes_go_into_numbered_files(count: int, expected: list[int], tmp_path: Path) -> None:
    files = SarifFiles(tmp_path / "my.x.sarif")
    write_runs(files, count)
    assert files.commit() == len(expected)

    names = ["my.x.sarif", "my.x-2.sarif", "my.x-3.sarif"][: len(expected)]
    assert [len(runs_in(tmp_path / name)) for name in names] == expected
    assert [run["run"] for name in names for run in runs_in(tmp_path / name)] == list(range(count))
    assert sorted(entry.name for entry in tmp_path.iterdir()) == sorted(names)


def test_a_file_with_as_many_results_as_fit_takes_no_further_run(tmp_path: Path) -> None:
    files = SarifFiles(tmp_path / "x.sarif")
    write_runs(files, 1, results=RESULTS_PER_FILE)
    write_runs(files, 2, results=RESULTS_PER_FILE - 1)
    files.commit()

    assert len(runs_in(tmp_path / "x.sarif")) == 1
    assert len(runs_in(tmp_path / "x-2.sarif")) == 2


def test_numbered_files_of_an_earlier_scan_are_removed_and_nothing_else(tmp_path: Path) -> None:
    others = ["x-5.sarif", "x-2.json", "y-2.sarif", "x-02.sarif"]
    for name in ["x.sarif", "x-2.sarif", "x-3.sarif", *others]:
        (tmp_path / name).write_text("older")
    files = SarifFiles(tmp_path / "x.sarif")
    write_runs(files, 1)
    files.commit()

    assert sorted(entry.name for entry in tmp_path.iterdir()) == sorted(["x.sarif", *others])


def test_without_a_run_there_is_no_file_not_even_an_older_one(tmp_path: Path) -> None:
    for name in ("x.sarif", "x-2.sarif"):
        (tmp_path / name).write_text("older")

    assert SarifFiles(tmp_path / "x.sarif").commit() == 0
    assert list(tmp_path.iterdir()) == []


def test_what_is_discarded_leaves_older_files_as_they_were(tmp_path: Path) -> None:
    for name in ("x.sarif", "x-2.sarif"):
        (tmp_path / name).write_text("older")
    files = SarifFiles(tmp_path / "x.sarif")
    write_runs(files, RUNS_PER_FILE + 1)
    files.discard()

    assert {entry.name: entry.read_text() for entry in tmp_path.iterdir()} == {"x.sarif": "older", "x-2.sarif": "older"}


def test_a_file_that_cannot_be_written_is_told_before_anything_is_judged(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="it is a folder"):
        SarifFiles(tmp_path)


def test_standard_output_takes_as_many_runs_as_one_upload(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    files = SarifFiles(None)
    write_runs(files, RUNS_PER_FILE)
    files.commit()

    assert len(orjson.loads(capfdbinary.readouterr().out)["runs"]) == RUNS_PER_FILE


def test_standard_output_gets_nothing_where_one_upload_is_not_enough(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    files = SarifFiles(None)
    with pytest.raises(UsageError, match="more than 20 subscriptions do not fit one upload") as told:
        write_runs(files, RUNS_PER_FILE + 1)
    files.discard()

    assert "--report sarif=FILE" in told.value.hint
    assert capfdbinary.readouterr().out == b""


def test_standard_output_gets_nothing_without_a_run(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert SarifFiles(None).commit() == 0
    assert capfdbinary.readouterr().out == b""
