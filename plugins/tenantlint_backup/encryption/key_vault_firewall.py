"""Whether the firewall of a key vault lets Azure Backup in, which is one of the trusted Microsoft services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from tenantlint import Json, Resource

DEFAULT_ACTION: Final = "properties.networkAcls.defaultAction"
BYPASS: Final = "properties.networkAcls.bypass"
PUBLIC_ACCESS: Final = "properties.publicNetworkAccess"
NETWORK: Final = f"properties.networkAcls or {PUBLIC_ACCESS}"

Firewall: TypeAlias = Literal["open", "shut", "perimeter", "unknown"]
"""What Azure Backup finds: a way in, none, the rules of a network security perimeter, or values that mean nothing."""

_TRUSTED: Final = "azureservices"


def firewall(vault: Resource) -> Firewall:
    """Tell what the firewall of *vault* is to Azure Backup.

    What a row leaves out has a documented default: the firewall is off, public access on, trusted services let in.
    """
    action = _setting(vault, DEFAULT_ACTION, default="allow")
    access = _setting(vault, PUBLIC_ACCESS, default="enabled")
    bypass = {each.strip() for each in _setting(vault, BYPASS, default=_TRUSTED).split(",")}
    if access == "securedbyperimeter":
        return "perimeter"
    if action == "deny" or access == "disabled":
        return "open" if _TRUSTED in bypass else "unknown" if "" in bypass else "shut"
    return "open" if (action, access) == ("allow", "enabled") else "unknown"


def evidence_of_firewall(vault: Resource) -> dict[str, Json]:
    """Return what decides whether Azure Backup gets through the firewall of *vault*."""
    return {f"key_vaults.{path}": vault.find(path) for path in (DEFAULT_ACTION, BYPASS, PUBLIC_ACCESS)}


def _setting(vault: Resource, path: str, *, default: str) -> str:
    """Return a setting in lower case; empty where it is anything but text."""
    value = vault.find(path)
    if value is None:
        return default
    return value.lower() if isinstance(value, str) else ""
