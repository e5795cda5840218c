"""What to say of a name that does not exist."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from tenantlint.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable


def nearest(name: str, known: Iterable[str]) -> str:
    """Say which of *known* is meant by *name*, or list them where none comes near."""
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1)
    return f"did you mean {close[0]!r}?" if close else f"there is {', '.join(names) or 'none'}"


def no_such(what: str, name: str, known: Iterable[str]) -> UsageError:
    """Make the error for a *name* that is not among *known*."""
    return UsageError(f"there is no {what} {name!r}", hint=nearest(name, known))
