"""A Recovery Services vault must keep deleted backups for a while: soft delete must be on, and stay on.

## Why
Who takes over an account that may manage backups deletes the backups first. With soft delete they can be recovered for
14 to 180 days after that, in which somebody will notice. A setting that can be switched off is no obstacle to an
attacker, so the documentation of 2022 added a state that cannot be undone: always on.

## Fix
`az backup vault backup-properties set --resource-group <group> --name <vault> --soft-delete-feature-state AlwaysOn
--soft-delete-duration 14`; `Enable` in place of `AlwaysOn` can be undone. In Bicep it is
`properties.securitySettings.softDeleteSettings`, with `softDeleteState` and `softDeleteRetentionPeriodInDays`.

## Limits
* Since 2025 Azure Backup keeps deleted backups whatever the vault says, at first by newer clients only and then by all
  of them. What a vault says therefore matters less; it is worth
  correcting all the same, since the documents of 2025 describe both states of the introduction side by side.
* A vault that tells its state but not its retention keeps deleted backups for 14 days, which is the default. A vault
  that does not tell its state is not taken for one with soft delete, although that is the default of new vaults.
* How long deleted backups are to be kept (`retention_days`) can be set: longer than the 14 days that are free of
  charge.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint import Dated, Edition, Violation, rule
from tenantlint_backup.controls import PROTECT_BACKUPS
from tenantlint_backup.documents import ENHANCED_SOFT_DELETE_2022, SECURE_BY_DEFAULT_2025, SOFT_DELETE_2020
from tenantlint_backup.vaults.vault_properties import SECURITY, choice

if TYPE_CHECKING:
    from tenantlint import Context, Resource, Verdict

_STATE: Final = f"{SECURITY}.softDeleteSettings.softDeleteState"
_DAYS: Final = f"{SECURITY}.softDeleteSettings.softDeleteRetentionPeriodInDays"
_DEFAULT_DAYS: Final = 14


@rule(
    id="vault-soft-delete",
    on="vaults",
    noun="vault",
    tags=["backup"],
    topic="vaults",
    level="warning",
    limits={"retention_days": Dated({SOFT_DELETE_2020: 14})},
    controls=PROTECT_BACKUPS,
    sources=[SECURE_BY_DEFAULT_2025, ENHANCED_SOFT_DELETE_2022, SOFT_DELETE_2020],
    history=[
        Edition(SOFT_DELETE_2020),
        Edition(ENHANCED_SOFT_DELETE_2022),
        Edition(SECURE_BY_DEFAULT_2025, "relaxed", "deleted backups are kept whatever the vault says"),
    ],
)
def vault_soft_delete(vault: Resource, ctx: Context) -> Verdict:
    state = choice(vault, _STATE)
    if state == "disabled":
        message = "has soft delete disabled; backups that are deleted, by whomever, are gone at once"
        return vault.violation(message, level="warning", evidence={_STATE: vault.find(_STATE)})
    if state not in ("enabled", "alwayson"):
        return vault.not_evaluable(absent=_STATE)
    days = _DEFAULT_DAYS if vault.find(_DAYS) is None else vault.number(_DAYS)
    found = [] if days is None else _too_short(vault, days, ctx)
    if state == "enabled" and _knows_always_on(ctx):
        message = "has soft delete enabled but not always on; the setting can be taken back"
        found.append(Violation(message, "note", {_STATE: vault.find(_STATE)}, "state"))
    if found:
        return vault.violations(found)
    return vault.not_evaluable(absent=_DAYS) if days is None else vault.compliant()


def _too_short(vault: Resource, days: float, ctx: Context) -> list[Violation]:
    wanted = ctx.limit("retention_days").value
    if days >= wanted:
        return []
    message = f"keeps deleted backups for {days:g} days; at least {wanted:g} are demanded"
    return [Violation(message, "warning", {_DAYS: vault.find(_DAYS)}, "retention")]


def _knows_always_on(ctx: Context) -> bool:
    return ctx.edition is None or ctx.edition >= ENHANCED_SOFT_DELETE_2022.date[:7]
