"""Shares the results of an archive among runs of which none is larger than readers of SARIF take.

The key is a hash of the rule and the resource, so that a verdict stays in its part from night to night, as long as
there are as many parts: always a power of two, of which a tenant that grows needs the next one seldom. Within a part
results are in the order in which they came.
"""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Final

from tenantlint.reports.sarif_demands import RESULTS_PER_RUN
from tenantlint.reports.spill import SpillSort

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tenantlint.reports.spill import Line

BYTES_PER_RUN: Final = 24_000_000
"""Zipped, these are some three million: the files that runs are put into can be filled."""

_KINDS: Final = ("fail", "open", "pass", "notApplicable")
"""The worst first: it is kept where Resource Graph answered with a row twice, and the verdicts are not the same."""
_BUCKETS: Final = 1 << 16


class Parts:
    """Takes results in any number and gives them back part by part."""

    def __init__(self) -> None:
        self._sorted = SpillSort()
        self._counts: Counter[int] = Counter()
        self._bytes: Counter[int] = Counter()
        self._came = 0

    def add(self, digest: str, identity: str, kind: str, line: bytes) -> None:
        """Take a result: *digest* (hex) is what it is shared by, *identity* its fingerprint."""
        bucket = int(digest[:4], 16)
        self._counts[bucket] += 1
        self._bytes[bucket] += len(line)
        self._came += 1
        self._sorted.add(f"{digest} {self._came:012d} {_KINDS.index(kind)} {identity}".encode(), line)

    def count(self) -> int:
        """Return into how many parts the results are shared: as few as may be."""
        parts = 1
        while parts < _BUCKETS and not (
            self._fits(self._counts, RESULTS_PER_RUN, parts) and self._fits(self._bytes, BYTES_PER_RUN, parts)
        ):
            parts *= 2
        return parts

    def shared(self, parts: int) -> Iterator[list[bytes]]:
        """Yield the results of each of so many *parts*, in their order."""
        each, due = _BUCKETS // parts, 0
        for number, lines in groupby(self._sorted, key=lambda line: int(line[0][:4], 16) // each):
            yield from ([] for _ in range(due, number))
            yield _once(lines)
            due = number + 1
        yield from ([] for _ in range(due, parts))

    def close(self) -> None:
        """Forget all results and give their files back."""
        self._sorted.close()

    def _fits(self, sizes: Counter[int], most: int, parts: int) -> bool:
        """Tell whether no part is larger than *most*, or than what can no longer be shared."""
        each = _BUCKETS // parts
        folded: Counter[int] = Counter()
        for bucket, size in sizes.items():
            folded[bucket // each] += size
        return max(folded.values(), default=0) <= max(most, max(sizes.values(), default=0))


def _once(lines: Iterable[Line]) -> list[bytes]:
    """Return the results in the order in which they came; of those with one identity the worst."""
    worst: dict[bytes, tuple[bytes, bytes, bytes]] = {}
    for key, line in lines:
        _, came, kind, identity = key.split(b" ")
        found = (kind, came, line)
        worst[identity] = min(worst.get(identity, found), found)
    return [line for _, _, line in sorted(worst.values(), key=lambda each: each[1])]
