"""The files of an upload: no more in one than GitHub takes, none without a run, none left from an earlier scan."""

import gzip
import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from tenantlint import Violation
from tenantlint.errors import UsageError
from tenantlint.reports.sarif_check import SarifError
from tenantlint.reports.sarif_demands import RESULTS_PER_RUN, RUNS_PER_FILE, ZIPPED_BYTES
from tenantlint.reports.sarif_files import RESULTS_PER_FILE, SarifFiles
from tenantlint.reports.sarif_objects import dump, result
from tenantlint.reports.sarif_runs import details, invocation, run_head
from tests.judgements import scan, subject, violates

COMMON = dump(run_head(scan()))[1:-1]


def line(number: int, evidence: str = "") -> bytes:
    """Return a result as it stands in a file."""
    found = result(violates(subject(f"vm-{number}"), "error"), 1, {}, Violation("has no owner", "error"))
    found.properties = {"tenantlint/evidence": evidence}
    return dump(found)


LINE = line(0)


def lines(count: int) -> Iterator[bytes]:
    """Yield results that differ in no more than their fingerprint, which is fast."""
    return (LINE.replace(b':1"', b':%d"' % number, 1) for number in range(count))


def opened(path: Path | None) -> SarifFiles:
    return SarifFiles(path, COMMON)


def add(files: SarifFiles, name: str, results: Iterable[bytes]) -> int:
    return files.add_run(
        dump(details(scan(), f"tenantlint/{name}")),
        results,
        lambda cut: dump(invocation(scan(), [], [f"{cut} cut"] if cut else [])),
    )


def write_runs(files: SarifFiles, count: int, results: int = 1, start: int = 0) -> None:
    for number in range(start, start + count):
        add(files, f"{number:02}", lines(results))


def runs_in(path: Path) -> list[Any]:
    log = orjson.loads(path.read_bytes())
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-schema-2.1.0.json")
    runs: list[Any] = log["runs"]
    return runs


def number_of(run: Any) -> int:  # noqa: ANN401 - JSON
    return int(run["automationDetails"]["id"].split("/")[1])


