"""Text that came from a tenant: anyone who may name a resource may have written it."""

from __future__ import annotations

import re
from typing import Final

LONGEST: Final = 256
"""Characters of a name or tag that a report shows; Azure's own names are shorter."""

# Control characters, halves of characters, the marks that make text run or join otherwise than it is stored, and
# whatever else Unicode says is not drawn (Default_Ignorable_Code_Point), but for the two that choose how emoji look.
_UNSEEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ud800-\udfff\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)


def visible(text: str) -> str:
    """Return *text* on one line, with whatever a reader would not see shown as U+FFFD, and cut where it is too long."""
    shown = text if text.isascii() and text.isprintable() else _UNSEEN.sub("\ufffd", text)
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…"


def visible_lines(text: str) -> list[str]:
    """Return the lines of a message that may quote such text, each word of them :func:`visible`, spaces as they are."""
    return [" ".join(map(visible, line.split(" "))) for line in text.splitlines()]
