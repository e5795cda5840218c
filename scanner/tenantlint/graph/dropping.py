"""Operators that drop rows and do not say so: a join that keeps one row for each key, and ``mv-expand``."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from tenantlint.graph.pipes import all_pipes, own_pipes, parts
from tenantlint.graph.spelling import place, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tenantlint.graph.pipes import Pipe, Step
    from tenantlint.graph.spelling import Word

_MAYBE: Final = re.compile(r"\bjoin\b|\bmv-?expand\b")
"""What neither can do without: most queries have none, and the lexer is slow."""
_EXPANDING: Final = frozenset({"MV_EXPAND", "MVEXPAND"})
_KEEPING: Final = frozenset({"WHERE", "ORDER", "SORT", "PROJECTAWAY", "PARSE"})
"""Operators after which the column that was the id of each row still is."""
_SAME: Final = frozenset({"tolower", "toupper", "tostring"})
_SIDES: Final = {"$left": 0, "$right": 1}


@lru_cache(maxsize=4096)
def lossy_join(kql: str) -> str:
    """Say which join of *kql* leaves out rows; empty where none does.

    ``innerunique``, which a join is that names no kind, keeps one row on its left side for each key. Nothing is lost
    where the key is the id of the row. What a query inside it does by that name is its own affair.
    """
    if not _MAYBE.search(kql):
        return ""
    tokens = words(kql)
    own = [step for pipe in own_pipes(tokens) for step in _unique_joins(pipe)]
    inner = [step for pipe in all_pipes(tokens) for step in _unique_joins(pipe) if not _kind(step)]
    joins = sorted((step[0].start, _kind(step)) for step in (*own, *inner))
    if not joins:
        return ""
    start, kind = joins[0]
    name = f"its {kind!r} join" if kind else "its join without a kind"
    return f"{name}, on line {place(kql, start)[0]} of the query, keeps one row for each key and leaves out the others"


@lru_cache(maxsize=4096)
def open_expansion(kql: str) -> str:
    """Say which ``mv-expand`` of *kql* gives 128 rows of one row, and no more; empty where each names its limit."""
    if not _MAYBE.search(kql):
        return ""
    for pipe in all_pipes(words(kql)):
        for step in pipe:
            if step[0].type in _EXPANDING and not _has_limit(step):
                line, _ = place(kql, step[0].start)
                return f"its {step[0].text!r}, on line {line} of the query, names no limit: it gives 128 rows of one"
    return ""


def _unique_joins(pipe: Pipe) -> Iterator[Step]:
    """Yield the joins of *pipe* that keep one row of several."""
    ids = frozenset({"id"} if pipe and len(pipe[0]) == 1 else ())  # a table, of which each row is a resource
    for step in pipe[1:]:
        if step[0].type == "JOIN" and _kind(step) in ("", "innerunique") and ids.isdisjoint(_left_keys(step)):
            yield step
        ids = _ids_after(step, ids)


def _kind(join: Step) -> str:
    return next(
        (kind.text for name, sign, kind in zip(join, join[1:], join[2:], strict=False) if _is_kind(name, sign)), ""
    )


def _is_kind(name: Word, sign: Word) -> bool:
    return name.type == "KIND" and sign.type == "EQUAL"


def _left_keys(join: Step) -> set[str]:
    """Return the columns of the left side by which *join* joins."""
    behind = parts(join, "ON")[1:]
    keys = [_sides(key) for key in parts(behind[-1], "COMMA")] if behind else []
    return {key for key in keys if key}


def _sides(key: Sequence[Word]) -> str:
    """Return the name on the left in ``name`` and in ``$left.name == $right.other``; empty for anything else."""
    for words_of_side in parts(key, "EQUALEQUAL"):
        side = words_of_side[0].text.lower()
        if side not in _SIDES or side == "$left":
            named = [word.name for word in words_of_side[side in _SIDES :] if word.name.isidentifier()]
            return named[0] if len(named) == 1 else ""
    return ""


def _ids_after(step: Step, ids: frozenset[str]) -> frozenset[str]:
    """Return the columns that tell the rows behind *step* apart, given those before it."""
    operator, kept = step[0].type, ids
    if operator in _KEEPING:
        return kept
    named = [_assigned(part, ids) for part in parts(step[1:], "COMMA")]
    made = frozenset(name for name, is_id in named if is_id)
    if operator == "EXTEND":
        return (kept - {name for name, _ in named}) | made
    return made if operator == "PROJECT" else frozenset()


def _assigned(part: Sequence[Word], ids: frozenset[str]) -> tuple[str, bool]:
    """Return the column that *part* makes, and whether it tells rows apart: an id does in any case."""
    name = part[0].name
    value = part[2:] if len(part) > 1 and part[1].type == "EQUAL" else part
    texts = [word.text for word in value]
    if len(texts) == 4 and texts[0] in _SAME and texts[1::2] == ["(", ")"]:  # noqa: PLR2004 - a call of one name
        texts = texts[2:3]
    return name, len(texts) == 1 and texts[0] in ids


def _has_limit(step: Step) -> bool:
    return any(name.type == "LIMIT" and number.type == "LONGLITERAL" for name, number in pairwise(step))
