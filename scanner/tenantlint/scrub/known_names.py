"""Names that Microsoft gives, not the tenant, and the names of backup containers and items, which hold several."""

from __future__ import annotations

from typing import Final

from tenantlint.scrub.guids import guid_parts
from tenantlint.scrub.hosts import is_private_zone
from tenantlint.scrub.parts import Kind, Part, split_lines, split_words
from tenantlint.scrub.words import EXTENSIONS

_NAMES: Final = (
    split_words("""
        default current latest azure master model msdb mssqlserver
        defaultpolicy enhancedpolicy hourlylogbackup
        gatewaysubnet azurefirewallsubnet azurefirewallmanagementsubnet azurebastionsubnet routeserversubnet
        networkwatcherrg azurelinuxvmencryptioncompliance azurewindowsvmencryptioncompliance
        azurelinuxbaseline azurewindowsbaseline owner contributor reader
    """)
    | split_lines("""
        tenant root group
        user access administrator
        role based access control administrator
        virtual machine contributor
        backup contributor
        backup operator
        backup reader
        key vault administrator
        key vault certificates officer
        key vault contributor
        key vault crypto officer
        key vault crypto service encryption user
        key vault crypto user
        key vault reader
        key vault secrets officer
        key vault secrets user
    """)
    | EXTENSIONS
)

_PREFIXES: Final = ("databricks-rg-", "azurebackuprg_", "mc_")
"""Rules tell by them that a service runs what is in a resource group."""

_KEY_PREFIXES: Final = ("aks-managed-",)
"""Rules tell by tags whose names begin so that a service runs what has them."""

_MANAGED: Final = split_words("iaasvmcontainer iaasvmcontainerv2 storage classicstorage compute classiccompute")
_BACKUP: Final = {
    **dict.fromkeys(split_words("vm iaasvmcontainer storagecontainer vmappcontainer sqlagworkloadcontainer"), _MANAGED),
    **dict.fromkeys(
        split_words("""
            iaasvmcontainerv2 azurefileshare sqldatabase sqlinstance saphanadatabase saphanasystem saphanadbinstance
            sapasedatabase windows filefolder
        """),
        frozenset[str](),
    ),
}
"""How the names of backup containers and items begin, and what may come second. The rest are names of the tenant."""


def is_known_name(text: str) -> bool:
    """Tell whether *text* is, as a whole, a name that every tenant may have."""
    return text.lower() in _NAMES or is_private_zone(text)


def name_parts(text: str) -> list[Part]:
    """Return the parts of a name, which is often a GUID."""
    if parts := guid_parts(text):
        return parts
    if is_known_name(text):
        return [Part(text, Kind.KNOWN_NAME)]
    if parts := _prefixed(text, _PREFIXES, Kind.NAME):
        return parts
    return _backup_parts(text) if ";" in text else [Part(text, Kind.NAME)]


def key_parts(text: str) -> list[Part] | None:
    """Return the parts of the name of a tag that a service has set; None where *text* is none."""
    return _prefixed(text, _KEY_PREFIXES, Kind.TEXT)


def _prefixed(text: str, prefixes: tuple[str, ...], kind: Kind) -> list[Part] | None:
    """Return one of *prefixes* and the rest of *text*, which is of *kind*; None where it does not begin so."""
    low = text.lower()
    prefix = next((each for each in prefixes if low.startswith(each) and len(low) > len(each)), "")
    return [Part(text[: len(prefix)], Kind.KNOWN_NAME), Part(text[len(prefix) :], kind)] if prefix else None


def _backup_parts(text: str) -> list[Part]:
    """Return the parts of ``VM;iaasvmcontainerv2;<group>;<vm>`` and the like; of one part where it is none of these."""
    first, *rest = text.split(";")
    may_follow = _BACKUP.get(first.lower())
    if may_follow is None:
        return [Part(text, Kind.NAME)]
    parts = [Part(first, Kind.WORD)]
    if rest[0].lower() in may_follow:
        parts += [Part(";", Kind.STRUCTURE), Part(rest.pop(0), Kind.WORD)]
    for name in rest:
        parts += [Part(";", Kind.STRUCTURE), *(name_parts(name) if name else ())]
    return parts
