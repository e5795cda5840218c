"""The tool itself, as its command: what it finds on the module of one small rule."""

import subprocess
import sys
from pathlib import Path

import orjson
import pytest

pytest.importorskip("cosmic_ray", reason="cosmic-ray comes with the extra `mutation`")

ROOT = Path(__file__).parents[2]
LATER = "retired = ctx.edition is None or ctx.edition >= SUPPORT_MATRIX_2026.date[:7]"


def test_a_known_mutant_is_killed_and_a_known_one_lives(tmp_path: Path) -> None:
    found = tmp_path / "found.json"
    command = [sys.executable, "-m", "tests.mutation", "--json", str(found), "classic-vms"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    mutants = orjson.loads(found.read_bytes())
    noticed = {entry["after"]: entry["noticed"] for entry in mutants if entry["before"] == LATER}

    assert ended.returncode == 0, ended.stderr
    assert noticed[LATER.replace(">=", ">")].startswith("case of classic-vms: ")
    assert noticed[LATER.replace("7", " 6")] == ""
    assert {entry["line"] for entry in mutants if not entry["reason"] and not entry["noticed"]} == set()
    assert ended.stdout.splitlines()[-1].startswith(f"{len(mutants)} mutants, {len(mutants) - 1} killed")


def test_what_is_neither_a_rule_nor_a_module_is_refused() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "tests.mutation", "classic-cars"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert ended.returncode == 1
    assert "classic-cars is neither a rule nor a module that is mutated" in ended.stderr
