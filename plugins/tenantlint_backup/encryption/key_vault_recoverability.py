"""Key vaults of VMs encrypted with Azure Disk Encryption must have soft delete and purge protection.

## Why
The disks of an encrypted VM open only with the secrets and keys in its key vault. If these are deleted, by mistake or
by an attacker, the VM does not start again. Soft delete keeps what was deleted for 7 to 90 days; purge protection keeps
anybody from purging it before that. The documentation of key vaults recommends purge protection wherever keys
serve encryption. (A backup of the VM holds secrets and keys too, but restoring them is work in a moment of need.)

## Fix
Turn purge protection on: `az keyvault update --name <vault> --enable-purge-protection true`. Where soft delete is off,
turn that on first: `az resource update --ids <vault's id> --set properties.enableSoftDelete=true`. In Bicep these are
`enableSoftDelete: true` and `enablePurgeProtection: true`, in Terraform `purge_protection_enabled = true`. Neither can
be turned off again.

## Limits
* A key vault that does not say whether it has purge protection has none: it is off by default.
* One that does not say whether it has soft delete has it: that is the default since the end of 2020, and it cannot be
  turned off any more. A key vault from before that may have gone without; but then it has no purge protection either,
  which needs soft delete, and is found for that.
* How many days deleted objects are kept, and whether secrets and keys have been deleted already, is not looked at.
* A key vault without a row is deleted, in another tenant or not open to the reader: not evaluable.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from tenantlint import Violation, rule
from tenantlint_backup.controls import PROTECT_BACKUPS
from tenantlint_backup.disk_encryption import TABLES
from tenantlint_backup.documents import KEY_VAULT_SOFT_DELETE_2024
from tenantlint_backup.encryption.encrypted_vms import in_key_vaults, judge_encrypted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenantlint import Context, Resource, Verdict
    from tenantlint_backup.encryption.key_vault_findings import Finding


class _Guard(NamedTuple):
    """What keeps deleted secrets and keys, what may happen without it, and whether it is on where nothing says so."""

    path: str
    name: str
    danger: str
    default: bool


_GUARDS: Final = (
    _Guard("properties.enableSoftDelete", "soft delete", "a secret or key that is deleted there is gone", default=True),
    _Guard(
        "properties.enablePurgeProtection", "purge protection", "what is deleted there can be purged", default=False
    ),
)


@rule(
    id="key-vault-recoverability",
    on="virtual_machines",
    noun="VM",
    tags=["backup"],
    topic="encryption",
    controls=PROTECT_BACKUPS,
    visibility="partial",
    level="warning",
    reads=[*TABLES, "key_vaults"],
    sources=[KEY_VAULT_SOFT_DELETE_2024],
)
def key_vault_recoverability(vm: Resource, ctx: Context) -> Verdict:
    return judge_encrypted(vm, ctx, partial(in_key_vaults, look=_findings))


def _findings(vm: Resource, vault: Resource) -> Iterator[Finding]:
    if vault.find("properties.tenantId") is None:
        yield vm.not_evaluable(absent=f"properties of key vault '{vault.name}'", evidence={"key_vaults.id": vault.id})
        return
    for guard in _GUARDS:
        value = vault.find(guard.path)
        on = guard.default if value is None else value
        evidence = {"key_vaults.id": vault.id, f"key_vaults.{guard.path}": value}
        if not isinstance(on, bool):
            yield vm.not_evaluable(absent=f"{guard.path} of key vault '{vault.name}'", evidence=evidence)
        elif not on:
            message = f"depends on key vault '{vault.name}', which has no {guard.name}; {guard.danger}"
            yield Violation(message, "warning", evidence, f"{vault.key}:{guard.name.replace(' ', '-')}")
