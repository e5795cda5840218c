"""What a cell of a spreadsheet may hold: text that no program takes for a formula, and JSON."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

import orjson

from tenantlint.untrusted import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenantlint.model import Json

LONGEST_CELL: Final = 32_000
"""Characters; Excel holds 32,767 and spills what is more over the next rows."""

# What starts a formula, in any width, even after spaces and quotes. A semicolon starts a cell where the program's own
# separator is one, as in half of Europe: it splits there, whatever is quoted.
_FORMULA: Final = r"(?=[\s\"\ufffd]*[=+\-@\u2212\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b])"
_BEFORE: Final = re.compile(rf"(?:^|(?<=;)){_FORMULA}")
_SEMICOLON: Final = re.compile(f";{_FORMULA}")


def text_cell(text: str) -> str:
    """Defuse *text*, which is visible: an apostrophe, which a spreadsheet does not show, keeps it from being run."""
    cell = _BEFORE.sub("'", text)
    return cell if len(cell) <= LONGEST_CELL else f"{cell[: LONGEST_CELL - 1]}…"


def json_cell(value: Mapping[str, Json]) -> str:
    """Return *value* as JSON, empty for nothing; what a reader would not see, or a program run, is escaped in it."""
    if not value:
        return ""
    text = _SEMICOLON.sub(r"\\u003b", _dumped(value))  # only strings hold one
    shown = text if text.isascii() and text.isprintable() else "".join(map(_seen, text))
    return shown if len(shown) <= LONGEST_CELL else json.dumps({"left out": f"{len(shown)} characters"})


def _dumped(value: Mapping[str, Json]) -> str:
    try:
        return orjson.dumps(dict(value)).decode()
    except TypeError:  # half a character
        return json.dumps(dict(value), default=str)


def _seen(character: str) -> str:
    return character if visible(character) == character else json.dumps(character)[1:-1]
