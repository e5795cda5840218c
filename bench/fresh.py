"""Runs stages in processes of their own.

A process starts with the peak RSS of the one that started it, so the one that runs this must stay small: it imports
neither the scanner nor the generator.
"""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.stages.figures import Figures, hear

ROOT = Path(__file__).parent.parent

Stage = Callable[[], Figures]


@dataclass(frozen=True)
class Result:
    """Several runs of one stage: the median of the seconds, the highest peak RSS in bytes, and what was counted."""

    seconds: float
    peak_rss: int
    counts: dict[str, int]


def run_module(name: str, *arguments: object) -> str:
    """Run a Python module in a fresh process; return what it printed. What it says on standard error is shown."""
    command = [sys.executable, "-m", name, *map(str, arguments)]
    return subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.PIPE, text=True).stdout


def run_stage(name: str, *arguments: object) -> Figures:
    """Run a stage once."""
    return hear(run_module(f"bench.stages.{name}", *arguments))


def repeat(runs: int, *stages: Stage) -> list[Result]:
    """Run stages in turn (A B A B …), so that a machine that slows down slows all of them; return one result each."""
    rounds = [[stage() for stage in stages] for _ in range(runs)]
    return [_combine(figures) for figures in zip(*rounds, strict=True)]


def _combine(figures: tuple[Figures, ...]) -> Result:
    seconds = median(figure.seconds for figure in figures)
    return Result(seconds, max(figure.peak_rss for figure in figures), figures[-1].counts)
