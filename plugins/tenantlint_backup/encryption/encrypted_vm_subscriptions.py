"""VMs encrypted with Azure Disk Encryption must be in one subscription with their vault and their key vaults.

## Why
The documents on encrypted VMs say that these are backed up and restored within one subscription: that of the Recovery
Services vault. Azure Disk Encryption asks for the key vault to be in the VM's subscription as well. Where one of them
is elsewhere, the secrets that a restored VM needs are out of reach, and backup or restore fails.

## Fix
A key vault cannot be moved while it serves disk encryption. Create one in the VM's subscription and region (`az
keyvault create --resource-group <group> --name <vault> --location <region> --enabled-for-disk-encryption true
--enable-purge-protection true`), let Azure Backup into it (see `key-vault-lacks-backup-access`) and encrypt again with
it: `az vm encryption enable --resource-group <group> --name <vm> --disk-encryption-keyvault <key vault's id>
--volume-type <type>`. Keep the old key vault as long as there are recovery points whose secrets are in it. Where it is
the Recovery Services vault that is elsewhere, stop its protection and protect the VM in a vault of its own
subscription.

## Limits
* In March 2026 the support matrix began to allow a vault of another subscription for VMs. While that was a preview, it
  excepted encrypted ones; now it excepts confidential ones only, but no document says so of encrypted VMs in so many
  words. By that edition such a vault is a warning: see that backups succeed, and restore one as a test.
* The subscription is read from ids, so that a key vault that the reader may not see is judged as well.
* A VM that is not backed up is judged by its key vaults alone: they would stand in the way. An item that was
  soft-deleted, stopped, paused or suspended does not protect the VM, and its vault does not matter.
* A VM whose evidence of encryption does not name its key vaults is not evaluable.
* Keys that recovery points of earlier times need may be in other key vaults; these are not seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint import Violation, rule, subscription_of
from tenantlint_backup.controls import BACK_UP
from tenantlint_backup.disk_encryption import TABLES
from tenantlint_backup.documents import (
    DISK_ENCRYPTION_KEY_VAULT_2019,
    ENCRYPTED_2019,
    ENCRYPTED_2022,
    ENCRYPTED_TROUBLE_2025,
    SUPPORT_MATRIX_MARCH_2026,
)
from tenantlint_backup.encryption.encrypted_vms import judge_encrypted, key_vault_ids, recovery_vault_ids

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenantlint import Context, Resource, Verdict
    from tenantlint_backup.disk_encryption import DiskEncryption
    from tenantlint_backup.encryption.key_vault_findings import Finding

_ONE: Final = "Azure Backup backs up and restores encrypted VMs within one subscription"
_ALLOWED: Final = (
    f"'{SUPPORT_MATRIX_MARCH_2026.title}' ({SUPPORT_MATRIX_MARCH_2026.date}) allows that for VMs in general, but no "
    "document says so of encrypted ones"
)


@rule(
    id="encrypted-vm-subscriptions",
    on="virtual_machines",
    noun="VM",
    tags=["backup"],
    topic="encryption",
    controls=BACK_UP,
    level="error",
    reads=[*TABLES, "protected_items"],
    sources=[
        SUPPORT_MATRIX_MARCH_2026,
        ENCRYPTED_TROUBLE_2025,
        ENCRYPTED_2022,
        DISK_ENCRYPTION_KEY_VAULT_2019,
        ENCRYPTED_2019,
    ],
)
def encrypted_vm_subscriptions(vm: Resource, ctx: Context) -> Verdict:
    return judge_encrypted(vm, ctx, _findings)


def _findings(vm: Resource, ctx: Context, encryption: DiskEncryption) -> Iterator[Finding]:
    if not vm.subscription_id:
        yield vm.not_evaluable(absent="subscriptionId")
        return
    items = ctx.tenant.owned("protected_items", vm)
    if items.unread:
        yield vm.not_evaluable(unread=items.unread)
    for id_ in key_vault_ids(encryption):
        yield from _differing(vm, "key vault", "key_vaults.id", id_, _ONE)
    why = _ONE if ctx.edition and ctx.edition < SUPPORT_MATRIX_MARCH_2026.date[:7] else _ALLOWED
    for id_ in recovery_vault_ids(items):
        yield from _differing(vm, "Recovery Services vault", "vaults.id", id_, why)


def _differing(vm: Resource, what: str, path: str, id_: str, why: str) -> Iterator[Finding]:
    there = subscription_of(id_)
    if not there:
        yield vm.not_evaluable(absent=f"the subscription of its {what}", evidence={path: id_})
    elif there != vm.subscription_id:
        name = id_.rpartition("/")[2]
        message = f"is encrypted but its {what} '{name}' is in another subscription, {there}; {why}"
        evidence = {"subscriptionId": vm.subscription_id, path: id_}
        yield Violation(message, "error" if why == _ONE else "warning", evidence, id_)
