"""VMs encrypted with Azure Disk Encryption must be in one region with their vault and their key vaults.

## Why
In 2019 Azure Backup could back up and restore such VMs only within the region of the Recovery Services vault, and the
secrets that a restored VM needs are bound to the region of their key vault. The documentation of 2022 no longer asks
for that: encrypted VMs can also be restored in the paired region.

## Fix
Create a key vault in the VM's region (`az keyvault create --resource-group <group> --name <vault> --location <region>
--enabled-for-disk-encryption true`), let Azure Backup into it (see `key-vault-lacks-backup-access`) and encrypt again
with it: `az vm encryption enable --resource-group <group> --name <vm> --disk-encryption-keyvault <key vault's id>
--volume-type <type>`. Keep the old key vault as long as there are recovery points whose secrets are in it. Where it is
the Recovery Services vault that is elsewhere, see `vault-region-mismatch`.

## Limits
* The rule judges only by an edition of the documentation before the end of 2022. By later ones it applies to no VM.
* That the Recovery Services vault is in the region of any VM, encrypted or not, is still documented; by all editions
  `vault-region-mismatch` looks after that. Azure Disk Encryption itself, apart from backup, still asks for the key
  vault to be in the VM's region.
* A key vault without a row is deleted, in another tenant or not open to the reader: not evaluable.
* An item that was soft-deleted, stopped, paused or suspended does not protect the VM, and its vault does not matter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from tenantlint import Edition, Violation, rule, subscription_of
from tenantlint_backup.controls import BACK_UP
from tenantlint_backup.disk_encryption import TABLES
from tenantlint_backup.documents import ENCRYPTED_2019, ENCRYPTED_2022
from tenantlint_backup.encryption.encrypted_vms import in_key_vaults, judge_encrypted, recovery_vault_ids
from tenantlint_backup.regions import region_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenantlint import Context, Resource, Verdict
    from tenantlint_backup.disk_encryption import DiskEncryption
    from tenantlint_backup.encryption.key_vault_findings import Finding


@rule(
    id="encrypted-vm-regions",
    on="virtual_machines",
    noun="VM",
    tags=["backup"],
    topic="encryption",
    controls=BACK_UP,
    visibility="partial",
    level="error",
    reads=[*TABLES, "key_vaults", "protected_items", "vaults"],
    sources=[ENCRYPTED_2022, ENCRYPTED_2019],
    history=[
        Edition(ENCRYPTED_2019),
        Edition(ENCRYPTED_2022, "obsolete", "only the subscription still has to be the same"),
    ],
)
def encrypted_vm_regions(vm: Resource, ctx: Context) -> Verdict:
    return judge_encrypted(vm, ctx, _findings)


def _findings(vm: Resource, ctx: Context, encryption: DiskEncryption) -> Iterator[Finding]:
    if not region_of(vm):
        yield vm.not_evaluable(absent="location")
        return
    yield from in_key_vaults(vm, ctx, encryption, _of_key_vault)
    items = ctx.tenant.owned("protected_items", vm)
    if items.unread:
        yield vm.not_evaluable(unread=items.unread)
    for id_ in recovery_vault_ids(items):
        vault = ctx.tenant.by_id("vaults", id_)
        yield from _differing(vm, "vault", "vaults", vault) if vault else [_missing(vm, ctx, id_)]


def _of_key_vault(vm: Resource, vault: Resource) -> Iterator[Finding]:
    return _differing(vm, "key vault", "key_vaults", vault)


def _missing(vm: Resource, ctx: Context, vault_id: str) -> Finding:
    if gap := ctx.tenant.gap("vaults", subscription_of(vault_id)):
        return vm.not_evaluable(unread=gap, evidence={"vaults.id": vault_id})
    return vm.not_evaluable(absent="the location of its vault", evidence={"vaults.id": vault_id})


def _differing(vm: Resource, what: str, table: Literal["key_vaults", "vaults"], vault: Resource) -> Iterator[Finding]:
    there = region_of(vault)
    if not there:
        yield vm.not_evaluable(absent=f"the location of {what} '{vault.name}'", evidence={f"{table}.id": vault.id})
    elif there != region_of(vm):
        message = (
            f"is encrypted and in {region_of(vm)} but its {what} '{vault.name}' is in {there}; "
            "Azure Backup backs up and restores encrypted VMs within one region"
        )
        places = {"location": vm.find("location"), f"{table}.location": vault.find("location")}
        yield Violation(message, "error", {f"{table}.id": vault.id, **places}, vault.key)
