"""Names and ids as people type them: what is one, and what to say of one that does not exist."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Final

from tenantlint.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable


_GUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def is_guid(text: str) -> bool:
    """Tell whether *text* is a GUID as Azure writes it, in any case."""
    return bool(_GUID.fullmatch(text))


def nearest(name: str, known: Iterable[str]) -> str:
    """Say which of *known* is meant by *name*, or list them where none comes near."""
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1) or [each for each in names if name and name in each.split("_")]
    return f"did you mean {close[0]!r}?" if close else f"there is {', '.join(names) or 'none'}"


def no_such(what: str, name: str, known: Iterable[str]) -> UsageError:
    """Make the error for a *name* that is not among *known*."""
    return UsageError(f"there is no {what} {name!r}", hint=nearest(name, known))
