"""Everything that is measured for one size of tenant."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from bench.fresh import Result, repeat, run_module, run_stage
from bench.stages.figures import Figures

FIRST_RULES = (
    "key-vault-lacks-backup-access",
    "luks-encrypted-disks",
    "no-vault-in-region",
    "storage-lacks-trusted-services",
    "too-many-data-disks",
    "unprotected-vm",
    "vault-region-mismatch",
    "write-accelerator-disks",
)
"""The rules that there were at first: more of them may not make each dearer."""


@dataclass(frozen=True)
class Written:
    """A report, and the same written by sarif-om's own serialiser."""

    report: Result
    own: Result

    @property
    def factor(self) -> float:
        """How many times as long a result takes with the own serialiser."""
        return _per_result(self.own) / _per_result(self.report)

    @property
    def own_seconds(self) -> float:
        """The seconds of the own serialiser, scaled to all results where it wrote a sample of them."""
        return _per_result(self.own) * self.report.counts["results"]


@dataclass(frozen=True)
class Size:
    """The results for a tenant with so many VMs."""

    vms: int
    collect: Result
    evaluate: Result
    first: Result
    decode: Result
    sarif: Written
    sarif_full: Written

    @property
    def ratio(self) -> float:
        """How many times as long as reading and decoding alone it takes to judge by all rules."""
        return self.evaluate.seconds / self.decode.seconds

    @property
    def verdict(self) -> float:
        """How long a verdict of all rules takes, with all that is read for it: in times of one of the first rules."""
        return _per_verdict(self.evaluate) / _per_verdict(self.first)


def measure(vms: int, seed: int, work: Path, runs: int) -> Size:
    """Generate the tenant in *work* unless it is there, then run every stage *runs* times."""
    copy, snapshot = work / f"tenant-{vms}-seed-{seed}", work / f"snapshot-{vms}-seed-{seed}"
    if not (copy / "copy.json").exists():
        run_module("bench.generate", "--vms", vms, "--seed", seed, copy)
    (collect,) = repeat(runs, lambda: _collect(copy, snapshot))
    evaluate, first, decode = repeat(
        runs,
        lambda: run_stage("evaluating", snapshot),
        lambda: run_stage("evaluating", snapshot, *FIRST_RULES),
        lambda: run_stage("decoding", snapshot),
    )
    sarif, sarif_full = (_write(snapshot, name, runs) for name in ("sarif", "sarif-full"))
    return Size(vms, collect, evaluate, first, decode, sarif, sarif_full)


def _collect(copy: Path, snapshot: Path) -> Figures:
    shutil.rmtree(snapshot, ignore_errors=True)
    return run_stage("collecting", copy, snapshot)


def _write(snapshot: Path, name: str, runs: int) -> Written:
    file = snapshot.with_suffix(f".{name}.sarif")
    results = run_stage("reporting", snapshot, name, file).counts["results"]
    report, own = repeat(
        runs,
        lambda: run_stage("reporting", snapshot, name, file),
        lambda: run_stage("own_serialiser", snapshot, name, file, results),
    )
    return Written(report, own)


def _per_verdict(result: Result) -> float:
    return result.seconds / max(1, result.counts["verdicts"])


def _per_result(result: Result) -> float:
    return result.seconds / max(1, result.counts["results"])
