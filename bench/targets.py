"""What the figures are held against."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bench.sizes import Size

SMALL, LARGE, HUGE = 10_000, 100_000, 1_000_000
MB = 1e6


@dataclass(frozen=True)
class Target:
    """A figure that must not be above a limit or, where `at_least` is set, not below it."""

    what: str
    measured: float
    limit: float
    at_least: bool = False

    @property
    def met(self) -> bool:
        """Whether the figure is on the right side."""
        return self.measured >= self.limit if self.at_least else self.measured <= self.limit

    @property
    def wanted(self) -> str:
        """The limit in words."""
        return f"{'≥' if self.at_least else '≤'} {self.limit:g}"


def targets(sizes: Mapping[int, Size]) -> Iterator[Target]:
    """Yield the targets for the sizes that were measured. In smaller tenants what is measured drowns in start-up."""
    for vms, size in sizes.items():
        if vms >= SMALL:
            yield from _at_any_size(size)
    if LARGE in sizes:
        yield from _in_memory(sizes[LARGE], sizes.get(SMALL))
    if HUGE in sizes:
        yield Target(f"{HUGE:,} VMs: peak RSS of evaluate, MB", sizes[HUGE].evaluate.peak_rss / MB, 500)


def _at_any_size(size: Size) -> Iterator[Target]:
    yield Target(f"{size.vms:,} VMs: a verdict ÷ one of the first rules", size.verdict, 1)
    yield Target(f"{size.vms:,} VMs: own serialiser ÷ sarif", size.sarif.factor, 10, at_least=True)
    yield Target(f"{size.vms:,} VMs: own serialiser ÷ sarif-full", size.sarif_full.factor, 10, at_least=True)


def _in_memory(large: Size, small: Size | None) -> Iterator[Target]:
    for stage in ("collect", "evaluate"):
        peak = getattr(large, stage).peak_rss
        yield Target(f"{LARGE:,} VMs: peak RSS of {stage}, MB", peak / MB, 400)
        if small:
            yield Target(f"{LARGE:,} ÷ {SMALL:,} VMs: peak RSS of {stage}", peak / getattr(small, stage).peak_rss, 1.5)
