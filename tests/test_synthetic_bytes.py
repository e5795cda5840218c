"""The same arguments give the same synthetic tenant, byte for byte, in any process and of any size."""

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import orjson
import pytest

from bench.generate import generate
from bench.synthetic.draws import scattered


def _digest(folder: Path) -> str:
    files = sorted(folder.iterdir())
    return sha256(b"".join(file.name.encode() + file.read_bytes() for file in files)).hexdigest()


def _run(folder: Path, hash_seed: str) -> str:
    command = [sys.executable, "-m", "bench.generate", "--vms", "300", "--seed", "7", str(folder)]
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    root = Path(__file__).parent.parent
    return subprocess.run(command, check=True, cwd=root, env=environment, capture_output=True, text=True).stdout


def test_the_same_arguments_give_the_same_bytes_in_any_process(tmp_path: Path) -> None:
    outputs = [_run(tmp_path / hash_seed, hash_seed) for hash_seed in ("1", "2")]

    assert _digest(tmp_path / "1") == _digest(tmp_path / "2")
    assert all(output.startswith("300 VMs, ") for output in outputs)


def test_another_seed_gives_another_tenant(tmp_path: Path) -> None:
    for seed in (1, 2):
        generate(50, seed, tmp_path / str(seed))

    assert _digest(tmp_path / "1") != _digest(tmp_path / "2")


def test_the_data_behind_recorded_measurements_is_unchanged(tmp_path: Path) -> None:
    """Fails on any change of the generator: then measure again and record the new digest together with the results."""
    generate(100, 7, tmp_path)

    assert _digest(tmp_path) == "fe12fefd9af5a82d3633e11caa1982d61e0e3052825b11489536528da71dcd12"


@pytest.mark.parametrize("vms", [1, 2, 5, 13])
def test_a_tiny_tenant_is_whole(vms: int, tmp_path: Path) -> None:
    generate(vms, 1, tmp_path)
    rows = [orjson.loads(line) for line in (tmp_path / "Resources.jsonl").read_bytes().splitlines()]

    assert sum(row["type"] == "microsoft.compute/virtualmachines" for row in rows) == vms


@pytest.mark.parametrize("count", [0, 1, 2, 10, 618, 1000])
def test_scattered_numbers_are_all_there_once(count: int) -> None:
    assert sorted(scattered(count)) == list(range(count))
