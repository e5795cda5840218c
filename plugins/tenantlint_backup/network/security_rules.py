"""What security rules, taken together, make of a VM's traffic to Azure Storage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tenantlint_backup.network.addresses import EVERYWHERE, Match, holds_storage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenantlint import Json

_DIRECTIONS: Final = {"outbound": Match.YES, "inbound": Match.NO}
_PROTOCOLS: Final = {
    "*": Match.YES,
    "tcp": Match.YES,
    "udp": Match.NO,
    "icmp": Match.NO,
    "icmpv6": Match.NO,
    "esp": Match.NO,
    "ah": Match.NO,
}
_ALL_PORTS: Final = frozenset({"*", "0-65535", "1-65535"})
_FROM_ANYWHERE: Final = EVERYWHERE | {"virtualnetwork"}


@dataclass(frozen=True, slots=True)
class Flow:
    """Traffic by TCP to a port of Azure Storage in a region.

    The tag VirtualNetwork holds the addresses of routes that people made: where it is *routed* by one, perhaps Storage.
    """

    port: int
    region: str
    routed: bool = False


def decide(rules: Sequence[Json], flow: Flow) -> tuple[str, str]:
    """Return "allow" or "deny" with the name of the rule that decides, or two empty texts where nobody can tell.

    Where no rule does, Azure's own allow: they come last, and let everything out.
    """
    doubts: set[str] = set()
    for rule in sorted(map(_properties, rules), key=_priority):
        match, access = _match(rule, flow), _word(rule, "access")
        if match is Match.YES and access in ("allow", "deny"):
            return ("", "") if doubts - {access} else (access, f"{rule['name']}")
        if match is not Match.NO:
            doubts.add(access)
    return ("", "") if doubts - {"allow"} else ("allow", "")


def _properties(rule: Json) -> dict[str, Json]:
    """Return the properties of *rule* with its name; without any, it is a rule that may say anything."""
    named = rule if isinstance(rule, dict) else {}
    properties = named.get("properties")
    return {**(properties if isinstance(properties, dict) else {}), "name": named.get("name")}


def _priority(rule: dict[str, Json]) -> float:
    """Return the place of *rule*; one without comes first, since it may come before any other."""
    priority = rule.get("priority")
    return priority if isinstance(priority, (int, float)) and not isinstance(priority, bool) else -1


def _match(rule: dict[str, Json], flow: Flow) -> Match:
    return min(
        _DIRECTIONS.get(_word(rule, "direction"), Match.MAYBE),
        _PROTOCOLS.get(_word(rule, "protocol"), Match.MAYBE),
        _to_port(rule, flow.port),
        _to_storage(rule, flow),
        Match.MAYBE if _FROM_ANYWHERE.isdisjoint(_words(rule, "sourceAddressPrefix", "es")) else Match.YES,
        Match.MAYBE if _ALL_PORTS.isdisjoint(_words(rule, "sourcePortRange")) else Match.YES,
        Match.MAYBE if _priority(rule) < 0 else Match.YES,
    )


def _word(rule: dict[str, Json], key: str) -> str:
    value = rule.get(key)
    return value.lower() if isinstance(value, str) else ""


def _words(rule: dict[str, Json], key: str, plural: str = "s") -> list[str]:
    """Return what *rule* names by *key*, be it one or a list, in lower case; what is not text is an empty one."""
    one, several = rule.get(key), rule.get(f"{key}{plural}")
    told = [one, *(several if isinstance(several, list) else [several])]
    return [value.lower() if isinstance(value, str) else "" for value in told if value not in (None, "")]


def _to_port(rule: dict[str, Json], port: int) -> Match:
    return max((_holds_port(ports, port) for ports in _words(rule, "destinationPortRange")), default=Match.MAYBE)


def _holds_port(ports: str, port: int) -> Match:
    if ports == "*":
        return Match.YES
    first, dash, last = ports.partition("-")
    if not (first.isdecimal() and (last.isdecimal() or not dash)):
        return Match.MAYBE
    return Match.YES if int(first) <= port <= int(last or first) else Match.NO


def _to_storage(rule: dict[str, Json], flow: Flow) -> Match:
    told = _words(rule, "destinationAddressPrefix", "es")
    if not told and rule.get("destinationApplicationSecurityGroups"):
        return Match.NO  # such groups hold network interfaces and nothing else
    return max((_holds(destination, flow) for destination in told), default=Match.MAYBE)


def _holds(destination: str, flow: Flow) -> Match:
    if destination == "virtualnetwork":
        return Match.MAYBE if flow.routed else Match.NO
    return holds_storage(destination, flow.region)
