"""A Recovery Services vault must encrypt backups with a key of your own where your organization demands that.

## Why
Backups are always encrypted, by default with keys that Microsoft manages. Some organizations have to hold the key
themselves, so that they can revoke it and see each use of it.

## Fix
It takes a vault that never held an item. Give it an identity (`az backup vault identity assign --system-assigned`),
grant that identity access to a key in a key vault of the same region with soft delete and purge protection, and assign
the key: `az backup vault encryption update --resource-group <group> --name <vault> --encryption-key-id <key's address>
--mi-system-assigned --infrastructure-encryption Disabled`. **It cannot be undone**, and who loses the key loses the
backups.

## Limits
* This rule judges only where you enable it: nobody documents a key of your own as a must.
* Only whether a key is named is looked at, not whether it still exists and the vault may use it.
* A vault that shows other settings, but no key, is encrypted with a key of Microsoft, which is the default.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint import rule
from tenantlint_backup.controls import PROTECT_BACKUPS
from tenantlint_backup.documents import CUSTOMER_KEYS_2021
from tenantlint_backup.vaults.vault_properties import shows_properties

if TYPE_CHECKING:
    from tenantlint import Context, Resource, Verdict

_KEY: Final = "properties.encryption.keyVaultProperties.keyUri"


@rule(
    id="vault-customer-managed-key",
    on="vaults",
    noun="vault",
    tags=["backup"],
    topic="vaults",
    level="note",
    controls=PROTECT_BACKUPS,
    enabled=False,
    sources=[CUSTOMER_KEYS_2021],
)
def vault_customer_managed_key(vault: Resource, _ctx: Context) -> Verdict:
    if vault.text(_KEY):
        return vault.compliant()
    key = vault.find(_KEY)
    if key not in (None, "") or not shows_properties(vault):
        return vault.not_evaluable(absent=_KEY)
    message = "encrypts backups with a key that Microsoft manages, not with one of yours"
    return vault.violation(message, level="note", evidence={_KEY: key})
