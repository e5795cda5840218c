"""A Recovery Services vault must be immutable, and locked, so that nobody can delete backups before they expire.

## Why
An immutable vault refuses whatever would lose recovery points early: deleting the backups of a protected item, and
policies that keep them for a shorter time. As long as that is not locked, an administrator, or who took over the
account of one, can switch it off first.

## Fix
Enable it and look for some weeks at what it refuses: `az backup vault update --resource-group <group> --name <vault>
--immutability-state Unlocked`. Then lock it with `--immutability-state Locked`. **Locking cannot be undone**: until
the last recovery point expires the vault cannot be emptied, and it is paid for. In Bicep it is
`properties.securitySettings.immutabilitySettings.state`.

## Limits
* All of this is a note: the documentation recommends it, and no backup fails for want of it. Immutability that is
  enabled should be locked once you are sure.
* A vault that shows its security settings, but no immutability among them, has it disabled, which is the default. One
  that shows no security settings at all is not judged.
* Snapshots that are kept beside the VM for instant restore are not covered by immutability.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint import rule
from tenantlint_backup.controls import PROTECT_BACKUPS
from tenantlint_backup.documents import IMMUTABLE_VAULT_2025
from tenantlint_backup.vaults.vault_properties import SECURITY, choice

if TYPE_CHECKING:
    from tenantlint import Context, Resource, Verdict

_STATE: Final = f"{SECURITY}.immutabilitySettings.state"


@rule(
    id="vault-immutability",
    on="vaults",
    noun="vault",
    tags=["backup"],
    topic="vaults",
    level="note",
    controls=PROTECT_BACKUPS,
    sources=[IMMUTABLE_VAULT_2025],
)
def vault_immutability(vault: Resource, _ctx: Context) -> Verdict:
    if not isinstance(vault.find(SECURITY), dict):
        return vault.not_evaluable(absent=SECURITY)
    evidence, state = {_STATE: vault.find(_STATE)}, choice(vault, _STATE, default="disabled")
    if state == "locked":
        return vault.compliant()
    if state == "unlocked":
        message = "is immutable but not locked; whoever manages it can switch that off"
        return vault.violation(message, level="note", evidence=evidence)
    if state == "disabled":
        message = "is not immutable; backups can be deleted before they expire"
        return vault.violation(message, level="note", evidence=evidence)
    return vault.not_evaluable(absent=_STATE)
