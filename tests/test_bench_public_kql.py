"""The measure of other people's queries: what runs, what does not, and why."""

import subprocess
import sys
from pathlib import Path

from bench.public_kql import WANTED, is_query

ROOT = Path(__file__).parent.parent


def measured(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bench.public_kql", *map(str, arguments)]
    return subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True)


def test_our_own_queries_of_the_public_kind_all_run() -> None:
    done = measured("fixtures/kql")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1].endswith("ran (100.0 %), 53 of them found rows")


def test_what_is_refused_is_named_with_its_file_and_counted(tmp_path: Path) -> None:
    folder = tmp_path / "Network" / "kql"
    folder.mkdir(parents=True)
    (folder / "a.kql").write_text("// Two that run,\nresources | count")
    (folder / "b.kql").write_text("\ufeffcdnresources | project id", "utf-8")
    (folder / "c.kql").write_text("resources\n| where tags.a == tags.b")
    (folder / "d.kql").write_text("resources | where tags.c == tags.d")
    (folder / "e.kql").write_text("// under development\n\n  // cannot be validated\n")
    (folder / "f.sql").write_text("SELECT 1")

    done = measured(tmp_path)

    said = "the local resource graph cannot run '==' of two dynamic values: cast one of them, as in tostring(…)"
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        f"{folder / 'c.kql'}: {said} (line 2, column 16)",
        f"{folder / 'd.kql'}: {said} (line 1, column 26)",
        f"    2  {said}",
        "4 queries, 2 ran (50.0 %), 1 of them found rows",
    ]


def test_tables_that_the_demo_tenant_lacks_count_as_empty_unless_told_otherwise(tmp_path: Path) -> None:
    (tmp_path / "a.kql").write_text("cdnresources | count")

    assert measured(tmp_path / "a.kql").returncode == 0
    refused = measured("--captured-only", tmp_path)
    assert "'cdnresources' was not captured" in refused.stdout
    assert refused.returncode == 1


def test_a_folder_without_queries_proves_nothing(tmp_path: Path) -> None:
    done = measured(tmp_path)

    assert (done.returncode, done.stdout) == (1, "there is no .kql file with a query\n")


def test_comments_are_no_query() -> None:
    assert not is_query("// a\n  // b\n\n")
    assert is_query("// a\nresources // b")
    assert WANTED == 98
