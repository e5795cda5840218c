"""Key vaults of VMs encrypted with Azure Disk Encryption must let Azure Backup read and back up their secrets and keys.

## Why
The backup of an encrypted VM holds its disk encryption secrets (BEK) and, where there is one, the key that wraps them
(KEK). Azure Backup fetches these from the key vault with a service principal of its own, Backup Management Service.
Where an access policy or role for it is missing, or the firewall keeps it out, every backup of the VM fails. Encrypting
a VM that is already protected is enough to end up there.

## Fix
A key vault with access policies, where the VM has no key encryption key: `az keyvault set-policy --name <key vault> --spn
262044b1-e2ce-469f-a196-69ab7ada62d3 --secret-permissions get list backup`; where it has one, add `--key-permissions get
list backup`. (In Azure Government the application is `ff281ffe-705c-4f53-9f37-a40e6f2c68f3`.)

A key vault with roles: `az role assignment create --role "Key Vault Administrator" --assignee-object-id <object id>
--assignee-principal-type ServicePrincipal --scope <key vault's id>`, or a role of your own with the data actions that
the finding names.

A firewall: `az keyvault update --name <key vault> --bypass AzureServices`.

The rule needs the object id that Azure Backup's service principal has in your tenant: `az ad sp show --id
262044b1-e2ce-469f-a196-69ab7ada62d3 --query id --output tsv`. Set it as `backup_service_object_id`. Otherwise the
rule infers it, and says so: it is the only one to whom all was granted that the encrypted VMs whose last backup succeeded
needed. The application id in Azure operated by 21Vianet (China) is not verified.

## Limits
* Who is in a group is not visible, and neither is what a condition on a role assignment comes to. Where only such a grant
  can let Azure Backup in, the VM is not evaluable. An access policy does not say whether it is for a group: it is taken
  for one unless role assignments know its object id as a service principal.
* Roles at a management group count where the subscription's row shows that group above it. Deny assignments, and role
  assignments that the reader may not see, are not looked at.
* With a key encryption key, the documents disagree on whether secrets must also be open to `backup`: a note.
* A key vault without a row is deleted, in another tenant, or not open to the reader: not evaluable. So are the rules of a
  network security perimeter.
* Whether the secret and the key still exist, and whether the key belongs to a certificate (which Azure Backup does not
  support), only the key vault itself can tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenantlint import Verdict, Violation, rule
from tenantlint_backup.backup_service_identity import OBJECT_ID, backup_service
from tenantlint_backup.disk_encryption import TABLES, disk_encryption
from tenantlint_backup.documents import (
    ENCRYPTED_2019,
    ENCRYPTED_2022,
    KEY_VAULT_NETWORK_2024,
    POWERSHELL_2018,
)
from tenantlint_backup.key_vault_findings import access_to, firewall_of, missing_vault, unnamed_vaults
from tenantlint_backup.key_vault_permissions import needs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenantlint import Context, Resource
    from tenantlint_backup.disk_encryption import DiskEncryption

_OS_DISK: Final = "properties.storageProfile.osDisk"
_CAUSES: Final = ("unread", "absent", "unobservable")


@rule(
    id="key-vault-lacks-backup-access",
    on="virtual_machines",
    noun="VM",
    level="error",
    reads=[
        *TABLES,
        "key_vaults",
        "role_assignments",
        "role_definitions",
        "subscriptions",
        "key_vault_grants",
        "backup_service_object_ids",
    ],
    settings=[OBJECT_ID],
    sources=[ENCRYPTED_2022, ENCRYPTED_2019, POWERSHELL_2018, KEY_VAULT_NETWORK_2024],
)
def key_vault_lacks_backup_access(vm: Resource, ctx: Context) -> Verdict:
    encryption = disk_encryption(vm, ctx.tenant)
    if encryption is None:
        return _unencrypted(vm, ctx)
    return _conclude(vm, list(_findings(vm, ctx, encryption)))
