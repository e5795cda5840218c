"""Storage accounts that hold unmanaged disks of VMs must be open to all networks for Azure Backup to restore files.

## Why
Single files cannot be restored from the backup of a VM whose unmanaged disks are in a storage account that restricts
network access. The documentation also asks, for such accounts, that their settings for firewalls and virtual networks
allow access from all networks. Backups and restores of the whole VM still work where trusted Microsoft services are let
in; `storage-lacks-trusted-services` looks after that.

## Fix
Move the VM to managed disks, which are in no account of yours and need no access to one: `az vm deallocate
--resource-group <group> --name <vm>`, then `az vm convert --resource-group <group> --name <vm>`. Until then, either
plan to restore whole disks instead of files, or open the account: `az storage account update --resource-group <group>
--name <account> --default-action Allow --public-network-access Enabled`, which exposes it to every network.

## Limits
* A note: the documents contradict themselves. The same ones that ask for access from all networks also say what to set
  where access is restricted, and an account that is open for the sake of backup is a risk of its own.
* An account without network rules is open: that is the default. One inside a network security perimeter is not open.
* Accounts without unmanaged disks of VMs are left out. Whether the account of a VM's unmanaged disk is the one with
  that blob endpoint is told by its host name.
* Whether anybody restores single files is not known, nor whether the VM is backed up at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantlint import rule
from tenantlint_backup.controls import BACK_UP
from tenantlint_backup.documents import PREPARE_2018, SUPPORT_MATRIX_2026
from tenantlint_backup.storage.blob_hosts import holds_unmanaged_disks
from tenantlint_backup.storage.network_access import ACCESS, ACTION, action_and_access, where_not_open

if TYPE_CHECKING:
    from tenantlint import Context, Resource, Verdict


@rule(
    id="storage-network-restricted",
    on="storage_accounts",
    noun="storage account",
    tags=["backup"],
    topic="storage",
    controls=BACK_UP,
    level="note",
    reads=["unmanaged_disk_vms", "vhd_hosts"],
    sources=[SUPPORT_MATRIX_2026, PREPARE_2018],
)
def storage_network_restricted(account: Resource, ctx: Context) -> Verdict:
    holds = holds_unmanaged_disks(account, ctx)
    unread = None if holds else ctx.tenant.gap("unmanaged_disk_vms", None)
    if not holds and not unread:
        return account.not_applicable("holds no unmanaged disks of VMs")
    action, access = action_and_access(account)
    if action == "deny" or access in {"disabled", "securedbyperimeter"}:
        return account.not_evaluable(unread=unread) if unread else _violation(account)
    absent = where_not_open(account, action, access)
    return account.not_evaluable(absent=absent) if absent else account.compliant()


def _violation(account: Resource) -> Verdict:
    message = (
        "holds unmanaged disks of VMs but is not open to all networks; Azure Backup cannot restore single files of "
        f"those VMs, and '{SUPPORT_MATRIX_2026.title}' ({SUPPORT_MATRIX_2026.date}) asks for access from all networks"
    )
    evidence = {path: account.find(path) for path in (ACTION, ACCESS)}
    return account.violation(message, level="note", evidence=evidence)
