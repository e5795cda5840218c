"""A Recovery Services vault must demand a second person for critical operations: multi-user authorization.

## Why
Otherwise one account is enough to disable soft delete, stop protection and delete all backups, or let them expire
early. With multi-user authorization such an operation also needs rights on a Resource Guard, which belongs to somebody
else.

## Fix
Let the security team create a Resource Guard, best in another subscription or tenant (`az dataprotection
resource-guard create`), on which the administrators of the vault are only readers, and link the vault to it: `az
backup vault resource-guard-mapping update --resource-group <group> --name <vault> --resource-guard-id <guard's id>`.

## Limits
* Whether the administrators of the vault hold rights on the Resource Guard after all, and which operations the guard
  leaves out, is not looked at: both make it worth little.
* A vault that does not tell whether it has multi-user authorization is not judged: no default is documented.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint import rule
from tenantlint_backup.controls import PROTECT_BACKUPS
from tenantlint_backup.documents import MULTI_USER_2023
from tenantlint_backup.vaults.vault_properties import SECURITY, choice

if TYPE_CHECKING:
    from tenantlint import Context, Resource, Verdict

_STATE: Final = f"{SECURITY}.multiUserAuthorization"


@rule(
    id="vault-multi-user-authorization",
    on="vaults",
    noun="vault",
    tags=["backup"],
    topic="vaults",
    level="note",
    visibility="partial",
    controls=PROTECT_BACKUPS,
    sources=[MULTI_USER_2023],
)
def vault_multi_user_authorization(vault: Resource, _ctx: Context) -> Verdict:
    state = choice(vault, _STATE)
    if state == "enabled":
        return vault.compliant()
    if state != "disabled":
        return vault.not_evaluable(absent=_STATE)
    message = "has no multi-user authorization; one account can disable soft delete and delete all backups"
    return vault.violation(message, level="note", evidence={_STATE: vault.find(_STATE)})
