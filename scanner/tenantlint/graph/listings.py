"""What can be known of a query that lists violations from its words alone."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from tenantlint.graph.pipes import own_pipes
from tenantlint.graph.spelling import place, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenantlint.graph.spelling import Word

TOO_MANY_GROUPS: Final = "its query puts rows together, and there are more subscriptions than one answer is about"
_LIMITS: Final = frozenset({"LIMIT", "SAMPLE", "TAKE", "TOP"})
_COMBINING: Final = frozenset({"JOIN", "LOOKUP", "SUMMARIZE"})


def why_no_listing(kql: str, columns: Sequence[str]) -> str:
    """Say why rows of *kql*, which have these *columns*, would not be all violations; empty where they would."""
    if word := own_limit(kql):
        line, _ = place(kql, word.start)
        return f"the query leaves out violations by its own {word.text!r}, on its line {line}"
    return "" if "id" in columns else "the query gives no column 'id': it does not say what its rows are about"


def own_limit(kql: str) -> Word | None:
    """Return the word by which *kql* leaves out some of its own rows; None where it gives all.

    What ``union`` adds are its own rows, too. What another query inside it does is its own affair:
    ``join (… | top 1 by …)`` may be meant.
    """
    firsts = (step[0] for pipe in own_pipes(words(kql)) for step in pipe[1:])
    return next((word for word in firsts if word.type in _LIMITS), None)


@lru_cache(maxsize=4096)
def combines(kql: str) -> bool:
    """Tell whether a row of *kql* may rest on rows of several resources, which may lie in several subscriptions."""
    return not _types(kql).isdisjoint(_COMBINING) or _looks_up(kql)


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
