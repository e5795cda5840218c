"""Whether what rules and routes call a destination holds the addresses of Azure Storage."""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tenantlint import Json


class Match(IntEnum):
    """Whether something speaks of the traffic in question. The least of several holds where all must."""

    NO = 0
    MAYBE = 1
    YES = 2


EVERYWHERE: Final = frozenset({"*", "0.0.0.0/0"})
# What service tags call some regions, by the names that these have elsewhere.
_IN_TAGS: Final = {
    "brazilsoutheast": "brazilse",
    "francecentral": "centralfrance",
    "francesouth": "southfrance",
    "germanynorth": "germanyn",
    "germanywestcentral": "germanywc",
    "norwayeast": "norwaye",
    "norwaywest": "norwayw",
    "switzerlandnorth": "switzerlandn",
    "switzerlandwest": "switzerlandw",
}
_HOLD_STORAGE: Final = frozenset({"storage", "azurecloud"})


@lru_cache(maxsize=4096)  # a tenant's rules and routes name the same few destinations again and again
def holds_storage(destination: str, region: str) -> Match:
    """Tell whether *destination*, a prefix or a service tag, holds the addresses of Azure Storage in *region*.

    *region* is in its programmatic spelling, empty where it is not known.
    """
    word = destination.strip().lower()
    if word in EVERYWHERE or word == "internet":
        return Match.YES
    if ":" in word:  # storage accounts are reached by IPv4
        return Match.NO
    if not word or word[0].isdigit():
        return _prefix_holds_storage(word)
    tag, _, of_region = word.partition(".")
    if tag in _HOLD_STORAGE:
        return _is_region(of_region, region)
    return Match.MAYBE if tag == "azurebackup" else Match.NO


def _is_region(told: str, region: str) -> Match:
    if not told:
        return Match.YES
    if not region:
        return Match.MAYBE
    return Match.YES if told in (region, _IN_TAGS.get(region)) else Match.NO


_PRIVATE: Final = tuple(
    IPv4Network(block)
    for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8")
)
"""Where no public address lies, and so none of Azure Storage. Networks kept for documentation do not count as private:
a scrubbed copy has them in place of public ones."""


def _prefix_holds_storage(prefix: str) -> Match:
    network = _network(prefix)
    if network is None:
        return Match.MAYBE
    return Match.NO if any(network.subnet_of(private) for private in _PRIVATE) else Match.MAYBE


def _network(prefix: str) -> IPv4Network | None:
    try:
        return IPv4Network(prefix, strict=False)
    except ValueError:
        return None


def holds_address(prefix: Json, address: Json) -> bool:
    """Tell whether *prefix* is known to hold *address*."""
    if not isinstance(prefix, str) or not isinstance(address, str):
        return prefix in ("*", "0.0.0.0/0")
    network = _network("0.0.0.0/0" if prefix == "*" else prefix)
    try:
        return network is not None and IPv4Address(address) in network
    except ValueError:
        return False
