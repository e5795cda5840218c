"""Key vaults of VMs encrypted with Azure Disk Encryption must let Azure Backup read and back up their secrets and keys.

## Why
The backup of an encrypted VM holds its disk encryption secrets (BEK) and, where there is one, the key that wraps them
(KEK). Azure Backup fetches these from the key vault with a service principal of its own, Backup Management Service.
Where an access policy or role for it is missing, or the firewall keeps it out, every backup of the VM fails. Encrypting
a VM that is already protected is enough to end up there.

## Fix
Where the key vault uses access policies and the VM has no key encryption key: `az keyvault set-policy --name <vault>
--spn 262044b1-e2ce-469f-a196-69ab7ada62d3 --secret-permissions get list backup`. Where the VM has one, add
`--key-permissions get list backup`. (In Azure Government the application is `ff281ffe-705c-4f53-9f37-a40e6f2c68f3`.)

Where it uses roles: `az role assignment create --role "Key Vault Administrator" --assignee-object-id <object id>
--assignee-principal-type ServicePrincipal --scope <vault's id>`, or a role of your own with the data actions that the
finding names.

Where its firewall is in the way: `az keyvault update --name <vault> --bypass AzureServices`.

The object id is that of Azure Backup's service principal in your tenant: `az ad sp show --id
262044b1-e2ce-469f-a196-69ab7ada62d3 --query id --output tsv`. Tell it to the rule as `backup_service_object_id`.
Without that, the rule infers it and says so: among the encrypted VMs whose last backup succeeded, it looks for the one
object id to which all was granted that they needed. For Azure in China the application's id is not verified.

## Limits
* Who is in a group cannot be seen, nor what a condition on a role assignment comes to. Where only such a grant may let
  Azure Backup in, the VM is not evaluable. An access policy does not say whether it is for a group: it is taken for one
  unless role assignments show its object id to be something else.
* A role at a management group counts where the subscription's row shows that group above it. Deny assignments are not
  looked at, and a role assignment that the reader may not see does not count.
* With a key encryption key, the documents disagree on whether secrets need `backup` as well: its lack is a note.
* A key vault without a row is deleted, in another tenant or not open to the reader: not evaluable. So is one behind a
  network security perimeter, whose rules are not looked at.
* Where public access is disabled altogether, trusted services count as let in unless the bypass for them is taken away;
  it is there by default.
* Where nothing backs the VM up yet, what Azure Backup may not do is a note: it gets its access by itself when a member
  of the tenant, not a guest, turns protection on. The firewall stays an error, because that would be in the way.
* Whether the secret and the key still exist, and whether the key is part of a certificate (which Azure Backup does not
  support), only the key vault itself can tell.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tenantlint import Violation, rule
from tenantlint_backup.controls import BACK_UP
from tenantlint_backup.disk_encryption import TABLES
from tenantlint_backup.documents import (
    ENCRYPTED_2019,
    ENCRYPTED_2022,
    KEY_VAULT_NETWORK_2024,
    POWERSHELL_2018,
)
from tenantlint_backup.encryption.backup_service_identity import OBJECT_ID
from tenantlint_backup.encryption.encrypted_vms import judge_encrypted
from tenantlint_backup.encryption.key_vault_findings import access_to, firewall_of, missing_vault
from tenantlint_backup.encryption.key_vault_permissions import needs
from tenantlint_backup.without_protection import nothing_backs_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenantlint import Context, Resource, Verdict
    from tenantlint_backup.disk_encryption import DiskEncryption
    from tenantlint_backup.encryption.key_vault_findings import Finding


@rule(
    id="key-vault-lacks-backup-access",
    on="virtual_machines",
    noun="VM",
    tags=["backup"],
    topic="encryption",
    controls=BACK_UP,
    visibility="partial",
    level="error",
    reads=[
        *TABLES,
        "key_vaults",
        "role_assignments",
        "role_definitions",
        "subscriptions",
        "protected_items",
        "key_vault_grants",
        "backup_service_object_ids",
    ],
    settings=[OBJECT_ID],
    sources=[ENCRYPTED_2022, ENCRYPTED_2019, POWERSHELL_2018, KEY_VAULT_NETWORK_2024],
)
def key_vault_lacks_backup_access(vm: Resource, ctx: Context) -> Verdict:
    return judge_encrypted(vm, ctx, _findings)


def _findings(vm: Resource, ctx: Context, encryption: DiskEncryption) -> Iterator[Finding | None]:
    wanted, idle = needs(encryption), nothing_backs_up(vm, ctx)
    for id_ in dict.fromkeys(need.vault for need in wanted):
        vault = ctx.tenant.by_id("key_vaults", id_)
        if vault is None:
            yield missing_vault(vm, ctx, id_)
            continue
        yield firewall_of(vm, vault)
        for need in wanted:
            if need.vault == id_:
                found = access_to(vm, ctx, vault, need)
                yield _as_note(found) if idle and isinstance(found, Violation) and found.level == "error" else found


def _as_note(violation: Violation) -> Violation:
    return replace(violation, level="note", message=f"{violation.message}; nothing backs the VM up yet")
