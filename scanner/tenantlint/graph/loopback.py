"""Addresses of this machine alone. A tenant copy is nobody else's business.

That holds for web pages, too: one whose name was made to lead here would ask in the browser of somebody on this
machine, but by that name.
"""

from __future__ import annotations

import ipaddress
from typing import Final, TypeAlias

from tenantlint.errors import UsageError

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

LOOPBACK: Final = "127.0.0.1"
LOCALHOST: Final = "localhost"


def is_local(name: str | None) -> bool:
    """Tell whether a client that reaches the server by *name* calls it this machine."""
    try:
        return name == LOCALHOST or ipaddress.ip_address(name or "").is_loopback
    except ValueError:
        return False


def loopback(host: str) -> Address:
    """Return the address that *host* stands for. Raises ``UsageError`` where others could reach it."""
    try:
        address = ipaddress.ip_address(LOOPBACK if host == LOCALHOST else host)
    except ValueError as error:
        raise UsageError(f"{host!r} is not an address", hint=f"--host {LOOPBACK}") from error
    if not address.is_loopback:
        hint = "anybody who can reach it may read the whole tenant copy: it serves this machine only"
        raise UsageError(f"{host} is not an address of this machine alone", hint=hint)
    return address
