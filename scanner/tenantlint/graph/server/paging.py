"""Pages and the token that leads from one to the next.

A token is an offset, not a snapshot: the query is run again for each page, and what has changed in between moves rows
over the edges of pages.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tenantlint.graph.server.request import QueryRequest

LARGEST_PAGE: Final = 1000
"""Rows; a request may ask for more, and gets so many."""

_CLUSTER: Final = "https://arg-weu-one-sf.arg.core.windows.net"


@dataclass(frozen=True, slots=True)
class SkipToken:
    """Where the next page starts (``skip``), how long it is (``rows``), and which replica of the service gave it."""

    rows: int
    skip: int
    cluster: str = _CLUSTER

    def encode(self) -> str:
        """Return the token as the service writes it: Base64 of indented JSON with Windows' line ends."""
        said = {"$id": "1", "MaxRows": self.rows, "RowsToSkip": self.skip, "KustoClusterUrl": self.cluster}
        return base64.b64encode(json.dumps(said, indent=2).replace("\n", "\r\n").encode()).decode()

    @property
    def page(self) -> int:
        """Which page it leads to, counted from 1, given that all have had one size."""
        return 1 + -(-self.skip // self.rows)


def decode(text: str) -> SkipToken:
    """Read a token. Raises ``ValueError`` where it is none."""
    try:
        said = json.loads(base64.b64decode(text, validate=True))
        rows, skip, cluster = said["MaxRows"], said["RowsToSkip"], said["KustoClusterUrl"]
    except (binascii.Error, UnicodeDecodeError, KeyError, TypeError) as error:
        raise ValueError(f"not a token: {text:.80}") from error
    if not (type(rows) is int and type(skip) is int and rows > 0 and skip >= 0 and isinstance(cluster, str)):
        raise ValueError(f"not a token: {text:.80}")
    return SkipToken(rows, skip, cluster)


@dataclass(frozen=True, slots=True)
class Window:
    """The rows of an answer that a page shows: ``rows`` at most, from the row ``start`` on."""

    start: int
    rows: int


def window(request: QueryRequest, *, limited: bool, default: int) -> Window:
    """Return which rows *request* asks for. A query that is *limited* by itself is not skipped into."""
    token = request.token
    rows = request.top or (token.rows if token else default)
    start = token.skip if token else 0
    if request.skip is not None and not limited:
        start = request.skip
    return Window(start, min(rows, LARGEST_PAGE))


def following(shown: Window, token: SkipToken | None) -> SkipToken:
    """Return the token for the page after *shown*, which *token* led to; it stays with the same replica."""
    return SkipToken(shown.rows, shown.start + shown.rows, token.cluster if token else _CLUSTER)
