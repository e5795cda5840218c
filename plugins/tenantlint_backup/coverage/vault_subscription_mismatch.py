"""The Recovery Services vault that protects an Azure VM must be in the VM's subscription.

## Why
For ten years Azure Backup protected VMs only in the vault's own subscription, and nobody could choose a VM of another
one. Since March 2026 the documents allow a vault of another subscription in the same tenant and region, so this is a
warning today: see that it was meant, and that backups succeed. Where nobody meant it, the mismatch came about later:
somebody moved the vault to another subscription and left the VMs where they were. The vault still lists them and keeps
their old recovery points, but no new ones are made.

## Fix
Where it is meant, and recovery points are made, waive the finding. Else bring vault and VM together again. Either move
the vault back: `az resource move --ids <vault's id> --destination-subscription-id <VM's subscription>
--destination-group <group>`. Or stop the protection by this vault, keeping its recovery points (`az backup protection
disable --subscription <vault's subscription> --resource-group <group> --vault-name <vault> --container-name <container>
--item-name <item> --backup-management-type AzureIaasVM --workload-type VM`), and protect the VM in a vault of its own
subscription (`az backup protection enable-for-vm`). A VM that moves to the vault's subscription has to get a resource
group of the same name as before.

## Limits
* The vault's subscription is that in the id of the protected item: the vault itself need not be readable.
* An item that was soft-deleted, stopped, paused or suspended does not protect the VM, and where it lies does not
  matter; `unprotected-vm` speaks of those. Items in error or in a state that is not known are judged.
* An item in a vault that the reader may not see is not known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantlint import Edition, Violation, rule, subscription_of
from tenantlint_backup.controls import BACK_UP
from tenantlint_backup.documents import (
    BACK_UP_2019,
    ENCRYPTED_2019,
    ENCRYPTED_2022,
    ENCRYPTED_TROUBLE_2025,
    PREPARE_2018,
    PREPARE_ARM_2016,
    SUPPORT_MATRIX_2019,
    SUPPORT_MATRIX_2026,
    SUPPORT_MATRIX_MARCH_2026,
)
from tenantlint_backup.protection import in_use
from tenantlint_backup.vaults_of import vault_id_of
from tenantlint_backup.without_protection import unseen

if TYPE_CHECKING:
    from tenantlint import Context, Resource, Verdict


@rule(
    id="vault-subscription-mismatch",
    on="virtual_machines",
    noun="VM",
    tags=["backup"],
    topic="coverage",
    controls=BACK_UP,
    visibility="full",
    level="error",
    reads=["protected_items"],
    history=[
        Edition(PREPARE_ARM_2016),
        Edition(SUPPORT_MATRIX_2026),
        Edition(SUPPORT_MATRIX_MARCH_2026, "relaxed", "a vault of another subscription of the tenant is supported"),
    ],
    sources=[
        SUPPORT_MATRIX_MARCH_2026,
        SUPPORT_MATRIX_2026,
        ENCRYPTED_TROUBLE_2025,
        ENCRYPTED_2022,
        SUPPORT_MATRIX_2019,
        ENCRYPTED_2019,
        BACK_UP_2019,
        PREPARE_2018,
        PREPARE_ARM_2016,
    ],
)
def vault_subscription_mismatch(vm: Resource, ctx: Context) -> Verdict:
    items = ctx.tenant.owned("protected_items", vm)
    vault_ids = {vault_id_of(item) for item in in_use(items)}
    here = vm.subscription_id
    if vault_ids and not here:
        return vm.not_evaluable(absent="subscriptionId")
    there = {vault_id: subscription_of(vault_id) for vault_id in sorted(vault_ids)}
    elsewhere = [vault_id for vault_id, subscription in there.items() if subscription not in ("", here)]
    if elsewhere:
        return vm.violations([_violation(vm, vault_id) for vault_id in elsewhere])
    if unread := items.unread if vault_ids else unseen(items, ctx):
        return vm.not_evaluable(unread=unread)
    if "" in there.values():
        return vm.not_evaluable(absent="properties.vaultId of its protected item")
    return vm.compliant() if vault_ids else vm.not_applicable("no vault protects it")


def _violation(vm: Resource, vault_id: str) -> Violation:
    return Violation(
        f"is protected by the vault '{vault_id.rpartition('/')[2]}' of the subscription {subscription_of(vault_id)}; "
        "Azure Backup protects only VMs of the vault's own subscription",
        "error",
        {"subscriptionId": vm.subscription_id, "protected_items.properties.vaultId": vault_id},
        part=vault_id,
    )
