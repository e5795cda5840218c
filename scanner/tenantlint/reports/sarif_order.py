"""In which order the results of an upload's run are, and which of them are one alert.

Lines have the keys that :class:`tenantlint.reports.sarif.SarifWriter` gives them: subscription, topic, rule, the
fingerprint's beginning, by which a rule may be split, level, what tells resources and parts apart, and the fingerprint.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tenantlint.reports.spill import Line


def worst_first(lines: Iterable[Line]) -> list[Line]:
    """Sort the lines of a category by level."""
    return sorted(lines, key=lambda line: _level_and_rule(line[0]))


def _level_and_rule(key: bytes) -> tuple[object, ...]:
    _, _, rule, _, level, *rest = orjson.loads(key)
    return (level, rule, *rest)


def unique(lines: Iterable[Line]) -> Iterator[bytes]:
    """Leave out what was judged before: Resource Graph may answer with a row twice, which is one alert."""
    seen: set[str] = set()
    for key, line in lines:
        digest = orjson.loads(key)[-1]
        if digest not in seen:
            seen.add(digest)
            yield line
