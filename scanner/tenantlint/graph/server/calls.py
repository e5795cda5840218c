"""A request and its answer, as HTTP has them: what the handlers take and give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from tenantlint.graph.server.effects import Delivery


@dataclass(frozen=True, slots=True)
class Call:
    """A request: ``path`` and the names of ``parameters`` and ``headers`` are in lower case.

    ``base`` is how the client reaches the server (``http://127.0.0.1:8400``), ``correlation`` the request's id, ``at``
    the time in UTC.
    """

    method: str
    base: str
    path: str
    parameters: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    correlation: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer, and what is done to it on its way."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    delivery: Delivery | None = None
