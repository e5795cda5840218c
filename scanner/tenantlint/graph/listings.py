"""What can be known of a query that lists violations from its words alone."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from tenantlint.graph.spelling import words

if TYPE_CHECKING:
    from tenantlint.graph.spelling import Word

_LIMITS: Final = frozenset({"LIMIT", "SAMPLE", "TAKE", "TOP"})
_COMBINING: Final = frozenset({"JOIN", "LOOKUP", "SUMMARIZE"})
_MULTIPLYING: Final = _COMBINING | {"MV_EXPAND", "MVEXPAND", "UNION"}


def own_limit(kql: str) -> Word | None:
    """Return the word by which *kql* leaves out some of its own rows; None where it gives all.

    What a query inside it does is its own affair: ``join (… | top 1 by …)`` may be meant.
    """
    depth = 0
    for before, word in pairwise(words(kql)):
        depth += (before.type == "OPENPAREN") - (before.type == "CLOSEPAREN")
        if not depth and before.type == "BAR" and word.type in _LIMITS:
            return word
    return None


@lru_cache(maxsize=4096)
def combines(kql: str) -> bool:
    """Tell whether a row of *kql* may rest on rows of several resources, which may lie in several subscriptions."""
    return not _types(kql).isdisjoint(_COMBINING) or _looks_up(kql)


@lru_cache(maxsize=4096)
def multiplies(kql: str) -> bool:
    """Tell whether *kql* may give several rows of one resource."""
    return not _types(kql).isdisjoint(_MULTIPLYING)


def _types(kql: str) -> set[str]:
    return {word.type for word in words(kql)}


def _looks_up(kql: str) -> bool:
    """Tell whether there is a query inside *kql*, as in ``where id in ((Resources | project id))``."""
    depth = 0
    for word in words(kql):
        depth += (word.type == "OPENPAREN") - (word.type == "CLOSEPAREN")
        if depth and word.type == "BAR":
            return True
    return False
