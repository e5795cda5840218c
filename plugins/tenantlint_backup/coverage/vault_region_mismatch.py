"""The Recovery Services vault that protects an Azure VM must be in the VM's region.

## Why
Azure Backup protects VMs only in the vault's own region. It refuses to protect a VM from elsewhere, so a mismatch comes
about later: the VM was deleted and made again in another region under the same name, and the vault still holds the item
of the VM that is gone. Backups of the new VM fail while the lists call it protected.

## Fix
Stop the protection by the vault in the wrong region (`az backup protection disable`, keeping the recovery points that
are still wanted), then protect the VM in a vault of its own region: `az backup vault create --location <VM's region>`
and `az backup protection enable-for-vm`.

## Limits
* An item that was soft-deleted, stopped, paused or suspended does not protect the VM, and its region does not matter;
  `unprotected-vm` speaks of those. Items in error or in a state that is not known are judged.
* The region of a vault that the reader may not see is not known.
* Restoring into the paired region (cross region restore) is something else and is supported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantlint import Violation, rule, subscription_of
from tenantlint_backup.controls import BACK_UP
from tenantlint_backup.documents import (
    BACK_UP_2019,
    BACK_UP_2026,
    PREPARE_2018,
    PREPARE_ARM_2016,
    PREPARE_CLASSIC_2015,
    SUPPORT_MATRIX_2026,
)
from tenantlint_backup.protection import in_use
from tenantlint_backup.regions import region_of
from tenantlint_backup.vaults_of import vault_id_of
from tenantlint_backup.without_protection import unseen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenantlint import Context, Json, Resource, Verdict


@rule(
    id="vault-region-mismatch",
    on="virtual_machines",
    noun="VM",
    tags=["backup"],
    topic="coverage",
    controls=BACK_UP,
    level="error",
    reads=["protected_items", "vaults"],
    sources=[SUPPORT_MATRIX_2026, BACK_UP_2026, BACK_UP_2019, PREPARE_2018, PREPARE_ARM_2016, PREPARE_CLASSIC_2015],
)
def vault_region_mismatch(vm: Resource, ctx: Context) -> Verdict:
    items = ctx.tenant.owned("protected_items", vm)
    vault_ids = {vault_id_of(item) for item in in_use(items)}
    if not vault_ids:
        unread = unseen(items, ctx)
        return vm.not_evaluable(unread=unread) if unread else vm.not_applicable("no vault protects it")
    here = region_of(vm)
    if not here:
        return vm.not_evaluable(absent="location")
    vaults = {vault_id: ctx.tenant.by_id("vaults", vault_id) for vault_id in vault_ids}
    regions = {region_of(vault) if vault else "" for vault in vaults.values()}
    if regions == {here} and not items.unread:
        return vm.compliant()
    return _judge_differing(vm, here, dict(sorted(vaults.items())), items.unread or _unread(vaults, ctx))


def _judge_differing(vm: Resource, here: str, vaults: Mapping[str, Resource | None], unread: str | None) -> Verdict:
    """Judge a VM in the region *here* by its *vaults* (None: without a row), of which not all are known to be here."""
    elsewhere = [vault for vault in vaults.values() if vault and region_of(vault) not in ("", here)]
    if elsewhere:
        return vm.violations([_violation(vm, vault) for vault in elsewhere])
    if unread:
        return vm.not_evaluable(unread=unread)
    unknown: list[Json] = [vault_id for vault_id, vault in vaults.items() if not (vault and region_of(vault))]
    return vm.not_evaluable(absent="the location of its vault", evidence={"vaults.id": unknown})


def _violation(vm: Resource, vault: Resource) -> Violation:
    return Violation(
        f"is in {region_of(vm)} but its vault '{vault.name}' is in {region_of(vault)}; "
        "Azure Backup protects only VMs of the vault's own region",
        "error",
        {"location": vm.find("location"), "vaults.id": vault.id, "vaults.location": vault.find("location")},
        part=vault.key,
    )


def _unread(vaults: Mapping[str, Resource | None], ctx: Context) -> str | None:
    """Say why the rows of those *vaults* that have none may be missing; None where they would be there."""
    gaps = (ctx.tenant.gap("vaults", subscription_of(id_)) for id_, vault in vaults.items() if vault is None)
    return next(filter(None, gaps), None)
