"""A geo-redundant Recovery Services vault must have cross region restore enabled to be of use in a regional outage.

## Why
Geo-redundant storage copies backups to the paired region, but by itself only Microsoft can turn to these copies, when
it declares the primary region lost. With cross region restore you can restore VMs there yourself at any time: in an
outage, or to rehearse one.

## Fix
`az backup vault backup-properties set --resource-group <group> --name <vault> --cross-region-restore-flag True`, or in
Bicep `properties.redundancySettings.crossRegionRestore: 'Enabled'`. It costs extra, takes up to two days to show items
in the paired region, and cannot be taken back once something is protected.

## Limits
* This is a note: whether a restore in another region is wanted, and worth its price, is for you to decide.
* A vault that says that it is geo-redundant but nothing of cross region restore has it disabled, which is the default.
* Vaults with locally or zone-redundant storage cannot have it; `vault-redundancy` speaks of the former.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint import rule
from tenantlint_backup.controls import PROTECT_BACKUPS
from tenantlint_backup.documents import CREATE_VAULT_2025, GENERAL_MATRIX_2023
from tenantlint_backup.vaults.vault_properties import CROSS_REGION_RESTORE, REDUNDANCY, choice

if TYPE_CHECKING:
    from tenantlint import Context, Resource, Verdict

_IN_ONE_REGION: Final = frozenset({"locallyredundant", "zoneredundant"})
_EVIDENCE: Final = (REDUNDANCY, CROSS_REGION_RESTORE)


@rule(
    id="vault-without-cross-region-restore",
    on="vaults",
    noun="vault",
    tags=["backup"],
    topic="vaults",
    level="note",
    controls=PROTECT_BACKUPS,
    sources=[CREATE_VAULT_2025, GENERAL_MATRIX_2023],
)
def vault_without_cross_region_restore(vault: Resource, _ctx: Context) -> Verdict:
    redundancy = choice(vault, REDUNDANCY)
    if redundancy in _IN_ONE_REGION:
        return vault.not_applicable("keeps its backups in one region")
    if redundancy != "georedundant":
        return vault.not_evaluable(absent=REDUNDANCY)
    restore = choice(vault, CROSS_REGION_RESTORE, default="disabled")
    if restore == "enabled":
        return vault.compliant()
    if restore != "disabled":
        return vault.not_evaluable(absent=CROSS_REGION_RESTORE)
    return vault.violation(
        "is geo-redundant but has cross region restore disabled; nobody but Microsoft can use the copies elsewhere",
        level="note",
        evidence={path: vault.find(path) for path in _EVIDENCE},
    )
