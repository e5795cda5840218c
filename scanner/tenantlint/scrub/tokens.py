"""Replacements: the same for the same original, whatever form it has, and telling nothing of it without the key."""

from __future__ import annotations

import hmac
from base64 import b32encode
from ipaddress import (
    IPv4Address,
    IPv4Interface,
    IPv4Network,
    IPv6Address,
    IPv6Interface,
    IPv6Network,
    ip_interface,
    ip_network,
)
from typing import Final, TypeAlias
from uuid import UUID

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network
Interface: TypeAlias = IPv4Interface | IPv6Interface

_LETTERS: Final = 15
_PUBLIC_V4: Final = tuple(map(ip_network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")))
_PUBLIC_V6: Final = ip_network("2001:db8::/32")
_PRIVATE: Final = tuple(
    map(
        ip_network,
        ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "fc00::/7", "fe80::/10"),
    )
)
_SPECIAL: Final = frozenset({"168.63.129.16", "169.254.169.254"})
"""Addresses of Azure itself, the same in every network."""


class Tokens:
    """Makes replacements with HMAC-SHA256 under a *key*."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def name(self, text: str) -> str:
        """Return a name in place of *text*: ``x`` and 15 letters and digits, which any resource may be called.

        Names that differ in their case only get replacements that differ in their case only.
        """
        digest = self._digest("name", text.lower())
        return self._spelled(f"x{b32encode(digest[:10]).decode()[:_LETTERS].lower()}", text)

    def guid(self, text: str) -> str:
        """Return a GUID in place of *text*, which may lack its dashes."""
        digest = self._digest("guid", text.lower().replace("-", ""))
        guid = UUID(bytes=digest[:16], version=4)
        return self._spelled(str(guid) if "-" in text else guid.hex, text)

    def address(self, text: str) -> str:
        """Return an address or network in place of *text*, for documentation or, for a private one, private as well.

        Private networks keep their sizes and lie in each other as the originals do. Addresses that mean no host in
        particular stay as they are.
        """
        original = ip_interface(text)
        if _is_special(original.ip):
            return text
        home = next((network for network in _PRIVATE if original.ip in network), None)
        picked = self._moved(original, home) if home else self._documented(original)
        return str(picked) if "/" in text else str(picked.ip)

    def _moved(self, original: Interface, home: Network) -> Interface:
        """Move an address within the private network *home*: each bit is turned or not by what stands before it."""
        size, value = home.max_prefixlen, int(original.ip)
        end = original.network.prefixlen if original.ip == original.network.network_address else size
        for at in range(home.prefixlen, end):
            before = int(original.ip) >> size - at
            value ^= (self._digest("address", f"{home} {at} {before}")[0] & 1) << size - at - 1
        return ip_interface((value, original.network.prefixlen))

    def _documented(self, original: Interface) -> Interface:
        """Return one of the few public addresses that are nobody's."""
        digest = int.from_bytes(self._digest("address", str(original)), "big")
        home = _PUBLIC_V4[digest % len(_PUBLIC_V4)] if isinstance(original, IPv4Interface) else _PUBLIC_V6
        picked = int(home.network_address) | digest >> 8 & int(home.hostmask)
        network = ip_network((picked, original.network.prefixlen), strict=False)
        return ip_interface((network.network_address, network.prefixlen))

    def _digest(self, purpose: str, text: str) -> bytes:
        return hmac.digest(self._key, f"{purpose}\0{text}".encode(errors="surrogatepass"), "sha256")

    def _spelled(self, replacement: str, original: str) -> str:
        """Spell *replacement* in the case of *original*: lower, upper, or a mixture that is its spelling's own."""
        if original == original.lower():
            return replacement
        if original == original.upper():
            return replacement.upper()
        bits = int.from_bytes(self._digest("case", original), "big")
        return "".join(each.upper() if bits >> at & 1 else each for at, each in enumerate(replacement))


def _is_special(address: Address) -> bool:
    return address.is_unspecified or address.is_loopback or str(address) in _SPECIAL
