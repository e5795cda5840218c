"""VMs with Ultra or Premium SSD v2 disks must be in a listed region where a geo-redundant vault protects them.

## Why
Azure Backup supports geo-redundant vaults and restores in the paired region for such disks in some regions only. In
any other, a vault with cross region restore promises more than it keeps: when the region is lost, this VM cannot be
brought back.

## Fix
Provide for the loss of the region by other means, such as replication by the application; or move the data to Premium
SSD disks: `az disk create --sku Premium_LRS --source <snapshot of the disk>`. When Microsoft lists the region, add it
to the settings.

## Limits
* With cross region restore it is a warning; with a vault that is only geo-redundant a note: the document names both.
* The lists are those of the document and will grow: `ultra_disk_regions` and `premium_v2_regions` replace them.
* Disks that are left out of the backup count, and shared disks do not: they cannot be backed up at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint import Violation, rule, subscription_of
from tenantlint_backup.controls import PROTECT_BACKUPS
from tenantlint_backup.documents import SUPPORT_MATRIX_2026
from tenantlint_backup.protection import STATE, Protection, protecting, protection_by
from tenantlint_backup.regions import region_of
from tenantlint_backup.vaults.cross_region_regions import PREMIUM_V2_REGIONS, ULTRA_REGIONS
from tenantlint_backup.vaults.vault_properties import CROSS_REGION_RESTORE, REDUNDANCY, choice
from tenantlint_backup.vaults_of import vault_id_of

if TYPE_CHECKING:
    from tenantlint import Context, Resource, Verdict

_REGIONS: Final = {"ultrassd_lrs": ULTRA_REGIONS.name, "premiumv2_lrs": PREMIUM_V2_REGIONS.name}
_KINDS: Final = {"ultrassd_lrs": "Ultra", "premiumv2_lrs": "Premium SSD v2"}


@rule(
    id="cross-region-restore-of-ultra-disks",
    on="virtual_machines",
    noun="VM",
    tags=["backup"],
    topic="vaults",
    level="warning",
    reads=["disks", "protected_items", "vaults"],
    settings=[ULTRA_REGIONS, PREMIUM_V2_REGIONS],
    controls=PROTECT_BACKUPS,
    sources=[SUPPORT_MATRIX_2026],
)
def cross_region_restore_of_ultra_disks(vm: Resource, ctx: Context) -> Verdict:
    disks = ctx.tenant.owned("disks", vm)
    skus = {(disk.text("sku.name") or "").lower() for disk in disks}
    kinds, here = [sku for sku in _KINDS if sku in skus], region_of(vm)
    if kinds and not here:
        return vm.not_evaluable(absent="location")
    outside = [sku for sku in kinds if here not in ctx.settings[_REGIONS[sku]]]
    if outside:
        return _judge_outside(vm, outside, ctx)
    if disks.unread:
        return vm.not_evaluable(unread=disks.unread)
    if "" in skus:
        return vm.not_evaluable(absent="disks.sku.name")
    return vm.compliant() if kinds else vm.not_applicable("has neither Ultra nor Premium SSD v2 disks")


def _judge_outside(vm: Resource, skus: list[str], ctx: Context) -> Verdict:
    """Judge a VM with disks of these *skus*, for which its region is not listed, by the vaults that protect it."""
    items = ctx.tenant.owned("protected_items", vm)
    vault_ids = sorted({vault_id_of(item) for item in protecting(items)})
    vaults = {vault_id: ctx.tenant.by_id("vaults", vault_id) for vault_id in vault_ids}
    geo = [vault for vault in vaults.values() if vault and choice(vault, REDUNDANCY) == "georedundant"]
    if geo:
        return vm.violations([_violation(vm, vault, sku) for vault in geo for sku in skus])
    missing = (ctx.tenant.gap("vaults", subscription_of(vault_id)) for vault_id, vault in vaults.items() if not vault)
    unread = items.unread or next(filter(None, missing), None)
    if unread:
        return vm.not_evaluable(unread=unread)
    if any(protection_by(item) is Protection.UNKNOWN for item in items):
        return vm.not_evaluable(absent=f"{STATE} of its protected item")
    if all(vault and choice(vault, REDUNDANCY) in ("locallyredundant", "zoneredundant") for vault in vaults.values()):
        return vm.not_applicable("no geo-redundant vault protects it")
    return vm.not_evaluable(absent=f"vaults.{REDUNDANCY}")


def _violation(vm: Resource, vault: Resource, sku: str) -> Violation:
    restorable = choice(vault, CROSS_REGION_RESTORE) == "enabled"
    promise = "has cross region restore" if restorable else "is geo-redundant"
    return Violation(
        f"has {_KINDS[sku]} disks in {region_of(vm)}, and its vault '{vault.name}' {promise}; "
        "Azure Backup does not support that in this region",
        "warning" if restorable else "note",
        {
            "location": vm.find("location"),
            "disks.sku.name": sku,
            "vaults.id": vault.id,
            f"vaults.{REDUNDANCY}": vault.find(REDUNDANCY),
            f"vaults.{CROSS_REGION_RESTORE}": vault.find(CROSS_REGION_RESTORE),
        },
        part=f"{sku} {vault.key}",
    )
