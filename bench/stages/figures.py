"""What a stage tells the process that started it: one line of JSON on standard output."""

import json
import resource
import sys
from dataclasses import asdict, dataclass

BYTES_PER_UNIT_OF_MAXRSS = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True)
class Figures:
    """How long the measured part of a stage took, the peak RSS of its process in bytes, and what it counted."""

    seconds: float
    peak_rss: int
    counts: dict[str, int]


def tell(seconds: float, **counts: int) -> None:
    """Print the figures of this process. It is the last thing that a stage does."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * BYTES_PER_UNIT_OF_MAXRSS
    print(json.dumps(asdict(Figures(seconds, peak, counts))))


def hear(output: str) -> Figures:
    """Read what a stage printed."""
    return Figures(**json.loads(output))
