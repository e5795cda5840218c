"""Storage accounts that restrict network access must let trusted Microsoft services in where Azure Backup needs them.

## Why
Azure Backup reads the disks of VMs with unmanaged disks, and Azure file shares, from their storage accounts. An account
that denies access by default turns it away, unless trusted Microsoft services are excepted: backups and restores then
fail. Managed disks are in no account of yours, and need no exception.

## Fix
Add the exception, keeping those that are there: `az storage account update --resource-group <group> --name <account>
--bypass AzureServices Logging Metrics`.

## Limits
* An error where the account holds unmanaged disks of VMs or protected file shares. For any other account with
  restrictions a note: it would need the exception only if it came to hold such, and the documentation says so for all.
* An account without network rules is open: that is the default. An account that is restricted and does not say which
  exceptions it makes is not evaluable.
* The exception also counts where public network access is disabled altogether: the documentation of storage accounts
  says that exceptions made before stay in effect then.
* Accounts inside a network security perimeter are not evaluable: what passes is decided by the perimeter's rules.
* Whether the account of a VM's unmanaged disk is the one with that blob endpoint is told by its host name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint import rule
from tenantlint_backup.controls import BACK_UP
from tenantlint_backup.documents import FILE_SHARES_2025, PREPARE_2018
from tenantlint_backup.storage.blob_hosts import holds_unmanaged_disks
from tenantlint_backup.storage.file_shares import SHARES, protected_shares
from tenantlint_backup.storage.network_access import ACCESS, ACTION, action_and_access, where_not_open

if TYPE_CHECKING:
    from tenantlint import Context, Resource, Verdict

_BYPASS: Final = "properties.networkAcls.bypass"


@rule(
    id="storage-lacks-trusted-services",
    on="storage_accounts",
    noun="storage account",
    tags=["backup"],
    topic="storage",
    controls=BACK_UP,
    level="error",
    reads=[SHARES, "unmanaged_disk_vms", "vhd_hosts"],
    sources=[FILE_SHARES_2025, PREPARE_2018],
)
def storage_lacks_trusted_services(account: Resource, ctx: Context) -> Verdict:
    action, access = action_and_access(account)
    if access == "securedbyperimeter":
        return account.not_evaluable(unobservable="the rules of its network security perimeter decide what may pass")
    if access == "disabled" or action == "deny":
        return _judge_restricted(account, ctx)
    absent = where_not_open(account, action, access)
    return account.not_evaluable(absent=absent) if absent else account.compliant()


def _judge_restricted(account: Resource, ctx: Context) -> Verdict:
    bypass = account.text(_BYPASS)
    if bypass is None:
        return account.not_evaluable(absent=_BYPASS)
    if "azureservices" in (exception.strip().lower() for exception in bypass.split(",")):
        return account.compliant()
    evidence = {path: account.find(path) for path in (ACTION, ACCESS, _BYPASS)}
    shares, unread = protected_shares(account, ctx)
    read = {"unmanaged disks of VMs": holds_unmanaged_disks(account, ctx), "protected file shares": shares}
    if held := " and ".join(what for what, holds in read.items() if holds):
        message = f"keeps trusted Microsoft services out but holds {held}; Azure Backup cannot read those"
        return account.violation(message, level="error", evidence=evidence)
    if unread := unread or ctx.tenant.gap("unmanaged_disk_vms", None):
        return account.not_evaluable(unread=unread, evidence=evidence)
    message = "keeps trusted Microsoft services out; Azure Backup could not read unmanaged disks or file shares in it"
    return account.violation(message, level="note", evidence=evidence)
