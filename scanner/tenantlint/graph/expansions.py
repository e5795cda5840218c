"""Names what ``mv-expand`` expands without a name, as Kusto does: ``properties.disks`` becomes ``properties_disks``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from duckdb_kql.translate.naming import NAME_PRESERVING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tenantlint.graph.spelling import Word

_OPTIONS: Final = frozenset({"BAGEXPANSION", "KIND", "WITH_ITEM_INDEX"})
_OPEN: Final = frozenset({"OPENBRACKET", "OPENPAREN"})
_CLOSE: Final = frozenset({"CLOSEBRACKET", "CLOSEPAREN"})
_OPTION_WORDS: Final = 3  # kind = array


def unnamed(tokens: Sequence[Word]) -> Iterator[tuple[Word, str]]:
    """Yield the first word of each path that *tokens* expand without a name, and the name that it gets."""
    for at, word in enumerate(tokens):
        if word.type in {"MV_EXPAND", "MVEXPAND"}:
            start = at + 1
            while [each.type in _OPTIONS for each in tokens[start : start + 1]] == [True]:
                start += _OPTION_WORDS
            for target in _targets(tokens[start:]):
                if len(target) > 1 and (name := _name(target)):
                    yield target[0], name


def _targets(tokens: Sequence[Word]) -> Iterator[list[Word]]:
    """Yield the words of each thing that is expanded, without what it is to become."""
    target: list[Word] = []
    depth = 0
    for word in tokens:
        depth += (word.type in _OPEN) - (word.type in _CLOSE)
        if depth < 0 or (not depth and word.type in {"BAR", "LIMIT", "SEMICOLON"}):
            break
        if not depth and word.type == "COMMA":
            yield target
            target = []
        else:
            target.append(word)
    yield target


def _name(target: Sequence[Word]) -> str:
    """Return the name of a path, or of a conversion of one; nothing where *target* has a name, or Kusto counts it."""
    types = [word.type for word in target]
    target = target[: types.index("TO")] if "TO" in types else target
    if target[1:2] and (target[1].type, target[-1].type) == ("OPENPAREN", "CLOSEPAREN"):
        return _name(target[2:-1]) if target[0].text in NAME_PRESERVING and target[2:-1] else ""
    parts = [target[0].name]
    rest = list(target[1:])
    while rest:
        step, rest = _step(rest)
        if not step:
            return ""
        parts.append(step)
    return "" if "'" in "".join(parts) else "_".join(parts)


def _step(words: list[Word]) -> tuple[str, list[Word]]:
    """Take the next step of a path off *words*: its name and what is left; no name where it is none."""
    if words[0].type == "DOT":
        if len(words) > 1 and words[1].type != "OPENBRACKET":
            return words[1].name, words[2:]
        words = words[1:]
    bracketed = [word.type for word in words[:3]]
    if bracketed in (["OPENBRACKET", key, "CLOSEBRACKET"] for key in ("STRINGLITERAL", "LONGLITERAL")):
        return words[1].name, words[3:]
    return "", []
