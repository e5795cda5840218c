"""Looks in what was scrubbed for what must not be there any more."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from tenantlint.errors import TenantlintError
from tenantlint.scrub.originals import SHORTEST, telling
from tenantlint.scrub.parts import KEPT, Kind
from tenantlint.scrub.scrubber import EXAMPLE, SCRUBBED
from tenantlint.scrub.texts import parts_of
from tenantlint.scrub.walk import texts_in, written_out

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenantlint.model import Json
    from tenantlint.scrub.keys import Role
    from tenantlint.scrub.originals import Originals
    from tenantlint.scrub.walk import Text

_WORD: Final = re.compile(r"[^\W_]+")
_DIGIT: Final = re.compile(r"\d")
_DONE: Final = KEPT | {Kind.GUID}
"""What need not be looked for: GUIDs are by :func:`telling`."""
_MOST_WORDS: Final = 64
"""Words of a text between which names are looked for; what was scrubbed has a few."""
_SHORT: Final = 512
_REMEMBERED: Final = 1 << 15


class ScrubError(TenantlintError):
    """Something of the original was left in a scrubbed copy. The message says where, and never what."""


class LeakFinder:
    """Holds scrubbed rows against the *originals* of the tenant."""

    def __init__(self, originals: Originals) -> None:
        self._originals = originals
        self._remember = lru_cache(maxsize=_REMEMBERED)(self._leaks)

    def check(self, row: Json, table: str, line: int) -> None:
        """Raise ``ScrubError`` where *row* holds an original; *table* and *line* say in the error where the row is.

        A word of the vocabulary is no leak, whatever in the tenant is called so. Nor is the name of a property that has
        no digit in it: nobody can tell it from a name.
        """
        for each in texts_in(row):
            if self._is_leak(each):
                what = "a key in " if each.is_key else ""
                raise ScrubError(
                    f"table {table!r}, line {line}: {what}{written_out(each.path)} is left of the original",
                    hint="nothing was kept; report the path, without the value, and leave this table out until then",
                )

    def _is_leak(self, found: Text) -> bool:
        leaks = self._remember if len(found.text) <= _SHORT else self._leaks
        return leaks(found.text, found.role, is_key=found.is_key)

    def _leaks(self, text: str, role: Role, *, is_key: bool) -> bool:
        suspects = _in_key(text) if is_key else _in_value(text, role)
        return any(each in self._originals for each in {*telling(text), *suspects})


def _in_key(text: str) -> Iterator[str]:
    return (each for each in _runs(text) if _DIGIT.search(each))


def _in_value(text: str, role: Role) -> Iterator[str]:
    for part in parts_of(text, role):
        if part.kind not in _DONE and part.text != SCRUBBED:
            text = part.text.removesuffix(EXAMPLE)
            yield from _runs(unquote(text) if part.kind is Kind.ENCODED else text)
        elif part.kind is Kind.TYPE and _DIGIT.search(part.text):
            yield part.text


def _runs(text: str) -> Iterator[str]:
    """Yield *text* and whatever stands in it between the beginning of a word and the end of that or a later one."""
    yield text
    words = list(_WORD.finditer(text))[:_MOST_WORDS]
    bounds = [(word.start(), word.end()) for word in words]
    for start, end in bounds:
        if end - start >= SHORTEST:
            yield text[start:end]
    for (start, _), (_, end) in combinations(bounds, 2):
        yield text[start:end]
