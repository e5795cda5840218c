"""What a scrubbed copy is worth: what was replaced, what was kept, and which rules judge it otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tenantlint.scrub.parts import KEPT, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenantlint.catalog import Catalog

READS_FREE_TEXT: Final = "reads-free-text"
"""The tag of a rule that reads what people wrote: it need not say the same of a scrubbed copy."""


@dataclass(frozen=True, slots=True)
class Report:
    """The rows by table; how many parts of texts were replaced and kept, by kind; the ids of exempt rules, sorted."""

    rows: Mapping[str, int]
    replaced: Mapping[str, int]
    kept: Mapping[str, int]
    exempt: tuple[str, ...]


def exempt_rules(catalog: Catalog | None) -> tuple[str, ...]:
    """Return the ids of the rules that read free text, sorted."""
    rules = catalog.rules.values() if catalog else ()
    return tuple(sorted(rule.id for rule in rules if READS_FREE_TEXT in rule.tags))


def replaced_and_kept(counts: Mapping[Kind, int]) -> tuple[dict[str, int], dict[str, int]]:
    """Part *counts* into what was replaced and what of the vocabulary was kept, most frequent first."""
    telling = {kind: count for kind, count in counts.items() if kind not in (Kind.STRUCTURE, Kind.BLANK)}
    ordered = sorted(telling.items(), key=lambda item: (-item[1], item[0]))
    replaced = {kind.value: count for kind, count in ordered if kind not in KEPT}
    return replaced, {kind.value: count for kind, count in ordered if kind in KEPT}
