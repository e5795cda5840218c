"""The benchmark of the collector reports every figure. What the figures are is for bench/README.md to say."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import orjson
import pytest

from bench.live import COUNTED, FIGURES, Reading, targets
from bench.stages.figures import Figures
from bench.synthetic.narrow import CONTAINERS, NARROW, TABLES, narrow_rows, plan_narrow_tenant

ROOT = Path(__file__).parent.parent
ROWS = 12_000  # in parts, in pages and in one page; and more requests than there may be at once
TENANT = plan_narrow_tenant(ROWS, NARROW, 1)


@pytest.fixture(scope="module")
def report() -> str:
    command = [sys.executable, "-m", "bench.live", "--rows", str(ROWS), "--markdown"]
    return subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True).stdout


def cells(report: str, name: str) -> list[str]:
    measured, _, _ = report.partition("| target |")
    (row,) = [line for line in measured.splitlines() if line.startswith(f"| {name} |")]
    return [cell.strip() for cell in row.strip("|").split("|")[1:]]


@pytest.mark.parametrize("figure", [*FIGURES, *COUNTED])
def test_every_figure_is_reported(figure: str, report: str) -> None:
    with_quota, without = cells(report, figure)

    assert re.search(r"[1-9]", with_quota)
    assert bool(re.search(r"[1-9]", without)) == (figure in FIGURES)


def test_all_rows_are_read_and_the_quota_is_waited_for(report: str) -> None:
    assert cells(report, "rows") == [f"{ROWS:,}", f"{ROWS // 5:,}"]
    assert int(cells(report, "requests")[0]) > 15
    assert float(cells(report, "wall")[0].removesuffix(" s")) > 5


def test_the_targets_follow_from_what_was_counted() -> None:
    figures = Figures(75.0, 0, {"rows": 200_000, "pages": 200, "requests": 231, "cpu_ms": 8000})
    reading = Reading(figures, figures)

    assert (reading.bound, reading.windows) == (72.0, 75)
    assert [round(target.measured, 3) for target in targets(reading, reading)] == [1.155, 1.042, 12.0]
    assert all(target.met for target in targets(reading, reading))


def test_a_narrow_tenant_has_the_rows_that_were_asked_for() -> None:
    rows = {table: list(narrow_rows(TENANT, table)) for table in TABLES}
    ids = [str(row["id"]).lower() for table in rows.values() for row in table]

    assert {table: len(found) for table, found in rows.items()} == {table: TENANT.rows_of(table) for table in TABLES}
    assert len(ids) == len(set(ids)) == ROWS
    assert {len(orjson.dumps(row)) for table in rows for row in rows[table] if table != CONTAINERS} == {NARROW}


def test_subscriptions_differ_in_size_and_each_has_its_row() -> None:
    owners = Counter(row["subscriptionId"] for row in narrow_rows(TENANT, "Resources"))

    assert max(owners.values()) > 20 * min(owners.values())
    assert {row["subscriptionId"] for row in narrow_rows(TENANT, CONTAINERS)} == set(TENANT.subscriptions)
    assert set(owners) <= set(TENANT.subscriptions)


def test_a_narrow_tenant_is_always_the_same() -> None:
    again = plan_narrow_tenant(ROWS, NARROW, 1)

    assert list(narrow_rows(again, "Resources")) == list(narrow_rows(TENANT, "Resources"))
    assert plan_narrow_tenant(ROWS, NARROW, 2).subscriptions != TENANT.subscriptions
