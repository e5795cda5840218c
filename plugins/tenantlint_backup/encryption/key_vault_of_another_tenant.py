"""Key vaults of VMs encrypted with Azure Disk Encryption must belong to the tenant of their subscription.

## Why
A key vault trusts one Microsoft Entra tenant, by default that of the subscription in which it was created. When a
subscription moves to another tenant, its key vaults do not follow: they go on trusting the old one. Azure Backup acts
with the service principal of the subscription's tenant, which such a key vault does not know, so backups of the VM
fail, and nobody in the tenant can read the secrets that open its disks.

## Fix
Make the key vault trust the subscription's tenant, and grant access anew, because all grants were to the old one: `az
keyvault update --name <vault> --remove properties.accessPolicies`, then `az keyvault update --name <vault> --set
properties.tenantId=<subscription's tenant id>`, then the access policies or role assignments that are needed (see
`key-vault-lacks-backup-access`).

## Limits
* A key vault without a row is deleted, in a subscription of another tenant or not open to the reader: not evaluable.
* Single access policies may name a tenant of their own, which is not looked at.
* Whether the VM is backed up does not matter: it could not be.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from tenantlint import Violation, rule
from tenantlint_backup.controls import BACK_UP
from tenantlint_backup.disk_encryption import TABLES
from tenantlint_backup.documents import ENCRYPTED_2019, ENCRYPTED_2022
from tenantlint_backup.encryption.encrypted_vms import in_key_vaults, judge_encrypted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenantlint import Context, Resource, Verdict
    from tenantlint_backup.encryption.key_vault_findings import Finding

_TRUSTED: Final = "properties.tenantId"
_OWN: Final = "tenantId"


@rule(
    id="key-vault-of-another-tenant",
    on="virtual_machines",
    noun="VM",
    tags=["backup"],
    topic="encryption",
    controls=BACK_UP,
    visibility="partial",
    level="error",
    reads=[*TABLES, "key_vaults"],
    sources=[ENCRYPTED_2022, ENCRYPTED_2019],
)
def key_vault_of_another_tenant(vm: Resource, ctx: Context) -> Verdict:
    return judge_encrypted(vm, ctx, partial(in_key_vaults, look=_findings))


def _findings(vm: Resource, vault: Resource) -> Iterator[Finding]:
    trusted, own = vault.text(_TRUSTED), vault.text(_OWN)
    evidence = {"key_vaults.id": vault.id, f"key_vaults.{_TRUSTED}": trusted, f"key_vaults.{_OWN}": own}
    if not (trusted and own):
        missing = _OWN if trusted else _TRUSTED
        yield vm.not_evaluable(absent=f"{missing} of key vault '{vault.name}'", evidence=evidence)
    elif trusted.lower() != own.lower():
        message = (
            f"depends on key vault '{vault.name}', which trusts tenant {trusted.lower()} but is in a subscription of "
            f"tenant {own.lower()}; Azure Backup has no access there"
        )
        yield Violation(message, "error", evidence, vault.key)
