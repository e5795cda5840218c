"""Reads JSON that is too large for memory, member by member."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

LARGEST: Final = 1 << 26
"""Characters of a single value that is read at once."""

_AT_ONCE: Final = 1 << 16
_SPACE: Final = " \t\r\n"


class JsonStream:
    """Walks through a JSON text from front to back. Raises ``ValueError`` where it is none, or ends too early.

    Whoever iterates over members or items has to consume the value of each, by :meth:`value` or by another iteration.
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._text = ""
        self._at = 0
        self._decode = json.JSONDecoder().raw_decode

    def members(self) -> Iterator[str]:
        """Yield the names of an object's members."""
        for _ in self._several("{", "}"):
            name = self.value()
            if not isinstance(name, str):
                raise ValueError("a member without a name")
            self._take(":")
            yield name

    def items(self) -> Iterator[None]:
        """Stop at each item of an array."""
        yield from self._several("[", "]")

    def value(self) -> Any:  # noqa: ANN401 - whatever JSON holds
        """Return the value that comes next."""
        self._next()
        while True:
            try:
                value, end = self._decode(self._text, self._at)
            except RecursionError as error:
                raise ValueError("it is nested too deeply") from error
            except ValueError:
                if not self._more():
                    raise
                continue
            if end < len(self._text) or not self._more():  # "12" may go on as "123"
                self._at = end
                return value

    def end(self) -> None:
        """Assert that nothing follows."""
        if self._next():
            raise ValueError("there is more behind its end")

    def _several(self, opening: str, closing: str) -> Iterator[None]:
        self._take(opening)
        if self._next() == closing:
            self._at += 1
            return
        while True:
            yield
            if self._take(f",{closing}") == closing:
                return

    def _take(self, wanted: str) -> str:
        found = self._next()
        if not found or found not in wanted:
            raise ValueError(f"{' or '.join(wanted)} is missing")
        self._at += 1
        return found

    def _next(self) -> str:
        """Go to the next character that is no space, and return it; "" at the end."""
        while True:
            while self._at < len(self._text):
                if (found := self._text[self._at]) not in _SPACE:
                    return found
                self._at += 1
            if not self._more():
                return ""

    def _more(self) -> bool:
        """Read on, twice as much each time as is left of what was read; tell whether there was more."""
        rest = self._text[self._at :]
        if len(rest) > LARGEST:
            raise ValueError("one of its values is too large")
        more = self._file.read(max(_AT_ONCE, len(rest)))
        self._text, self._at = rest + more, 0
        return bool(more)
