"""Text in Markdown: whoever may name a resource writes neither links nor mentions, headings, images or HTML.

GitHub looks for mentions, references and addresses in what Markdown gave, so that neither a backslash nor an entity
keeps `@team` from being told; in code it does not look. So words that are nothing but words stay as they are, and
whatever else a text holds becomes code.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from tenantlint.sentences import visible_prose
from tenantlint.untrusted import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LONGEST: Final = 400
"""Characters of a message that are shown."""

# Letters, joined by hyphens or apostrophes, or with a number after them, or a number alone. What could be the id of a
# commit is none of these.
_WORD: Final = re.compile(
    r"(?![0-9a-f]{7,}$)([^\W\d_]+([-'\u2019][^\W\d_]+)*|[^\W\d_]+\d{1,4}|\d+([.,]\d+)*%?)|[-\u2013\u2014\u2026]",
    re.IGNORECASE,
)
_EDGES: Final = re.compile(r"""(?P<before>["'(]*)(?P<core>.*?)(?P<after>[)"'.,;:?!\u2026]*)""", re.DOTALL)
_TICKS: Final = re.compile("`+")
_MARKUP: Final = re.compile(r"([\\`*_{}\[\]<>#|!~$@&^=])")
_ADDRESS: Final = re.compile(r"https?://[^/?#\s@]+([/?#]\S*)?")


def prose(text: str) -> str:
    """Return a message that may quote anything as inline Markdown."""
    said = visible_prose(text)
    shown = said if len(said) <= LONGEST else f"{said[: LONGEST - 1]}\u2026"
    return " ".join(map(_token, shown.split(" ")))


def _token(token: str) -> str:
    found = _EDGES.fullmatch(token)
    assert found
    core = found["core"]
    return token if not core or _WORD.fullmatch(core) else f"{found['before']}{_ticked(core)}{found['after']}"


def code(text: str) -> str:
    """Return a name as code; a name without a character that is seen has none to show."""
    shown = visible(text)
    return _ticked(shown) if shown.strip() else "(no name)"


def _ticked(text: str) -> str:
    longest = max((len(run) for run in _TICKS.findall(text)), default=0)
    fence = "`" * (longest + 1)
    space = " " if text[0] in "` " or text[-1] in "` " else ""
    return f"{fence}{space}{text}{space}{fence}"


def title(text: str) -> str:
    """Return what the author of a rule wrote, on one line and without markup."""
    return _MARKUP.sub(r"\\\1", visible_prose(text)[:LONGEST])


def link(text: str, url: str) -> str:
    """Return a link of *text*, which is Markdown, to a rule's document; the text alone where that is no web address."""
    address = quote(url, safe=":/?#[]@&+,;=%~-._")
    return f"[{text}](<{address}>)" if _ADDRESS.fullmatch(url) and len(address) <= LONGEST else text


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return the lines of a table whose columns but the first are numbers. Cells hold no text of a tenant."""
    return [_row(heads), _row(["---", *["---:"] * (len(heads) - 1)]), *map(_row, rows)]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def within(lines: Sequence[str], most: int, size: int) -> tuple[list[str], int]:
    """Return the first of *lines*, no more than *most* and than *size* bytes, and how many are left."""
    kept: list[str] = []
    for line in lines[:most]:
        size -= len(line.encode()) + 1
        if size < 0:
            break
        kept.append(line)
    return kept, len(lines) - len(kept)


def counted(count: int, noun: str) -> str:
    """Return "1 violation", "2 violations"."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
