"""In which order the results of an upload's run are, and which of them are one alert.

Lines have the keys that :class:`tenantlint.reports.sarif.SarifWriter` gives them: subscription, topic, rule, level,
what tells resources and parts apart, and the fingerprint.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from tenantlint.reports.sarif_demands import RESULTS_PER_RUN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tenantlint.reports.spill import Line


def worst_first(lines: Iterable[Line], count: int) -> Iterable[Line]:
    """Sort the lines of a category by level; those of a single rule, which may be many, are."""
    return lines if count > RESULTS_PER_RUN else sorted(lines, key=lambda line: _level_and_rule(line[0]))


def _level_and_rule(key: bytes) -> tuple[object, ...]:
    _, _, rule, level, *rest = orjson.loads(key)
    return (level, rule, *rest)


def unique(lines: Iterable[Line]) -> Iterator[bytes]:
    """Leave out what was judged before: Resource Graph may answer with a row twice, which is one alert."""
    seen: set[str] = set()
    for key, line in lines:
        digest = orjson.loads(key)[-1]
        if digest not in seen:
            seen.add(digest)
            yield line
