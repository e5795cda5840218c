"""Storage accounts with file shares that Azure Backup protects must allow access with the account's keys.

## Why
Azure Backup reads and restores file shares with the keys of their storage account. Where the account refuses requests
that are authorised by shared key, backups fail, and so do restores into it.

## Fix
Allow it: `az storage account update --resource-group <group> --name <account> --allow-shared-key-access true`. In Bicep
that is `allowSharedKeyAccess: true`, in Terraform `shared_access_key_enabled = true`. Where a policy assignment forbids
keys, exempt the account. If keys must stay off, the share needs another kind of backup.

## Limits
* An account that does not say whether shared keys are allowed allows them: that is the default.
* The document states this where it speaks of vaulted backup, for backup and restore of file shares as a whole. Which
  tier a share is backed up to is not looked at.
* File shares whose protection was stopped count, because recovery points are left to restore; soft-deleted ones do not.
* Whether protected shares use NFS, which Azure Backup does not support, is not seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint import rule
from tenantlint_backup.controls import BACK_UP
from tenantlint_backup.documents import FILE_SHARES_2025
from tenantlint_backup.storage.file_shares import SHARES, protected_shares

if TYPE_CHECKING:
    from tenantlint import Context, Resource, Verdict

_ALLOWED: Final = "properties.allowSharedKeyAccess"


@rule(
    id="file-share-shared-key",
    on="storage_accounts",
    noun="storage account",
    tags=["backup"],
    topic="storage",
    controls=BACK_UP,
    level="error",
    reads=[SHARES],
    sources=[FILE_SHARES_2025],
)
def file_share_shared_key(account: Resource, ctx: Context) -> Verdict:
    shares, unread = protected_shares(account, ctx)
    if not shares and not unread:
        return account.not_applicable("holds no protected file share")
    allowed = account.find(_ALLOWED)
    if allowed is None and account.find("properties.provisioningState") is None:
        return account.not_evaluable(absent="properties")
    if allowed is None or allowed is True:
        return account.compliant()
    if allowed is not False:
        return account.not_evaluable(absent=_ALLOWED)
    if not shares:
        return account.not_evaluable(unread=unread or "", evidence={_ALLOWED: False})
    message = (
        "refuses access by shared key but holds protected file shares; Azure Backup cannot back those up or restore"
    )
    return account.violation(message, level="error", evidence={_ALLOWED: False, SHARES: shares})
