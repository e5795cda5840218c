"""Which Azure file shares in a storage account Azure Backup protects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tenantlint import Context, Resource

SHARES: Final = "protected_file_shares"
_DEFERRED_DELETE: Final = "properties.isScheduledForDeferredDelete"


def protected_shares(account: Resource, ctx: Context) -> tuple[int, str | None]:
    """Count the protected file shares in *account*, and say why there may be more than were seen.

    A share whose protection was stopped counts, because its recovery points can still be restored; what was
    soft-deleted does not.
    """
    shares = ctx.tenant.where(SHARES, "storageAccountId", account.key)
    return sum(share.find(_DEFERRED_DELETE) is not True for share in shares), shares.unread
