"""The benchmark reports every figure. What the figures are is for bench/README.md to say, not for a test."""

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bench.fresh import Result
from bench.sizes import Size, Written
from bench.tables import FIGURES, plain
from bench.targets import HUGE, LARGE, SMALL, targets

ROOT = Path(__file__).parent.parent
SIZES = (100, 200)


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bench")


@pytest.fixture(scope="module")
def report(work: Path) -> str:
    sizes = map(str, SIZES)
    command = [sys.executable, "-m", "bench.run", "--vms", *sizes, "--runs", "1", "--work", str(work), "--markdown"]
    return subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True).stdout


@pytest.mark.parametrize("figure", FIGURES)
def test_every_figure_is_reported_for_every_size(figure: str, report: str) -> None:
    (row,) = [line for line in report.splitlines() if line.startswith(f"| {figure} |")]
    cells = row.strip("|").split("|")[1:]

    assert len(cells) == len(SIZES)
    assert all(re.search(r"[1-9]", cell) for cell in cells)


def test_the_report_says_what_was_measured_on_what(report: str) -> None:
    first, _, head, *_ = report.splitlines()

    assert re.match(r"\d{4}-\d\d-\d\d: \d+ vCPU, \d+ GB RAM, .*, Python 3\.\d+\.\d+, duckdb \d", first)
    assert first.endswith("; seed 1, runs: 1.")
    assert head == "|  | 100 VMs | 200 VMs |"


def test_tenants_and_snapshots_are_kept_and_reports_are_not(report: str, work: Path) -> None:
    assert report
    assert {path.name for path in work.iterdir()} == {
        f"{kind}-{vms}-seed-1" for kind in ("tenant", "snapshot") for vms in SIZES
    }


def _size(vms: int) -> Size:
    result = Result(seconds=10, peak_rss=300_000_000, counts={"results": 1000, "rows": 100, "verdicts": 100})
    written = Written(report=result, own=replace(result, seconds=100))
    return Size(vms, result, replace(result, seconds=40), result, result, written, written)


def test_each_size_has_its_targets() -> None:
    wanted = [target.what for target in targets({vms: _size(vms) for vms in (200, SMALL, LARGE, HUGE)})]

    assert len(wanted) == 3 * 3 + 4 + 1
    assert not any(what.startswith("200 ") for what in wanted)
    assert "100,000 ÷ 10,000 VMs: peak RSS of collect" in wanted


def test_a_target_is_met_or_missed() -> None:
    met = {target.what: target.met for target in targets({LARGE: _size(LARGE)})}

    assert met == {
        "100,000 VMs: a verdict ÷ one of the first rules": False,
        "100,000 VMs: own serialiser ÷ sarif": True,
        "100,000 VMs: own serialiser ÷ sarif-full": True,
        "100,000 VMs: peak RSS of collect, MB": True,
        "100,000 VMs: peak RSS of evaluate, MB": True,
    }


def test_a_sample_is_scaled_to_all_results() -> None:
    report = Result(seconds=2, peak_rss=0, counts={"results": 1000})
    written = Written(report, own=Result(seconds=3, peak_rss=0, counts={"results": 100}))

    assert written.own_seconds == pytest.approx(30)
    assert written.factor == pytest.approx(15)


def test_columns_of_a_plain_table_are_aligned() -> None:
    assert plain([("", "a"), ("bc", "d")]) == "    a\nbc  d"


def test_what_judging_apart_costs_is_a_ratio_of_one_run(report: str, work: Path) -> None:
    assert report
    command = [sys.executable, "-m", "bench.apart", str(work / f"snapshot-{SIZES[0]}-seed-1"), "--runs", "1"]
    lines = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True).stdout.splitlines()

    assert re.fullmatch(r"\| apart ÷ here \| [0-9.]+ \|", lines[-1])
