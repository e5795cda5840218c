"""A Recovery Services vault that is used over private endpoints must deny access from public networks.

## Why
A vault with public network access takes requests to back up and restore from registered machines on any network. Where
private endpoints were set up, leaving the public way open defeats them: the documentation recommends to deny it then.

## Fix
See that private endpoints work, then `az backup vault update --resource-group <group> --name <vault>
--public-network-access Disable`, or in Bicep `properties.publicNetworkAccess: 'Disabled'`.

## Limits
* This rule judges only where you enable it: VM backup itself needs neither private endpoints nor public access, only
  the recovery of single files and the agents for databases and servers use them.
* Whether the vault has private endpoints is not looked at: every vault with public access is reported.
* A vault that shows other settings, but not this one, has public access, which is the default.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint import rule
from tenantlint_backup.controls import PROTECT_BACKUPS
from tenantlint_backup.documents import PRIVATE_ENDPOINTS_2023
from tenantlint_backup.vaults.vault_properties import choice, shows_properties

if TYPE_CHECKING:
    from tenantlint import Context, Resource, Verdict

_ACCESS: Final = "properties.publicNetworkAccess"


@rule(
    id="vault-public-network-access",
    on="vaults",
    noun="vault",
    tags=["backup"],
    topic="vaults",
    level="note",
    controls=PROTECT_BACKUPS,
    enabled=False,
    sources=[PRIVATE_ENDPOINTS_2023],
)
def vault_public_network_access(vault: Resource, _ctx: Context) -> Verdict:
    access = choice(vault, _ACCESS, default="enabled" if shows_properties(vault) else "")
    if access == "disabled":
        return vault.compliant()
    if access != "enabled":
        return vault.not_evaluable(absent=_ACCESS)
    message = "can be reached from public networks; machines on any network may ask it for backups and restores"
    return vault.violation(message, level="note", evidence={_ACCESS: vault.find(_ACCESS)})
