"""An Azure VM must be protected in one Recovery Services vault only.

## Why
Azure Backup takes the backups of a VM into a single vault and refuses a second one. Where two vaults list the same VM
as protected, one of the items is a leftover: of a VM that was deleted and made again under the same name, or of a move
between vaults that was not finished. Its backups fail, it costs money, and whoever restores may look for the newest
recovery point in the wrong vault.

## Fix
Find the item with the newer recovery points (`az backup item show`), and stop the other one. To keep what it holds:
`az backup protection disable --resource-group <group> --vault-name <vault> --container-name <container> --item-name
<item> --backup-management-type AzureIaasVM --workload-type VM`; add `--delete-backup-data true` where nobody needs
its recovery points any more.

## Limits
* Items that were stopped, paused, suspended or soft-deleted do not count: a VM that moved to another vault leaves its
  old recovery points behind, and that is supported.
* An item in error counts, one whose protection could not even be configured does not. Where an item's state is not
  known and it would be the second vault, the VM is not judged.
* An item in a vault that the reader may not see is not known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantlint import rule
from tenantlint_backup.controls import BACK_UP
from tenantlint_backup.documents import BACK_UP_2019, BACK_UP_2026, PREPARE_2018
from tenantlint_backup.protection import STATE, Protection, protecting, protection_by
from tenantlint_backup.vaults_of import vault_id_of
from tenantlint_backup.without_protection import unseen

if TYPE_CHECKING:
    from tenantlint import Context, Json, Resource, Rows, Verdict


@rule(
    id="vm-in-several-vaults",
    on="virtual_machines",
    noun="VM",
    tags=["backup"],
    topic="coverage",
    controls=BACK_UP,
    visibility="full",
    level="warning",
    reads=["protected_items"],
    sources=[BACK_UP_2026, BACK_UP_2019, PREPARE_2018],
)
def vm_in_several_vaults(vm: Resource, ctx: Context) -> Verdict:
    items = ctx.tenant.owned("protected_items", vm)
    if len(items) < 2:  # noqa: PLR2004 - it takes two to be in several
        return _judge_lone(vm, items, ctx)
    vaults = {vault_id_of(item) for item in protecting(items)}
    maybe = vaults | {vault_id_of(item) for item in items if protection_by(item) is Protection.UNKNOWN}
    if len(vaults - {""}) > 1:
        return _violation(vm, sorted(vaults - {""}))
    if unread := unseen(items, ctx):
        return vm.not_evaluable(unread=unread)
    if "" in maybe:
        return vm.not_evaluable(absent="properties.vaultId of one of its protected items")
    if len(maybe) > 1:
        return vm.not_evaluable(absent=f"{STATE} of one of its protected items")
    return vm.compliant() if maybe else vm.not_applicable("no vault protects it")


def _judge_lone(vm: Resource, items: Rows, ctx: Context) -> Verdict:
    if unread := unseen(items, ctx):
        return vm.not_evaluable(unread=unread)
    if protecting(items) or any(protection_by(item) is Protection.UNKNOWN for item in items):
        return vm.compliant()
    return vm.not_applicable("no vault protects it")


def _violation(vm: Resource, vault_ids: list[str]) -> Verdict:
    names = ", ".join(f"'{vault_id.rpartition('/')[2]}'" for vault_id in vault_ids)
    listed: list[Json] = [*vault_ids]
    return vm.violation(
        f"is protected in {len(vault_ids)} vaults ({names}); Azure Backup backs a VM up into a single one",
        level="warning",
        evidence={"protected_items.properties.vaultId": listed},
    )