def random_text(number: int, characters: int) -> str:
    return hashlib.shake_256(b"%d" % number).hexdigest(characters // 2)


def test_a_file_holds_the_runs_with_their_results_in_order(tmp_path: Path) -> None:
    files = opened(tmp_path / "x.sarif")
    write_runs(files, 2, results=3)

    assert files.commit() == 1
    runs = runs_in(tmp_path / "x.sarif")
    assert [number_of(run) for run in runs] == [0, 1]
    assert [run["results"] for run in runs] == [[orjson.loads(each) for each in lines(3)]] * 2
    assert [run["tool"] for run in runs] == [orjson.loads(b"{" + COMMON + b"}")["tool"]] * 2


def test_a_run_may_have_no_results(tmp_path: Path) -> None:
    files = opened(tmp_path / "x.sarif")
    write_runs(files, 1, results=0)
    files.commit()

    assert [run["results"] for run in runs_in(tmp_path / "x.sarif")] == [[]]


@pytest.mark.parametrize(
    ("count", "expected"),
    [(1, [1]), (RUNS_PER_FILE, [20]), (RUNS_PER_FILE + 1, [20, 1]), (3 * RUNS_PER_FILE, [20, 20, 20])],
)
def test_more_runs_than_github_takes_go_into_numbered_files(count: int, expected: list[int], tmp_path: Path) -> None:
    files = opened(tmp_path / "my.x.sarif")
    write_runs(files, count)
    assert files.commit() == len(expected)

    names = ["my.x.sarif", "my.x-2.sarif", "my.x-3.sarif"][: len(expected)]
    assert [len(runs_in(tmp_path / name)) for name in names] == expected
    assert [number_of(run) for name in names for run in runs_in(tmp_path / name)] == list(range(count))
    assert sorted(entry.name for entry in tmp_path.iterdir()) == sorted(names)


def test_a_file_with_as_many_results_as_fit_takes_no_further_run(tmp_path: Path) -> None:
    files = opened(tmp_path / "x.sarif")
    fitting = RESULTS_PER_FILE // RESULTS_PER_RUN
    write_runs(files, fitting, results=RESULTS_PER_RUN)
    write_runs(files, 2, start=fitting)
    files.commit()

    assert len(runs_in(tmp_path / "x.sarif")) == fitting
    assert len(runs_in(tmp_path / "x-2.sarif")) == 2


def test_of_a_run_no_more_results_are_written_than_github_keeps_and_it_says_so(tmp_path: Path) -> None:
    files = opened(tmp_path / "x.sarif")

    assert add(files, "1", lines(RESULTS_PER_RUN + 3)) == 3
    files.commit()
    (run,) = runs_in(tmp_path / "x.sarif")
    assert len(run["results"]) == RESULTS_PER_RUN
    assert run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"] == "3 cut"


def test_no_file_is_larger_zipped_than_github_takes(tmp_path: Path) -> None:
    files = opened(tmp_path / "x.sarif")
    for run in range(3):
        add(files, f"{run}", (line(number, random_text(number, 16_000)) for number in range(440)))

    assert files.commit() == 2
    for name, runs in {"x.sarif": 2, "x-2.sarif": 1}.items():
        assert len(runs_in(tmp_path / name)) == runs
        assert len(gzip.compress((tmp_path / name).read_bytes(), 6)) < ZIPPED_BYTES


def test_a_run_that_is_too_large_zipped_for_a_file_is_cut(tmp_path: Path) -> None:
    files = opened(tmp_path / "x.sarif")

    cut = add(files, "1", (line(number, random_text(number, 16_000)) for number in range(1500)))
    add(files, "2", [LINE])
    files.commit()

    assert 300 < cut < 700
    assert len(runs_in(tmp_path / "x.sarif")[0]["results"]) == 1500 - cut
    assert len(gzip.compress((tmp_path / "x.sarif").read_bytes(), 6)) < ZIPPED_BYTES


@pytest.mark.parametrize("spoiled", [1, RUNS_PER_FILE + 1])
def test_no_file_is_named_where_one_of_them_would_be_refused(spoiled: int, tmp_path: Path) -> None:
    (tmp_path / "x.sarif").write_text("older")
    files = opened(tmp_path / "x.sarif")
    for number in range(spoiled):
        add(files, f"{number}", [LINE])
    with pytest.raises(SarifError, match="a result has a fingerprint"):
        add(files, "spoiled", [LINE.replace(b"primaryLocation", b"secondary")])
    files.discard()

    assert [file.read_text() for file in tmp_path.iterdir()] == ["older"]


def older_upload(path: Path) -> bytes:
    files = opened(path)
    write_runs(files, 1)
    files.commit()
    content = path.read_bytes()
    path.unlink()
    return content


FOREIGN: dict[str, Callable[[bytes], bytes]] = {
    "no JSON": lambda _: b"older",
    "cut short": lambda content: content[:100],
    "not text": lambda _: b"\xff\xfe",
    "nothing": lambda _: b"",
    "another tool's": lambda content: content.replace(b"tenantlint/", b"x/"),
    "an archive": lambda content: content.replace(
        b'"tenantlint/cloud"', b'"tenantlint/subscriptions":{},"tenantlint/cloud"'
    ),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_what_is_no_upload_of_ours_is_not_overwritten_either(kind: str, tmp_path: Path) -> None:
    (tmp_path / "x-2.sarif").write_bytes(content := FOREIGN[kind](older_upload(tmp_path / "x.sarif")))
    files = opened(tmp_path / "x.sarif")
    with pytest.raises(UsageError, match=r"x-2\.sarif is none of the files that belong to "):
        write_runs(files, RUNS_PER_FILE + 1)
    files.discard()

    assert {entry.name: entry.read_bytes() for entry in tmp_path.iterdir()} == {"x-2.sarif": content}


@pytest.mark.parametrize("spoil", FOREIGN.values(), ids=FOREIGN)
def test_numbered_files_of_an_earlier_scan_are_removed_and_nothing_else(
    spoil: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    older = older_upload(tmp_path / "older.sarif")
    others = ["x-6.sarif", "x-2.json", "y-2.sarif", "x-02.sarif"]
    for name in ["x.sarif", "x-2.sarif", "x-3.sarif", "x-4.sarif", *others]:
        (tmp_path / name).write_bytes(older)
    foreign = ["x-3.sarif"]
    (tmp_path / "x-3.sarif").write_bytes(spoil(older))
    others += foreign
    files = opened(tmp_path / "x.sarif")
    write_runs(files, 1)
    files.commit()

    assert sorted(entry.name for entry in tmp_path.iterdir()) == sorted(["x.sarif", *others])


def test_without_a_run_there_is_no_file_not_even_an_older_one(tmp_path: Path) -> None:
    older = older_upload(tmp_path / "x.sarif")
    for name in ("x.sarif", "x-2.sarif"):
        (tmp_path / name).write_bytes(older)

    assert opened(tmp_path / "x.sarif").commit() == 0
    assert list(tmp_path.iterdir()) == []


def test_what_is_discarded_leaves_older_files_as_they_were(tmp_path: Path) -> None:
    older = older_upload(tmp_path / "x.sarif")
    for name in ("x.sarif", "x-2.sarif"):
        (tmp_path / name).write_bytes(older)
    files = opened(tmp_path / "x.sarif")
    write_runs(files, RUNS_PER_FILE + 1)
    files.discard()

    assert {entry.name: entry.read_bytes() for entry in tmp_path.iterdir()} == {"x.sarif": older, "x-2.sarif": older}


def test_a_file_that_cannot_be_written_is_told_before_anything_is_judged(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="it is a folder"):
        opened(tmp_path)


def test_standard_output_takes_as_many_runs_as_one_upload(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    files = opened(None)
    write_runs(files, RUNS_PER_FILE)
    files.commit()

    assert len(orjson.loads(capfdbinary.readouterr().out)["runs"]) == RUNS_PER_FILE


def test_standard_output_gets_nothing_where_one_upload_is_not_enough(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    files = opened(None)
    with pytest.raises(UsageError, match="more than one upload takes") as told:
        write_runs(files, RUNS_PER_FILE + 1)
    files.discard()

    assert "--report sarif=FILE" in told.value.hint
    assert capfdbinary.readouterr().out == b""


def test_standard_output_gets_nothing_without_a_run(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert opened(None).commit() == 0
    assert capfdbinary.readouterr().out == b""
