"""A page of an answer, and its JSON: rows go through as the bytes that they are on disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson

from tenantlint.graph.server.errors import payload_too_large

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenantlint.graph.server.answers import Column
    from tenantlint.graph.server.paging import SkipToken


@dataclass(frozen=True)
class Page:
    """One page: ``total`` rows in the whole answer, ``count`` of them here. ``rows`` and ``facets`` are JSON.

    ``truncated`` tells that there are more rows and no way to them; ``token`` is the way where there is one. ``cut``
    tells that some subscriptions in scope were not looked at.
    """

    total: int
    count: int
    columns: tuple[Column, ...]
    rows: Sequence[bytes]
    facets: Sequence[bytes] = ()
    table: bool = False
    truncated: bool = False
    token: SkipToken | None = None
    cut: bool = False

    def encode(self, limit: int) -> bytes:
        """Return the body, in the service's own order of keys. Raises ``ServiceError`` over *limit* bytes."""
        truncated = b"true" if self.truncated else b"false"
        parts = [
            b'{"totalRecords":%d,"count":%d,"data":' % (self.total, self.count),
            encode_rows(self.columns, self.rows, table=self.table),
            b',"facets":[%b],"resultTruncated":"%b"' % (b",".join(self.facets), truncated),
            b',"$skipToken":"%b"' % self.token.encode().encode() if self.token else b"",
            b"}",
        ]
        size = sum(map(len, parts))
        if size > limit:
            raise payload_too_large(size, limit)
        return b"".join(parts)


def encode_rows(columns: Sequence[Column], rows: Sequence[bytes], *, table: bool) -> bytes:
    """Return *rows* (objects, as JSON) as one JSON list, or as a table."""
    if not table:
        return b"[%b]" % b",".join(rows)
    head = orjson.dumps([{"name": column.name, "type": column.type} for column in columns])
    cells = b",".join(orjson.dumps(list(orjson.loads(row).values())) for row in rows)
    return b'{"columns":%b,"rows":[%b]}' % (head, cells)
