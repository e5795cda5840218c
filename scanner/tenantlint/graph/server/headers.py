"""The headers of an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

    from tenantlint.graph.server.quota import Spent

_ALWAYS: Final = {
    "cache-control": "no-cache",
    "pragma": "no-cache",
    "expires": "-1",
    "content-type": "application/json; charset=utf-8",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "x-content-type-options": "nosniff",
}
_REGION: Final = "WESTEUROPE"
LIMIT_HIT: Final = "x-ms-tenant-subscription-limit-hit"


def manager_headers(correlation: str, at: datetime) -> dict[str, str]:
    """Return the headers that Azure Resource Manager gives with every answer."""
    return _ALWAYS | {
        "x-ms-ratelimit-remaining-tenant-reads": "11999",
        "x-ms-request-id": correlation,
        "x-ms-correlation-request-id": correlation,
        "x-ms-routing-request-id": f"{_REGION}:{at:%Y%m%dT%H%M%SZ}:{correlation}",
    }


def graph_headers(spent: Spent, seconds: float) -> dict[str, str]:
    """Return what Resource Graph adds: what is left of the quota, and how many *seconds* the query took."""
    remaining = str(spent.remaining)
    return {
        "server": "Kestrel",
        "vary": "Accept-Encoding",
        "x-ms-ratelimit-remaining-tenant-resource-requests": remaining,
        "x-ms-user-quota-remaining": remaining,
        "x-ms-user-quota-resets-after": _clock(spent.resets_after),
        "x-ms-resource-graph-request-duration": f"0:{_clock(int(seconds))}.{int(seconds % 1 * 10**7):07}",
    }


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
