"""A Recovery Services vault that holds backups of Azure VMs must store them geo-redundantly or zone-redundantly.

## Why
With locally redundant storage all copies of a recovery point lie in one datacenter, which is mostly the one that the
VM runs in: a fire or a flood takes the VM and its backups together. Geo-redundant storage keeps copies in the paired
region and is what a new vault starts with; zone-redundant storage spreads them over the zones of the region.

## Fix
Change it before anything is protected in the vault: `az backup vault backup-properties set --resource-group <group>
--name <vault> --backup-storage-redundancy GeoRedundant`. It cannot be changed later: then create another vault, stop
the protection in the old one while keeping its recovery points, and protect the VMs in the new one. In Bicep it is
`properties.redundancySettings.standardTierStorageRedundancy: 'GeoRedundant'`.

## Limits
* Where Azure is not the primary place of backups, the documents call locally redundant storage good enough; which
  place that is, Resource Graph does not show.
* A vault that holds nothing yet is a note: it can still be changed. One that holds items, but none of Azure VMs, is
  not judged.
* Items that were stopped or soft-deleted count: their recovery points are stored in the same way.
* A vault that does not say how it stores backups is not taken for geo-redundant, although that is the default.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint import rule
from tenantlint_backup.controls import PROTECT_BACKUPS
from tenantlint_backup.documents import (
    BACK_UP_2019,
    BACK_UP_2026,
    CREATE_VAULT_2025,
    PREPARE_2018,
    PREPARE_ARM_2016,
    PREPARE_CLASSIC_2015,
)
from tenantlint_backup.vaults.vault_items import CONTENTS, ITEMS, VMS, contents_of
from tenantlint_backup.vaults.vault_properties import REDUNDANCY, choice

if TYPE_CHECKING:
    from tenantlint import Context, Resource, Verdict
    from tenantlint_backup.vaults.vault_items import Contents

_DURABLE: Final = frozenset({"georedundant", "zoneredundant"})


@rule(
    id="vault-redundancy",
    on="vaults",
    noun="vault",
    tags=["backup"],
    topic="vaults",
    level="warning",
    reads=[CONTENTS],
    controls=PROTECT_BACKUPS,
    sources=[BACK_UP_2026, CREATE_VAULT_2025, BACK_UP_2019, PREPARE_2018, PREPARE_ARM_2016, PREPARE_CLASSIC_2015],
)
def vault_redundancy(vault: Resource, ctx: Context) -> Verdict:
    redundancy = choice(vault, REDUNDANCY)
    if redundancy in _DURABLE:
        return vault.compliant()
    if redundancy != "locallyredundant":
        return vault.not_evaluable(absent=REDUNDANCY)
    contents = contents_of(vault, ctx)
    return _judge_local(vault, contents) if contents else vault.not_evaluable(absent=CONTENTS)


def _judge_local(vault: Resource, contents: Contents) -> Verdict:
    evidence = {REDUNDANCY: vault.find(REDUNDANCY), ITEMS: contents.items, VMS: contents.vms}
    if contents.vms:
        vms = f"{contents.vms} VM{'s' if contents.vms > 1 else ''}"
        message = f"keeps the backups of {vms} in locally redundant storage; they may be lost together with the VMs"
        return vault.violation(message, level="warning", evidence=evidence)
    if contents.unread:
        return vault.not_evaluable(unread=contents.unread)
    if contents.items:
        return vault.not_applicable("holds no backups of VMs")
    message = "has locally redundant storage; that can be changed as long as nothing is protected in it"
    return vault.violation(message, level="note", evidence=evidence)
