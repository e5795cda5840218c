"""Text that came from a tenant: anyone who may name a resource may have written it."""

from __future__ import annotations

import re
from typing import Final

LONGEST: Final = 256
"""Characters of a name or tag that a report shows; Azure's own names are shorter."""

# Control characters, and the marks that make text run or join otherwise than it is stored.
_UNSEEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


def visible(text: str) -> str:
    """Return *text* on one line, with whatever a reader would not see shown as U+FFFD, and cut where it is too long."""
    shown = _UNSEEN.sub("\ufffd", text)
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…"
