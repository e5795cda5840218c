"""Storage accounts with file shares that Azure Backup protects must not limit copies to private endpoints.

## Why
A storage account can accept copies only from accounts that have a private endpoint to the same virtual network. Azure
Backup works from outside of that network, and being a trusted service does not help it here: private endpoints take
precedence. Backups and restores of file shares do not work then.

## Fix
Accept copies from accounts of your own Microsoft Entra tenant instead, which Azure Backup supports: `az storage account
update --resource-group <group> --name <account> --allowed-copy-scope AAD`. In Bicep that is `allowedCopyScope: 'AAD'`,
in Terraform `allowed_copy_scope = "AAD"`.

## Limits
* An account that names no scope accepts copies from anywhere: that is the default. The scopes `AAD` and `All` are
  supported. A scope that is not known is not evaluable.
* The setting is a preview, and so is what the document says of it.
* File shares whose protection was stopped count, because recovery points are left to restore; soft-deleted ones do not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint import rule
from tenantlint_backup.controls import BACK_UP
from tenantlint_backup.documents import FILE_SHARES_2025
from tenantlint_backup.storage.file_shares import SHARES, protected_shares

if TYPE_CHECKING:
    from tenantlint import Context, Resource, Verdict

_SCOPE: Final = "properties.allowedCopyScope"


@rule(
    id="file-share-copy-scope",
    on="storage_accounts",
    noun="storage account",
    tags=["backup"],
    topic="storage",
    controls=BACK_UP,
    level="error",
    reads=[SHARES],
    sources=[FILE_SHARES_2025],
)
def file_share_copy_scope(account: Resource, ctx: Context) -> Verdict:
    shares, unread = protected_shares(account, ctx)
    if not shares and not unread:
        return account.not_applicable("holds no protected file share")
    scope = account.find(_SCOPE)
    if scope is None:
        known = account.find("properties.provisioningState") is not None
        return account.compliant() if known else account.not_evaluable(absent="properties")
    word = str(scope).lower()
    if word in ("aad", "all"):
        return account.compliant()
    if word != "privatelink":
        return account.not_evaluable(absent=_SCOPE)
    if not shares:
        return account.not_evaluable(unread=unread or "", evidence={_SCOPE: scope})
    message = (
        "accepts copies only by private endpoint but holds protected file shares; Azure Backup does not support that"
    )
    return account.violation(message, level="error", evidence={_SCOPE: scope, SHARES: shares})
